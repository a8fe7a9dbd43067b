-- What crash reports are made readable with: dSYM and ProGuard mappings, kept with their build.
create table symbols (
    id uuid primary key,
    build_id uuid not null references builds on delete cascade,
    kind text not null check (kind in ('dsym', 'proguard')),
    -- The UUIDs of the Mach-O images in a dSYM, in upper case with hyphens; of a mapping, none.
    image_uuids uuid[] not null default '{}',
    file_name text not null,
    size bigint not null check (size > 0),
    sha256 bytea not null check (length(sha256) = 32),
    created_at timestamptz not null default now(),
    constraint symbols_build_id_sha256_key unique (build_id, sha256)
);

create index symbols_by_image on symbols using gin (image_uuids);
