-- Installations of clients, the sign-ins of an account, and the refresh tokens that keep a sign-in alive.
create table devices (
    id uuid primary key,
    account_id uuid not null references accounts on delete cascade,
    name text not null check (length(name) between 1 and 64),
    platform text not null check (platform in ('ios', 'android', 'web', 'desktop', 'cli')),
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

create index devices_of_account on devices (account_id) where revoked_at is null;

create table sessions (
    id uuid primary key,
    account_id uuid not null references accounts on delete cascade,
    device_id uuid references devices on delete cascade,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);

create index sessions_of_account on sessions (account_id) where revoked_at is null;
create index sessions_of_device on sessions (device_id) where revoked_at is null;
-- Every copy of every service asks for the sessions revoked in the last minutes.
create index sessions_revoked on sessions (revoked_at) where revoked_at is not null;
create index sessions_expired on sessions (expires_at);

-- One family of refresh tokens per session: a chain, of which only the last may be used.
create table refresh_tokens (
    id uuid primary key,
    session_id uuid not null references sessions on delete cascade,
    -- SHA-256 of the token.
    hash bytea not null constraint refresh_tokens_hash_key unique,
    -- The token that was exchanged for this one.
    parent_id uuid references refresh_tokens on delete set null,
    created_at timestamptz not null default now(),
    -- When it was first exchanged for a successor.
    used_at timestamptz,
    -- When it was replaced before anybody presented it: its answer was lost.
    voided_at timestamptz
);

create index refresh_tokens_of_session on refresh_tokens (session_id);
create index refresh_tokens_by_parent on refresh_tokens (parent_id);
