-- A build may be uploaded before anybody is offered it: when it first was offered is kept, and what was said of mails about it.
alter table builds
    add column published_at timestamptz,
    -- Whether those who get it are mailed; null: as the app says.
    add column notify boolean;

-- Until now every build was offered at once.
update builds set published_at = created_at;

-- Who gets a build and was not told of it, unless they want no mail: the testers of its groups, and the members of its app. `given` reaches those of groups alone that it was given to by name, `channel` those of groups that get the builds of its channel. Not whoever uploaded it.
create function untold(of_build uuid, of_app uuid, reach text)
returns table (tester_id uuid, is_member boolean)
language sql stable parallel safe
as $$
    select t.id, bool_and(found.is_member)
    from (
        select tm.tester_id as id, false as is_member
        from group_builds gb
        join tester_group_members tm on tm.group_id = gb.group_id
        where gb.build_id = of_build and case reach
            when 'given' then gb.given
            when 'channel' then gb.by_rule and gb.channel is not null
            else true end
        union all
        select t.id, true from app_members m
        join accounts a on a.id = m.account_id and a.disabled_at is null
        join testers t on t.account_id = m.account_id
        where m.app_id = of_app and reach = 'everybody'
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
