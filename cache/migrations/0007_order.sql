-- What a person puts mail in order with. What is deleted stays for as long as that can be undone.
ALTER TABLE labels ADD COLUMN gone INTEGER;                         -- when it was deleted; NULL: it is there

ALTER TABLE messages ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;   -- 1: what comes into its conversation goes to the archive
CREATE INDEX messages_muted  ON messages (id) WHERE muted = 1;
CREATE INDEX messages_silent ON messages (thread) WHERE muted = 1;

ALTER TABLE action_items ADD COLUMN muted    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE action_items ADD COLUMN labelled INTEGER NOT NULL DEFAULT 0; -- whether it had the label that the action gives or takes

ALTER TABLE accounts ADD COLUMN closed INTEGER;                     -- when its mail was last wanted; NULL: it is collected
ALTER TABLE accounts ADD COLUMN recent INTEGER NOT NULL DEFAULT 0;  -- 1: signed in to for the last 30 days, whoever has taken them

ALTER TABLE raw ADD COLUMN form INTEGER NOT NULL DEFAULT 0;         -- of what was compressed: 0 as it came, 1 with lines of base64 decoded

-- Searches that are kept under a name.
CREATE TABLE searches (
    id    INTEGER PRIMARY KEY,
    name  TEXT    NOT NULL,
    query TEXT    NOT NULL,                -- in the search language
    gone  INTEGER                          -- when it was deleted; NULL: it is there
) STRICT;

-- What is done with mail as it arrives, in the order of ids.
CREATE TABLE rules (
    id    INTEGER PRIMARY KEY,
    query TEXT    NOT NULL,                -- which messages, in the search language
    deeds INTEGER NOT NULL,                -- bits: 1 archive, 2 star, 4 mark as read, 8 trash, 16 never delete on the server
    label INTEGER REFERENCES labels (id),  -- that is given; NULL: none
    met   INTEGER NOT NULL DEFAULT 0,      -- messages so far
    gone  INTEGER                          -- when it was deleted; NULL: it is there
) STRICT;

ALTER TABLE copies ADD COLUMN keep INTEGER NOT NULL DEFAULT 0;      -- 1: no policy deletes it

-- Whom mail has come from.
CREATE TABLE contacts (
    addr   TEXT    PRIMARY KEY,            -- in lower case
    name   TEXT    NOT NULL,               -- as the newest message writes it; '': without
    folded TEXT    NOT NULL,               -- … as it is compared
    newest INTEGER NOT NULL,               -- id of that message
    days   INTEGER NOT NULL,               -- on which mail came
    day    INTEGER NOT NULL                -- that was counted last, since 1970
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_name ON contacts (folded) WHERE folded <> '';
INSERT INTO contacts SELECT lower(from_addr), from_name, lower(from_name), max(id), count(DISTINCT (id >> 8) / 86400), (max(id) >> 8) / 86400
    FROM messages WHERE from_addr <> '' AND place NOT IN (5, 6) GROUP BY lower(from_addr);
