-- How often an account is looked at.
ALTER TABLE accounts ADD COLUMN every INTEGER NOT NULL DEFAULT 0; -- minutes; 0: as often as the site does; -1: when the person asks
