-- Testers whom nothing keeps: no group, no account, no wish to get no mail. Who is for a month is forgotten.
alter table testers add column idle_since timestamptz;

create view idle_testers as
    select t.id from testers t
    where t.account_id is null and t.unsubscribed_at is null
      and not exists (select 1 from tester_group_members m where m.tester_id = t.id)
      and not exists (select 1 from tester_opt_outs o where o.tester_id = t.id);
