-- Who may change a group of testers, said once: whoever manages all of the apps that it gets builds of. Its maker counts only while there is none: they may have left the apps since.
create view tester_group_keepers as
    select g.id as group_id, g.created_by as account_id
    from tester_groups g
    where not exists (select 1 from tester_group_apps ga where ga.group_id = g.id)
    union all
    select ga.group_id, m.account_id
    from tester_group_apps ga
    join app_members m on m.app_id = ga.app_id and m.role in ('owner', 'manager')
    group by ga.group_id, m.account_id
    having count(*) = (select count(*) from tester_group_apps other where other.group_id = ga.group_id);
