-- Work that must happen: written in the transaction that causes it, leased by workers of any copy.
create table jobs (
    id uuid primary key,
    kind text not null,
    payload jsonb not null,
    -- At most one waiting job per kind and key, for scheduled and coalesced work.
    unique_key text,
    attempts integer not null default 0,
    run_at timestamptz not null default now(),
    -- Set while a worker has it; after this moment another may take it.
    leased_until timestamptz,
    -- Names the lease, so that a worker that lost it cannot settle the job.
    lease uuid,
    -- When it was given up; kept for an operator to look at.
    dead_at timestamptz,
    last_error text,
    created_at timestamptz not null default now()
);

create index jobs_due on jobs (kind, run_at) where dead_at is null;
create unique index jobs_unique_key on jobs (kind, unique_key) where dead_at is null and unique_key is not null;
