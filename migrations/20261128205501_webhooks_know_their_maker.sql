-- Who made a webhook: the same request once more is theirs, and nobody else's. Null for those from before.
alter table webhooks add column created_by uuid;
