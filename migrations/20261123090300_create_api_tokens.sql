-- Tokens for CI: hashed, scoped, shown once.
create table api_tokens (
    id uuid primary key,
    -- The part of the token by which it is found; not secret.
    public_id text not null constraint api_tokens_public_id_key unique,
    -- SHA-256 of the secret part.
    secret_hash bytea not null,
    account_id uuid not null references accounts on delete cascade,
    name text not null check (length(name) between 1 and 64),
    scopes text[] not null check (cardinality(scopes) > 0),
    -- Restricts the token to one app.
    app_id uuid,
    expires_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz not null default now()
);

create index api_tokens_of_account on api_tokens (account_id);
