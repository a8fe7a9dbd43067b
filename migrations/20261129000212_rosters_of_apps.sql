-- Who can install an app and what they did with it, said once: the roster and its counts ask it.

-- The members of an app whose accounts are not locked, and the testers of its groups: each person once, whoever is both too. With each the newest build they are offered, and the newest they fetched, by an account too that has proven the address.
create function app_people(wanted uuid, moment timestamptz)
returns table (id uuid, account_id uuid, tester_id uuid, role text, name text, invited_at timestamptz,
               signed_in boolean, offered_id uuid, download_id uuid, is_newest boolean)
language sql stable parallel safe
as $$
    with whole as materialized (
        select b.id from builds b where b.app_id = wanted and is_installable(b, moment)
        order by b.id desc limit 1
    ), given as materialized (
        -- Once for each group: asked for each tester, hundreds of builds would be looked at a thousand times.
        select ga.group_id, (
            select b.id from builds b
            where b.app_id = ga.app_id and is_installable(b, moment)
              and (a.access = 'public' or exists (
                  select 1 from group_builds gb
                  where gb.build_id = b.id and gb.group_id = ga.group_id))
            order by b.id desc limit 1) as build_id
        from tester_group_apps ga join apps a on a.id = ga.app_id
        where ga.app_id = wanted
    ), people as (
        select coalesce(m.account_id, t.id) as id, m.account_id, t.id as tester_id, m.role,
               coalesce(m.account_id, t.account_id) as fetches_as, t.name,
               least(m.created_at, t.invited_at) as invited_at,
               m.account_id is not null or t.account_id is not null or t.signed_in_at is not null
                   as signed_in,
               case when m.account_id is not null then (select whole.id from whole)
                    else t.build_id end as offered_id
        from (
            select am.account_id, am.role, am.created_at
            from app_members am join accounts a on a.id = am.account_id
            where am.app_id = wanted and a.disabled_at is null
        ) m full join (
            select t.id, t.account_id, t.signed_in_at, g.name, g.invited_at, g.build_id
            from (
                select tm.tester_id, min(tm.name) as name, min(tm.created_at) as invited_at,
                       (array_agg(given.build_id order by given.build_id desc nulls last))[1]
                           as build_id
                from given join tester_group_members tm on tm.group_id = given.group_id
                group by tm.tester_id
            ) g join testers t on t.id = g.tester_id
        ) t on t.account_id = m.account_id
    )
    select p.id, p.account_id, p.tester_id, p.role, p.name, p.invited_at, p.signed_in, p.offered_id,
           d.id, case when p.offered_id is not null
                      then coalesce(d.build_id >= p.offered_id, false) end
    from people p left join lateral (
        select fetched.id, fetched.build_id from (
            (select id, build_id from downloads
             where tester_id = p.tester_id and app_id = wanted
             order by build_id desc, id desc limit 1)
            union all
            (select id, build_id from downloads
             where account_id = p.fetches_as and app_id = wanted
             order by build_id desc, id desc limit 1)
        ) fetched order by fetched.build_id desc, fetched.id desc limit 1
    ) d on true
$$;
