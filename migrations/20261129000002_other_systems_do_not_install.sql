-- An IPA for Apple TV, Vision Pro, a watch or a Mac is signed like one for an iPhone, and no iPhone takes it.
alter table builds drop column installs;
alter table builds add column installs boolean not null generated always as (
    case details ->> 'kind'
        when 'aab' then false
        when 'ipa' then coalesce(details ->> 'distribution', '') not in ('app_store', 'simulator', 'other_system', 'unsigned')
        when 'apk' then coalesce(details -> 'schemes', '[]') <> '[]'
                        and coalesce(details ->> 'test_only', 'false') <> 'true'
        else true
    end
) stored;
