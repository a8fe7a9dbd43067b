-- Links that developers make to share one build: each ends at a time of their choosing, can be withdrawn, and may be for a number of installs.
create table share_links (
    id uuid primary key,
    build_id uuid not null references builds on delete cascade,
    -- SHA-256 of the code in the link.
    code_hash bytea not null constraint share_links_code_hash_key unique check (length(code_hash) = 32),
    -- Whom it is for, in the words of whoever made it.
    note text check (length(note) between 1 and 200),
    -- How many began to install by it, and how many may; null for any number.
    installs integer not null default 0,
    most_installs integer check (most_installs > 0),
    expires_at timestamptz not null,
    -- No foreign key: when the account is gone, its links end by that.
    created_by uuid not null,
    created_at timestamptz not null default now()
);

create index share_links_of_build on share_links (build_id, id desc);
create index share_links_expired on share_links (expires_at);
