-- Who fetched what, when, on which device; and the devices that people enrolled.
create table downloads (
    id uuid primary key,
    build_id uuid not null references builds on delete cascade,
    -- SHA-256 of the link: one download is counted once, however many ranges it takes.
    link_hash bytea not null constraint downloads_link_hash_key unique check (length(link_hash) = 32),
    -- Whoever they are: an account, a tester, or the holder of a link. No foreign keys: the log outlives both.
    account_id uuid,
    tester_id uuid,
    -- As told by the client: `iPhone16,2`, `Pixel 8`, `curl`.
    device text check (length(device) <= 200),
    os text check (length(os) <= 100),
    started_at timestamptz not null default now()
);

create index downloads_of_build on downloads (build_id, started_at);

create table enrolled_devices (
    id uuid primary key,
    -- In upper case.
    udid text not null check (length(udid) between 1 and 64),
    -- `iPhone16,2`.
    product text not null check (length(product) <= 100),
    os_version text check (length(os_version) <= 100),
    account_id uuid references accounts on delete cascade,
    tester_id uuid references testers on delete cascade,
    created_at timestamptz not null default now(),
    constraint enrolled_devices_udid_key unique nulls not distinct (udid, account_id, tester_id)
);

create table feedback (
    id uuid primary key,
    build_id uuid not null references builds on delete cascade,
    account_id uuid,
    tester_id uuid,
    rating smallint check (rating between 1 and 5),
    text text not null check (length(text) <= 10000),
    device text check (length(device) <= 200),
    os text check (length(os) <= 100),
    has_screenshot boolean not null default false,
    created_at timestamptz not null default now()
);

create index feedback_of_build on feedback (build_id, id desc);
