-- Who reads the mails of a tester's address is known once a link that was mailed there was used; a link that was passed on where mail is off proves nothing.
alter table testers add column proven_at timestamptz;
alter table tester_codes add column mailed boolean not null default false;

-- Whoever proved the address of an account has read a mail.
update testers set proven_at = now() where account_id is not null;
