-- When a tester first came in by a link. What a mail proved is another matter: where mail is off, links are passed on.
alter table testers add column signed_in_at timestamptz;

update testers t set signed_in_at = coalesce(t.proven_at, d.first)
from testers known
left join (select tester_id, min(started_at) as first from downloads
           where tester_id is not null group by tester_id) d on d.tester_id = known.id
where known.id = t.id and (t.proven_at is not null or d.first is not null);
