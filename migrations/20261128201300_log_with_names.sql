-- The log names what is gone, and every act stands in the logs of the apps it concerns.
alter table audit
    -- What the thing was called, kept for when it is gone: a version, the name of a group or an app. Never the name or address of a person.
    add column subject text check (length(subject) <= 255),
    -- The same as `target`, to be looked up by; that stays for copies of the version before.
    add column target_id uuid generated always as (
        case when target ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then target::uuid end
    ) stored;

drop index audit_by_target;
create index audit_by_target_id on audit (target_id, id desc) where target_id is not null;

-- What was recorded without its app.
update audit a set apps = array[w.app_id] from webhooks w where a.target_id = w.id and a.apps = '{}';
update audit a set apps = array[f.app_id] from feedback f where a.target_id = f.id and a.apps = '{}';
update audit a set apps = array[p.id] from apps p where a.target_id = p.id and a.apps = '{}';
update audit a set apps = told.apps
from (select device_id, array_agg(app_id) as apps from enrolled_device_apps group by device_id) told
where a.target_id = told.device_id and a.apps = '{}';

-- As the log tells it: with who it was and what it was done to, as they are called now.
create view told_audit as
select l.id, l.at, l.actor_id, who.handle as actor, l.action, l.target, l.apps,
       coalesce(whom.handle, b.version, b.build_number, g.name, p.name, t.email, l.subject) as subject
from audit l
left join accounts who on who.id = l.actor_id
left join accounts whom on whom.id = l.account_id and l.account_id is distinct from l.actor_id
left join builds b on b.id = l.target_id
left join tester_groups g on g.id = l.target_id
left join apps p on p.id = l.target_id
left join testers t on t.id = l.target_id;
