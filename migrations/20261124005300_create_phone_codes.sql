-- The codes that a page on a desk shows to a camera: each opens one build on one phone, once.
create table phone_codes (
    -- SHA-256 of the code.
    hash bytea primary key check (length(hash) = 32),
    build_id uuid not null references builds on delete cascade,
    -- By what whoever was shown it sees the build, as links carry it. It is asked again at use.
    who bytea not null check (length(who) between 1 and 64),
    -- Kept for a while after its use, so that whoever comes late is told and led on.
    used_at timestamptz,
    expires_at timestamptz not null
);

create index phone_codes_of_build on phone_codes (build_id);
create index phone_codes_expired on phone_codes (expires_at);

-- By what whoever fetched a build was let in; null for downloads from before that was kept.
alter table downloads
    add column via text check (via in ('account', 'tester', 'password', 'public', 'link'));
