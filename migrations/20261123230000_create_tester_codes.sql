-- Codes in the links that are mailed to testers: each signs one person in, once.
create table tester_codes (
    -- SHA-256 of the code.
    hash bytea primary key check (length(hash) = 32),
    -- Whose address is proven by it. There may be no tester with it yet.
    email text not null,
    -- The link by which they join a group.
    join_link_id uuid references join_links on delete cascade,
    expires_at timestamptz not null
);

create index tester_codes_of_join_link on tester_codes (join_link_id);
create index tester_codes_expired on tester_codes (expires_at);
