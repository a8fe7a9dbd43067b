-- Addresses that are told of what happens to an app, and what became of each telling.
create table webhooks (
    id uuid primary key,
    app_id uuid not null references apps on delete cascade,
    url text not null check (length(url) <= 2000),
    -- The key of the signature, sealed.
    secret bytea not null,
    -- How the body looks.
    preset text not null check (preset in ('json', 'slack', 'teams', 'mattermost', 'discord')),
    events text[] not null check (cardinality(events) > 0),
    enabled boolean not null default true,
    created_by uuid not null,
    created_at timestamptz not null default now()
);

create index webhooks_of_app on webhooks (app_id);

create table webhook_deliveries (
    id uuid primary key,
    webhook_id uuid not null references webhooks on delete cascade,
    event text not null,
    payload jsonb not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
    attempts integer not null default 0,
    -- Of the last answer.
    status smallint,
    error text,
    created_at timestamptz not null default now(),
    settled_at timestamptz
);

create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_by_age on webhook_deliveries (created_at);
