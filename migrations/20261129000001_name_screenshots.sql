-- A screenshot has a name of its own: one that comes with an id that is taken meanwhile replaces none.
alter table feedback add column screenshot_id uuid;
update feedback set screenshot_id = id where media_type is not null;
alter table feedback add constraint feedback_screenshot_named check ((screenshot_id is null) = (media_type is null));
create unique index feedback_screenshot on feedback (screenshot_id) where screenshot_id is not null;
