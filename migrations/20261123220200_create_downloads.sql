-- Who fetched what, when, on which device.
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
