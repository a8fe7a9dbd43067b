-- Invitations to register.
create table invites (
    id uuid primary key,
    -- SHA-256 of the code.
    code_hash bytea not null unique,
    created_by uuid not null references accounts on delete cascade,
    role text not null check (role in ('user', 'publisher', 'admin')),
    uses_left integer not null check (uses_left >= 0),
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);

create index invites_of_account on invites (created_by);
