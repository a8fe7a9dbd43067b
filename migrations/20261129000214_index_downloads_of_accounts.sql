-- no-transaction
-- The same for members, who have accounts.
create index concurrently downloads_of_account on downloads (account_id, app_id, build_id desc, id desc) where account_id is not null;
