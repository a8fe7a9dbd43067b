-- Apps that are distributed, who belongs to them, and their builds.
create table apps (
    id uuid primary key,
    platform text not null check (platform in ('ios', 'android')),
    bundle_id text not null check (length(bundle_id) between 1 and 255),
    name text not null,
    created_at timestamptz not null default now(),
    constraint apps_platform_bundle_id_key unique (platform, bundle_id)
);

create table app_members (
    app_id uuid not null references apps on delete cascade,
    account_id uuid not null references accounts on delete cascade,
    role text not null check (role in ('owner', 'manager', 'developer', 'tester')),
    created_at timestamptz not null default now(),
    primary key (app_id, account_id)
);

create index app_members_of_account on app_members (account_id);

create table builds (
    id uuid primary key,
    app_id uuid not null references apps on delete cascade,
    -- No foreign key: a build outlives the account of whoever uploaded it.
    uploaded_by uuid not null,
    version text,
    build_number text,
    min_os_version text,
    release_notes text,
    channel text,
    branch text,
    commit text,
    ci_url text,
    is_beta boolean not null default false,
    size bigint not null check (size > 0),
    sha256 bytea not null check (length(sha256) = 32),
    file_name text not null,
    status text not null default 'active' check (status in ('active')),
    warnings jsonb not null default '[]',
    created_at timestamptz not null default now(),
    constraint builds_app_id_sha256_key unique (app_id, sha256)
);

create index builds_of_app on builds (app_id, id desc);
