-- People: an account is a person on this installation.
create table accounts (
    id uuid primary key,
    handle text not null constraint accounts_handle_key unique check (handle ~ '^[a-z0-9][a-z0-9_.]{1,30}[a-z0-9]$'),
    -- For recovery only; never shown to other accounts.
    email text check (length(email) <= 254),
    -- argon2id in PHC form; null for accounts that sign in elsewhere.
    password_hash text,
    role text not null default 'user' check (role in ('user', 'publisher', 'admin')),
    disabled_at timestamptz,
    created_at timestamptz not null default now()
);
