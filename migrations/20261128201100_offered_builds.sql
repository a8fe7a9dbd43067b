-- Which builds are shown, offered and installed from here, said once: eight queries asked it, each in its own words.

-- Whether there is a device that takes the package: no bundle, nothing for the App Store or the simulator, nothing unsigned, no APK that only adb installs. True where nothing is known of it.
alter table builds add column installs boolean not null generated always as (
    case details ->> 'kind'
        when 'aab' then false
        when 'ipa' then coalesce(details ->> 'distribution', '') not in ('app_store', 'simulator', 'unsigned')
        when 'apk' then coalesce(details -> 'schemes', '[]') <> '[]'
                        and coalesce(details ->> 'test_only', 'false') <> 'true'
        else true
    end
) stored;

-- Whether those who may see the app see it: nobody switched it off, and nobody's end has come.
create function is_shown(build builds, moment timestamptz) returns boolean
language sql immutable parallel safe
as $$ select build.status = 'active' and (build.expires_at is null or build.expires_at > moment) $$;

-- Whether it is announced: what it is signed with has not ended either.
create function is_offered(build builds, moment timestamptz) returns boolean
language sql immutable parallel safe
as $$
    select build.status = 'active' and (build.expires_at is null or build.expires_at > moment)
        and (build.signing_expires_at is null or build.signing_expires_at > moment)
$$;

-- Whether somebody can install it.
create function is_installable(build builds, moment timestamptz) returns boolean
language sql immutable parallel safe
as $$
    select build.installs and build.status = 'active'
        and (build.expires_at is null or build.expires_at > moment)
        and (build.signing_expires_at is null or build.signing_expires_at > moment)
$$;
