-- A CI asks for the builds of a commit, or of those that begin like its short name, over all apps.
create index builds_of_commit on builds (lower(commit) collate "C") where commit is not null;
