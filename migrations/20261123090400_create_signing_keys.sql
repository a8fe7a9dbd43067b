-- Keys that sign access tokens; the private halves are sealed with SECUREVOX_SECRET_KEY.
create table signing_keys (
    -- The RFC 7638 thumbprint of the public key.
    kid text primary key,
    public_key bytea not null,
    sealed_private_key bytea not null,
    created_at timestamptz not null default now(),
    -- When a newer key took over. Kept until the last token signed with it has expired.
    retired_at timestamptz
);

-- One key signs at a time, however many copies start at once.
create unique index signing_keys_current on signing_keys ((retired_at is null)) where retired_at is null;
