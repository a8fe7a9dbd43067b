-- People who install builds: testers without an account, groups of them over many apps, and who may see what.
alter table apps
    -- Who may see the install pages: members and testers, whoever knows a password, anybody.
    add column access text not null default 'members' check (access in ('members', 'password', 'public')),
    add column password_hash text,
    add constraint apps_password_check check (access <> 'password' or password_hash is not null);

create table testers (
    id uuid primary key,
    -- In lower case.
    email text not null constraint testers_email_key unique check (length(email) between 3 and 254),
    name text check (length(name) between 1 and 100),
    -- Their account, if they signed in to one with this address.
    account_id uuid references accounts on delete set null,
    -- What their sessions carry: changing it ends all of them.
    epoch integer not null default 0,
    -- No mail, because they said so.
    unsubscribed_at timestamptz,
    created_at timestamptz not null default now()
);

create table tester_groups (
    id uuid primary key,
    name text not null check (length(name) between 1 and 100),
    created_by uuid not null,
    created_at timestamptz not null default now()
);

create table tester_group_members (
    group_id uuid not null references tester_groups on delete cascade,
    tester_id uuid not null references testers on delete cascade,
    created_at timestamptz not null default now(),
    primary key (group_id, tester_id)
);

create index tester_group_members_of_tester on tester_group_members (tester_id);

create table tester_group_apps (
    group_id uuid not null references tester_groups on delete cascade,
    app_id uuid not null references apps on delete cascade,
    -- Whether the group gets every build, or only those that are given to it.
    every_build boolean not null default true,
    primary key (group_id, app_id)
);

create index tester_group_apps_of_app on tester_group_apps (app_id);

create table build_groups (
    build_id uuid not null references builds on delete cascade,
    group_id uuid not null references tester_groups on delete cascade,
    primary key (build_id, group_id)
);

create index build_groups_of_group on build_groups (group_id);

-- Links by which people join a group by themselves.
create table join_links (
    id uuid primary key,
    group_id uuid not null references tester_groups on delete cascade,
    -- SHA-256 of the code in the link.
    code_hash bytea not null constraint join_links_code_hash_key unique check (length(code_hash) = 32),
    -- Only addresses of this domain; null for any.
    email_domain text,
    -- How many more may join; null for any number.
    uses_left integer check (uses_left >= 0),
    expires_at timestamptz,
    created_by uuid not null,
    created_at timestamptz not null default now()
);

create index join_links_of_group on join_links (group_id);
