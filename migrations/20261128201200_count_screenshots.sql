-- What screenshots take counts in quotas; of those that came before, it is not known.
alter table feedback add column screenshot_bytes bigint check (screenshot_bytes > 0);

create index feedback_with_screenshots on feedback (app_id, created_at) where media_type is not null;
