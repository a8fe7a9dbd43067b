-- An upload in pieces holds the room that it announced: of its app, where that is known when it begins.
alter table uploads add column app_id uuid references apps on delete set null;

create index uploads_unfinished_of_app on uploads (app_id) where state in ('receiving', 'reading');
