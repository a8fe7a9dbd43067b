-- Codes that work once: one brings a browser session from the login page to another host, one sets up the first administrator.
create table single_use_codes (
    -- SHA-256 of the code.
    hash bytea primary key check (length(hash) = 32),
    -- What it is good for, `session app-distribution`: a code for one thing opens no other.
    purpose text not null,
    -- The browser session it brings.
    session_id uuid references sessions on delete cascade,
    expires_at timestamptz not null
);

create index single_use_codes_of_session on single_use_codes (session_id);
create index single_use_codes_expired on single_use_codes (expires_at);
