-- What people who test a build say of it, and the key by which an app sends it from inside.
create table feedback (
    id uuid primary key,
    app_id uuid not null references apps on delete cascade,
    -- What is said outlives the build it is said of, whose version stays with it.
    build_id uuid references builds on delete set null,
    version text check (length(version) <= 255),
    build_number text check (length(build_number) <= 255),
    -- Stars.
    rating smallint check (rating between 1 and 5),
    text text not null check (length(text) <= 5000),
    -- Of the screenshot in the storage; null where there is none.
    media_type text check (media_type in ('image/png', 'image/jpeg', 'image/webp')),
    width integer check (width > 0),
    height integer check (height > 0),
    device text check (length(device) <= 100),
    system text check (length(system) <= 100),
    locale text check (length(locale) <= 35),
    -- Free words of the app: an object of texts.
    context jsonb not null default '{}' check (length(context::text) <= 60000),
    -- Where it was written.
    origin text not null check (origin in ('page', 'api', 'app')),
    -- Whoever they are: an account, a tester, or neither. No foreign keys: it outlives both.
    account_id uuid,
    tester_id uuid,
    resolved_at timestamptz,
    created_at timestamptz not null default now(),
    check ((media_type is null) = (width is null) and (width is null) = (height is null)),
    check (rating is not null or text <> '' or media_type is not null)
);

create index feedback_of_app on feedback (app_id, id desc);
create index feedback_of_build on feedback (build_id, id desc);

-- Apps that send feedback from inside. The key is in the app, so it is no secret: it can be renewed.
create table feedback_keys (
    app_id uuid primary key references apps on delete cascade,
    key text not null constraint feedback_keys_key_key unique,
    created_at timestamptz not null default now()
);
