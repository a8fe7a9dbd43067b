-- Only a mail makes an address that of an account: what was given to the address is the account's too.
alter table testers add check (account_id is null or proven_at is not null);
