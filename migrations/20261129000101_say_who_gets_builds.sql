-- Who gets which builds by a group, said once: eight queries asked it, for testers alone. An account that has proven an address gets what the address gets.

-- The groups of a tester, and of the address that an account has proven. They are few: expecting the usual thousand, Postgres would read all builds.
create function groups_of(account uuid, tester uuid) returns setof uuid
language sql stable parallel safe rows 10
as $$
    select m.group_id from tester_group_members m where m.tester_id = tester
    union all
    select m.group_id from testers t join tester_group_members m on m.tester_id = t.id
    where t.account_id = account
$$;

-- The builds that a group gets, offered or not, and whether it was given them by name.
create view group_builds as
    select ga.group_id, b.app_id, b.id as build_id, bg.build_id is not null as given
    from tester_group_apps ga
    join builds b on b.app_id = ga.app_id
    left join build_groups bg on bg.build_id = b.id and bg.group_id = ga.group_id
    where ga.every_build or bg.build_id is not null;

-- The builds that a tester and an account get by their groups. Their groups are looked up once, not for each build.
create function builds_of(account uuid, tester uuid) returns table (build_id uuid)
language sql stable parallel safe
as $$
    select gb.build_id from group_builds gb
    where gb.group_id = any (array(select groups_of(account, tester)))
$$;
