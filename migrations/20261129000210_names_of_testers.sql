-- What a group calls a tester is the group's: what one team calls somebody is not for others who test with them. The name for all was never written.
alter table tester_group_members add column name text check (length(name) between 1 and 100);
alter table testers drop column name;
