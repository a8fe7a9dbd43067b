-- Copies of the packages of public builds, which a CDN hands out to whoever knows their name: 122 random bits, told to those alone who download the build. No foreign key: what is left of a build that is gone is to be deleted.
create table public_copies (
    build_id uuid primary key,
    id uuid not null unique,
    made_at timestamptz not null default now()
);

-- Whether anybody may install it, whoever they are.
create function is_for_anybody(build builds, moment timestamptz) returns boolean
language sql stable parallel safe
as $$
    select is_installable(build, moment)
        and exists (select 1 from apps where apps.id = build.app_id and apps.access = 'public')
$$;
