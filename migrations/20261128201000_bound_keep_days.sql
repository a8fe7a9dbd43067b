-- An age beyond what Postgres can subtract from today made the retention of all apps fail.
update apps set keep_days = 36500 where keep_days > 36500;
alter table apps add constraint apps_keep_days_bound check (keep_days <= 36500);
