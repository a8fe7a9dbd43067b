-- What is counted of builds, day by day in UTC: it answers in time, and outlives the builds.
create table counted_builds (
    -- No foreign key: the counts of a build outlive it.
    build_id uuid primary key,
    app_id uuid not null references apps on delete cascade,
    version text,
    build_number text
);

create index counted_builds_of_app on counted_builds (app_id);

create table daily_counts (
    app_id uuid not null references apps on delete cascade,
    day date not null,
    build_id uuid not null,
    -- `iOS 18`, `Android 15`; `` where it is not known.
    system text not null check (length(system) <= 20),
    -- A family of devices: `iphone`, `android-phone`; `` where it is not known.
    device text not null check (length(device) <= 20),
    downloads bigint not null default 0,
    installs bigint not null default 0,
    primary key (app_id, day, build_id, system, device)
);

create index daily_counts_of_build on daily_counts (build_id, day);

-- Who downloaded something in a month, to tell how many they were in any days. `scope_id` is the app, or one of its builds.
create table monthly_testers (
    app_id uuid not null references apps on delete cascade,
    scope_id uuid not null,
    -- Its first day.
    month date not null check (extract(day from month) = 1),
    -- An account or a tester. No foreign key: how many they were outlives them.
    person_id uuid not null,
    -- A bit for each day of the month, the lowest for the first.
    days bigint not null,
    primary key (scope_id, month, person_id)
);

create index monthly_testers_of_app on monthly_testers (app_id);

-- Installations that were counted.
create table installs (
    build_id uuid not null references builds on delete cascade,
    -- HMAC of the app's and the installation's id: nobody can tell the installation by it.
    installation bytea not null check (length(installation) = 32),
    created_at timestamptz not null default now(),
    primary key (build_id, installation)
);

-- What was downloaded before there were counts.
insert into counted_builds (build_id, app_id, version, build_number)
select id, app_id, version, build_number from builds b
where exists (select 1 from downloads d where d.build_id = b.id);

insert into daily_counts (app_id, day, build_id, system, device, downloads)
select b.app_id, (d.started_at at time zone 'UTC')::date, d.build_id, '', '', count(*)
from downloads d join builds b on b.id = d.build_id
group by 1, 2, 3;

insert into monthly_testers (app_id, scope_id, month, person_id, days)
select app_id, scope, date_trunc('month', day)::date, person, bit_or(1::bigint << (extract(day from day)::int - 1))
from (
    select b.app_id, scope, coalesce(d.account_id, t.account_id, d.tester_id) as person,
           (d.started_at at time zone 'UTC')::date as day
    from downloads d join builds b on b.id = d.build_id left join testers t on t.id = d.tester_id,
         lateral (values (b.app_id), (d.build_id)) as scopes (scope)
    where coalesce(d.account_id, d.tester_id) is not null
) as seen
group by 1, 2, 3, 4;
