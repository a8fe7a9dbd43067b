-- Who fetched what, when, and with which program.
create table downloads (
    id uuid primary key,
    build_id uuid not null references builds on delete cascade,
    -- SHA-256 of the link: one download is counted once, however many ranges it takes.
    link_hash bytea not null constraint downloads_link_hash_key unique check (length(link_hash) = 32),
    -- Whoever they are: an account, a tester, or neither. No foreign keys: the log outlives both.
    account_id uuid,
    tester_id uuid,
    -- `User-Agent`, as the client says.
    agent text check (length(agent) <= 200),
    started_at timestamptz not null default now()
);

create index downloads_of_build on downloads (build_id, started_at);
