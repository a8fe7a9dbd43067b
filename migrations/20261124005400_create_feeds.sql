-- Feeds of builds: the secret links of programs that send no cookies, and the keys that sign repositories.
create table feed_links (
    id uuid primary key,
    -- SHA-256 of the token in the link.
    token_hash bytea not null constraint feed_links_token_hash_key unique check (length(token_hash) = 32),
    -- What its owner calls it.
    name text not null check (length(name) between 1 and 100),
    -- For whom it opens what they see: an account, or the session of a tester.
    account_id uuid references accounts on delete cascade,
    tester_id uuid references testers on delete cascade,
    tester_epoch integer,
    created_at timestamptz not null default now(),
    -- To the hour.
    used_at timestamptz,
    check (num_nonnulls(account_id, tester_id) = 1),
    check ((tester_id is null) = (tester_epoch is null))
);

create index feed_links_of_account on feed_links (account_id) where account_id is not null;
create index feed_links_of_tester on feed_links (tester_id) where tester_id is not null;

-- An F-Droid repository for each link, and one of public apps: clients know each by its key.
create table feed_repositories (
    id uuid primary key,
    -- Null for the one of public apps.
    link_id uuid references feed_links on delete cascade,
    -- In PEM, as the private key that is sealed.
    certificate text not null,
    sealed_private_key bytea not null,
    -- What its index says, and since when: clients take none that is older than theirs.
    index_hash bytea check (length(index_hash) = 32),
    changed_at timestamptz not null default now(),
    constraint feed_repositories_link_id_key unique nulls not distinct (link_id)
);

-- What an index says of an icon that is stored, read once.
create table feed_icons (
    build_id uuid primary key references builds on delete cascade,
    sha256 bytea not null check (length(sha256) = 32),
    size bigint not null
);
