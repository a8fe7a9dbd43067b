-- What a package says beyond its name, and the life of a build after its upload.
alter table builds
    -- `PackageDetails`; null for what was uploaded before they were read.
    add column details jsonb,
    -- Whether there is an image of its icon in the storage.
    add column has_icon boolean not null default false,
    -- When the package stops to start: its profile or certificate ends.
    add column signing_expires_at timestamptz,
    -- When it is no longer offered, because somebody said so.
    add column expires_at timestamptz,
    -- Never deleted by retention.
    add column pinned boolean not null default false,
    -- Whether the update check calls it mandatory.
    add column mandatory boolean not null default false,
    drop constraint builds_status_check,
    add constraint builds_status_check check (status in ('active', 'inactive'));

create index builds_of_channel on builds (app_id, channel, id desc) where channel is not null;
create index builds_of_branch on builds (app_id, branch, id desc) where branch is not null;
create index builds_signing_expiry on builds (signing_expires_at) where signing_expires_at is not null;

-- The devices that the profile of a build lists.
create table build_devices (
    build_id uuid not null references builds on delete cascade,
    -- In upper case.
    udid text not null check (length(udid) between 1 and 64),
    primary key (build_id, udid)
);

create index build_devices_by_udid on build_devices (udid);

alter table apps
    add column description text check (length(description) <= 5000),
    -- Other ways to the app, shown to those who cannot install from here.
    add column testflight_url text,
    add column play_url text,
    -- Retention: how many builds are kept, for how many days, of how many bytes; null keeps all.
    add column keep_builds integer check (keep_builds > 0),
    add column keep_days integer check (keep_days > 0),
    add column quota_bytes bigint check (quota_bytes > 0);
