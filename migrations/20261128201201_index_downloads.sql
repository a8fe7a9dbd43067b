-- The log of downloads is read by app and by build, newest first; it looked through all builds for that.
alter table downloads add column app_id uuid references apps on delete cascade;

update downloads d set app_id = b.app_id from builds b where b.id = d.build_id;

-- Copies of the version before do not know the column.
create function downloads_app() returns trigger language plpgsql as $$
begin
    new.app_id := (select app_id from builds where id = new.build_id);
    return new;
end
$$;

create trigger downloads_app before insert on downloads
for each row when (new.app_id is null) execute function downloads_app();

alter table downloads alter column app_id set not null;

create index downloads_of_app on downloads (app_id, id desc);
create index downloads_of_build_by_id on downloads (build_id, id desc);

-- What is looked for when a build goes, an invitation is withdrawn, and every few minutes for Prometheus.
create index uploads_of_build on uploads (build_id) where build_id is not null;
create index tester_codes_of_email on tester_codes (email);
create index daily_counts_by_day on daily_counts (day);
