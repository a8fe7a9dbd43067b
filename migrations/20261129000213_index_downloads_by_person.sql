-- The roster of an app asks for the newest build that each tester fetched; the log is long.
create index downloads_of_tester on downloads (tester_id, app_id, build_id desc, id desc) where tester_id is not null;

-- The same for members, who have accounts.
create index downloads_of_account on downloads (account_id, app_id, build_id desc, id desc) where account_id is not null;
