-- iPhones and iPads whose owners told us their UDID, so that a profile can list them, and the questions that are open.
create table enrolled_devices (
    id uuid primary key,
    -- In upper case.
    udid text not null check (udid = upper(udid) and length(udid) between 1 and 64),
    -- The model, `iPhone14,7`, and the build of iOS, `20A362`, as the device said last.
    product text check (length(product) between 1 and 255),
    version text check (length(version) between 1 and 255),
    -- As its owner calls it.
    name text check (length(name) between 1 and 50),
    -- Whose it is: an account's, a tester's, or that of somebody unknown, who counts for one app.
    account_id uuid references accounts on delete cascade,
    tester_id uuid references testers on delete cascade,
    only_app_id uuid references apps on delete cascade,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    constraint enrolled_devices_owner_check check (num_nonnulls(account_id, tester_id, only_app_id) = 1),
    constraint enrolled_devices_udid_key unique nulls not distinct (udid, account_id, tester_id, only_app_id)
);

create index enrolled_devices_of_account on enrolled_devices (account_id) where account_id is not null;
create index enrolled_devices_of_tester on enrolled_devices (tester_id) where tester_id is not null;
create index enrolled_devices_of_app on enrolled_devices (only_app_id) where only_app_id is not null;

-- The apps whose developers were told of a device.
create table enrolled_device_apps (
    app_id uuid not null references apps on delete cascade,
    device_id uuid not null references enrolled_devices on delete cascade,
    primary key (app_id, device_id)
);

create index enrolled_device_apps_of_device on enrolled_device_apps (device_id);

-- Questions to devices: each is answered once.
create table enrolments (
    -- SHA-256 of the code in the address that the device answers to.
    hash bytea primary key check (length(hash) = 32),
    -- What the page was about, and by what whoever asked saw it.
    build_id uuid not null references builds on delete cascade,
    who bytea not null check (length(who) <= 64),
    expires_at timestamptz not null
);

create index enrolments_of_build on enrolments (build_id);
create index enrolments_expired on enrolments (expires_at);
