-- A build may be uploaded before anybody is offered it: when it first was offered is kept, and what was said of mails about it.
alter table builds
    add column published_at timestamptz,
    -- Whether those who get it are mailed; null: as the app says.
    add column notify boolean;

-- Until now every build was offered at once.
update builds set published_at = created_at;

-- Who gets a build and was not told of it, unless they want no mail: the testers of its groups, and unless it is asked for those of groups that it was given to by name alone, those of groups that get every build and the members of its app. Not whoever uploaded it.
create function untold(of_build uuid, of_app uuid, by_name boolean)
returns table (tester_id uuid, is_member boolean)
language sql stable parallel safe
as $$
    select t.id, bool_and(found.is_member)
    from (
        select tm.tester_id as id, false as is_member
        from tester_group_apps ga
        join tester_group_members tm on tm.group_id = ga.group_id
        where ga.app_id = of_app and (ga.every_build and not by_name or exists (
            select 1 from build_groups bg
            where bg.build_id = of_build and bg.group_id = ga.group_id))
        union all
        select t.id, true from app_members m
        join accounts a on a.id = m.account_id and a.disabled_at is null
        join testers t on t.account_id = m.account_id
        where m.app_id = of_app and not by_name
    ) as found
    join testers t on t.id = found.id
    join builds b on b.id = of_build
    where t.unsubscribed_at is null and t.account_id is distinct from b.uploaded_by
      and not exists (select 1 from tester_opt_outs o
                      where o.tester_id = t.id and o.app_id = of_app)
      and not exists (select 1 from build_mails bm
                      where bm.build_id = of_build and bm.tester_id = t.id)
    group by t.id
$$;
