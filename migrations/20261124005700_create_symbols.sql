-- Symbol files of builds, by which crashes are read: dSYMs, and the mappings of R8 and ProGuard.
create table symbols (
    id uuid primary key,
    build_id uuid not null references builds on delete cascade,
    kind text not null check (kind in ('dsym', 'mapping')),
    size bigint not null check (size > 0),
    sha256 bytea not null check (length(sha256) = 32),
    file_name text not null,
    -- No foreign key: it outlives the account of whoever uploaded it.
    uploaded_by uuid not null,
    created_at timestamptz not null default now(),
    constraint symbols_build_id_sha256_key unique (build_id, sha256)
);

-- By what a crash names them.
create table symbol_ids (
    symbols_id uuid not null references symbols on delete cascade,
    -- In lower case: the UUID of an executable, or the id of a mapping.
    uuid text not null check (length(uuid) between 1 and 80),
    -- The executable, and the processor it is for.
    name text,
    architecture text,
    primary key (symbols_id, uuid)
);

create index symbol_ids_by_uuid on symbol_ids (uuid);

-- When a link to the package was last made or used: a download may be under way.
alter table builds add column wanted_at timestamptz;
