-- The log tells what was changed, and to what: `{"role": "manager"}`. Words of ours and names of groups; of texts, secrets and addresses only that they were.
alter table audit add column details jsonb not null default '{}';

create or replace view told_audit as
select l.id, l.at, l.actor_id, who.handle as actor, l.action, l.target, l.apps,
       coalesce(whom.handle, b.version, b.build_number, g.name, p.name, t.email, l.subject) as subject,
       l.details
from audit l
left join accounts who on who.id = l.actor_id
left join accounts whom on whom.id = l.account_id and l.account_id is distinct from l.actor_id
left join builds b on b.id = l.target_id
left join tester_groups g on g.id = l.target_id
left join apps p on p.id = l.target_id
left join testers t on t.id = l.target_id;
