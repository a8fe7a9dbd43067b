-- Who did what, for administrators and for the account it was done to. Never holds addresses, tokens or contents.
create table audit (
    id uuid primary key,
    at timestamptz not null default now(),
    -- Who acted; null for an operator on the host and for the platform itself. No foreign key: the log outlives accounts.
    actor_id uuid,
    -- Whose account it concerns.
    account_id uuid,
    action text not null,
    target text
);

create index audit_of_account on audit (account_id, id desc);
