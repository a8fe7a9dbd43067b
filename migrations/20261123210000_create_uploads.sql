-- Uploads that come in pieces (tus), until a build was made of them.
create table uploads (
    id uuid primary key,
    account_id uuid not null references accounts on delete cascade,
    -- The one app that the token which began it is restricted to.
    only_app uuid,
    length bigint not null check (length > 0),
    received bigint not null default 0 check (received between 0 and length),
    metadata jsonb not null,
    state text not null default 'receiving' check (state in ('receiving', 'reading', 'done', 'refused')),
    build_id uuid references builds on delete set null,
    -- Why it was refused.
    problem jsonb,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);

create index uploads_of_account on uploads (account_id);
create index uploads_by_expiry on uploads (expires_at);

-- What has come of an upload, piece by piece, each stored under its id.
create table upload_pieces (
    id uuid primary key,
    upload_id uuid not null references uploads on delete cascade,
    first bigint not null check (first >= 0),
    size bigint not null check (size > 0),
    constraint upload_pieces_upload_id_first_key unique (upload_id, first)
);
