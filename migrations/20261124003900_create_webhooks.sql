-- What is told when something happens to a build: webhooks, mails, warnings before a signature ends.
create table webhooks (
    id uuid primary key,
    app_id uuid not null references apps on delete cascade,
    url text not null check (length(url) between 1 and 2000),
    format text not null check (format in ('generic', 'slack', 'teams', 'mattermost', 'discord')),
    events text[] not null check (cardinality(events) > 0),
    -- Only builds of this channel; null for all.
    channel text check (length(channel) between 1 and 255),
    -- What deliveries are signed with, sealed; the one before it signs too for a while.
    secret bytea not null,
    old_secret bytea,
    old_secret_until timestamptz,
    enabled boolean not null default true,
    -- Why we turned it off; null where somebody else did.
    disabled_because text check (disabled_because in ('gone', 'failing')),
    -- Since when nothing was taken.
    failing_since timestamptz,
    created_at timestamptz not null default now()
);

create index webhooks_of_app on webhooks (app_id, id desc);

-- What is on its way to webhooks, and for a while what came of it.
create table webhook_deliveries (
    id uuid primary key,
    webhook_id uuid not null references webhooks on delete cascade,
    -- The same for all webhooks that are told of one thing, and at each try.
    event_id uuid not null,
    event text not null,
    payload jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
    attempts integer not null default 0,
    -- Of the last try: when it was, what was answered, or why nothing was.
    tried_at timestamptz,
    status smallint,
    fault text check (fault in ('no-answer', 'refused', 'turned-off', 'sealed')),
    duration_ms integer,
    answer text check (length(answer) <= 1000),
    created_at timestamptz not null default now()
);

create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_waiting on webhook_deliveries (webhook_id) where state = 'waiting';

alter table apps
    -- Whether people are mailed about a new build, if its uploader does not say.
    add column mail_builds boolean not null default true,
    add column mail_language text not null default 'en' check (mail_language in ('en', 'it'));

-- Testers who want no mail about an app. Who wants none at all: `testers.unsubscribed_at`.
create table tester_opt_outs (
    tester_id uuid not null references testers on delete cascade,
    app_id uuid not null references apps on delete cascade,
    created_at timestamptz not null default now(),
    primary key (tester_id, app_id)
);

create index tester_opt_outs_of_app on tester_opt_outs (app_id);

-- Who was mailed about which build: once, however often the job runs.
create table build_mails (
    build_id uuid not null references builds on delete cascade,
    tester_id uuid not null references testers on delete cascade,
    created_at timestamptz not null default now(),
    primary key (build_id, tester_id)
);

create index build_mails_of_tester on build_mails (tester_id);
create index testers_of_account on testers (account_id) where account_id is not null;

-- The warnings that were given before the signature of a build ends, by days.
create table expiry_warnings (
    build_id uuid not null references builds on delete cascade,
    days integer not null check (days in (1, 7, 30)),
    created_at timestamptz not null default now(),
    primary key (build_id, days)
);
