-- An account has one address: two that were proven at the same moment both became its. The one that came last stays.
update testers t set account_id = null
where account_id is not null
  and exists (select 1 from testers later where later.account_id = t.account_id and later.id > t.id);

create unique index testers_account_id_key on testers (account_id) where account_id is not null;
drop index testers_of_account;
