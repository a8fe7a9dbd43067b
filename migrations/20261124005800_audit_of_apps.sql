-- Which apps an act concerns, for the log of an app. No foreign keys: the log outlives apps.
alter table audit add column apps uuid[] not null default '{}';

create index audit_of_apps on audit using gin (apps);
create index audit_by_target on audit (target, id desc) where target is not null;

update audit a set apps = array[b.app_id] from builds b where a.target = b.id::text;
update audit a set apps = array[p.id] from apps p where a.target = p.id::text;
