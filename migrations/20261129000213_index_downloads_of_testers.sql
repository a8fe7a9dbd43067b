-- no-transaction
-- The roster of an app asks for the newest build that each tester fetched; the log is long.
create index concurrently downloads_of_tester on downloads (tester_id, app_id, build_id desc, id desc) where tester_id is not null;
