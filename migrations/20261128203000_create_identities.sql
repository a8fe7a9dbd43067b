-- People as an OpenID provider knows them: an account may be signed in to by any of its identities.
create table identities (
    id uuid primary key,
    account_id uuid not null references accounts on delete cascade,
    -- The provider, exactly as it names itself.
    issuer text not null check (length(issuer) between 1 and 1000),
    -- The person, as the provider alone knows them: an address may get another owner, this does not.
    subject text not null check (length(subject) between 1 and 255),
    -- What the provider called the person at the last sign-in, for the person to recognise; nothing is decided by it.
    label text check (length(label) between 1 and 254),
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    constraint identities_issuer_subject_key unique (issuer, subject)
);

create index identities_of_account on identities (account_id);

-- Sign-ins that were begun here and are to come back from the provider, once and soon.
create table sso_attempts (
    -- SHA-256 of the `state` that the provider is given and brings back.
    state_hash bytea primary key check (length(state_hash) = 32),
    -- SHA-256 of what the browser alone has that began it: it cannot be ended in another.
    browser_hash bytea not null check (length(browser_hash) = 32),
    -- What the provider's answer has to repeat.
    nonce text not null,
    -- What proves to the provider that who brings the code is who began (PKCE). Worth nothing without the code.
    verifier text not null,
    -- Who asked for an identity to be linked with their account; null for a sign-in.
    account_id uuid references accounts on delete cascade,
    -- Where the person wants to be afterwards, as the login page was told.
    wanted_to text not null,
    wanted_state text not null,
    wanted_path text not null,
    expires_at timestamptz not null
);

create index sso_attempts_of_account on sso_attempts (account_id);
create index sso_attempts_expired on sso_attempts (expires_at);
