-- A group may get every build of one channel alone: who tests the beta is not told of each nightly, and does not see them.
alter table tester_group_apps
    add column channel text check (length(channel) between 1 and 255),
    add check (every_build or channel is null);

-- The builds that a group gets, offered or not: by what it gets of the app, or given to it by name.
create or replace view group_builds as
    select * from (
        select ga.group_id, b.app_id, b.id as build_id, bg.build_id is not null as given,
               ga.every_build and coalesce(b.channel = ga.channel, ga.channel is null) as by_rule,
               ga.channel
        from tester_group_apps ga
        join builds b on b.app_id = ga.app_id
        left join build_groups bg on bg.build_id = b.id and bg.group_id = ga.group_id
    ) found
    where given or by_rule;
