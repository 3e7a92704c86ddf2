-- One person's mail. Times are Unix seconds, flags 0 or 1.

-- A mailbox on a server from which mail is collected.
CREATE TABLE accounts (
    id         INTEGER PRIMARY KEY,
    server     TEXT    NOT NULL,           -- canonical address, pop3s://host
    user       TEXT    NOT NULL,           -- as the person wrote it, never folded
    password   BLOB,                       -- sealed with the person's key; NULL: not kept
    made       INTEGER NOT NULL,
    first_done INTEGER NOT NULL DEFAULT 0, -- 1 once a whole listing has been collected
    UNIQUE (server, user)
) STRICT;

CREATE TABLE messages (
    id          INTEGER PRIMARY KEY,       -- received second × 256 + n: its place in time, fixed for ever
    account     INTEGER NOT NULL REFERENCES accounts (id),
    thread      INTEGER NOT NULL,          -- id of the message that opened the conversation here
    place       INTEGER NOT NULL,          -- 1 inbox, 2 archive, 3 sent, 4 drafts, 5 spam, 6 trash
    top         INTEGER NOT NULL DEFAULT 0,-- 1 on the newest message of each (thread, place)
    unread      INTEGER NOT NULL,
    starred     INTEGER NOT NULL DEFAULT 0,
    sent        INTEGER,                   -- the Date field; NULL: absent or unreadable
    subject     TEXT    NOT NULL,
    base        TEXT    NOT NULL,          -- subject without reply and list prefixes, for threading
    orphan      INTEGER NOT NULL,          -- 1: a reply that names no message
    from_name   TEXT    NOT NULL,
    from_addr   TEXT    NOT NULL,
    recipients  TEXT    NOT NULL,          -- addresses of To and Cc, separated by blanks
    snippet     TEXT    NOT NULL,
    attachments INTEGER NOT NULL,
    size        INTEGER NOT NULL,          -- bytes as the server sent them
    sha256      BLOB    NOT NULL,          -- of those bytes
    identity    BLOB    NOT NULL,          -- SHA-256 of the bytes less what servers change between two fetches
    reader      INTEGER NOT NULL,          -- version of cache/mail that made this row
    normaliser  INTEGER NOT NULL           -- version of the text normaliser that made its index entry
) STRICT;

CREATE UNIQUE INDEX messages_identity ON messages (account, identity);
CREATE INDEX messages_top     ON messages (place, id) WHERE top = 1;    -- lists read this
CREATE INDEX messages_tops    ON messages (thread, place) WHERE top = 1;-- … and this moves it
CREATE INDEX messages_thread  ON messages (thread, place, id);
CREATE INDEX messages_base    ON messages (base, id) WHERE base <> '';
CREATE INDEX messages_orphan  ON messages (base, id) WHERE base <> '' AND orphan = 1;
CREATE INDEX messages_unread  ON messages (id) WHERE unread = 1;
CREATE INDEX messages_starred ON messages (id) WHERE starred = 1;
CREATE INDEX messages_attached ON messages (id) WHERE attachments > 0;
CREATE INDEX messages_place   ON messages (place, id);
CREATE INDEX messages_hidden  ON messages (id) WHERE place IN (5, 6);   -- a search leaves these out

-- Every Message-ID that a message has or names, and the conversation that it leads to.
CREATE TABLE refs (
    message_id TEXT    PRIMARY KEY,
    thread     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refs_thread ON refs (thread);

-- The message as the server sent it, in independent zstd frames of 256 KiB.
CREATE TABLE raw (
    message INTEGER NOT NULL REFERENCES messages (id),
    n       INTEGER NOT NULL,
    data    BLOB    NOT NULL,
    PRIMARY KEY (message, n)
) STRICT;

-- The normal text, zstd, its first 256 KiB.
CREATE TABLE texts (
    message INTEGER PRIMARY KEY REFERENCES messages (id),
    data    BLOB    NOT NULL
) STRICT;

CREATE VIRTUAL TABLE fts USING fts5 (
    subject, sender, recipients, body,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO fts (fts, rank) VALUES ('hashsize', 16777216);

-- Messages and unread messages of each place, kept by the triggers below.
CREATE TABLE counters (
    place  INTEGER PRIMARY KEY,
    total  INTEGER NOT NULL,
    unread INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES (1, 0, 0), (2, 0, 0), (3, 0, 0), (4, 0, 0), (5, 0, 0), (6, 0, 0);

CREATE TRIGGER messages_arrive AFTER INSERT ON messages BEGIN
    UPDATE counters SET total = total + 1, unread = unread + new.unread WHERE place = new.place;
END;
CREATE TRIGGER messages_change AFTER UPDATE OF place, unread ON messages
WHEN old.place <> new.place OR old.unread <> new.unread BEGIN
    UPDATE counters SET total = total - 1, unread = unread - old.unread WHERE place = old.place;
    UPDATE counters SET total = total + 1, unread = unread + new.unread WHERE place = new.place;
END;
CREATE TRIGGER messages_leave AFTER DELETE ON messages BEGIN
    UPDATE counters SET total = total - 1, unread = unread - old.unread WHERE place = old.place;
END;

-- What a server lists. Equal unique ids within one listing are told apart by their copy number.
CREATE TABLE copies (
    account    INTEGER NOT NULL REFERENCES accounts (id),
    uidl       BLOB    NOT NULL,           -- as the server gave it; its SHA-256 beyond 1 KiB
    copy       INTEGER NOT NULL,
    state      INTEGER NOT NULL,           -- 1 listed, 2 stored, 3 delete due, 4 delete sent, 5 tombstone, 6 gone, 7 quarantined, 8 skipped
    size       INTEGER NOT NULL,           -- as listed: a hint
    message    INTEGER REFERENCES messages (id),
    first_seen INTEGER NOT NULL,
    absent     INTEGER,                    -- since when complete listings lack it; NULL: listed
    fails      INTEGER NOT NULL DEFAULT 0, -- tries in a row that did not bring it whole
    tried      INTEGER,                    -- the last of them; NULL: none
    PRIMARY KEY (account, uidl, copy)
) STRICT, WITHOUT ROWID;
CREATE INDEX copies_message ON copies (message);
CREATE INDEX copies_aside   ON copies (account) WHERE state = 7;

-- The last runs of each account.
CREATE TABLE runs (
    id        INTEGER PRIMARY KEY,
    account   INTEGER NOT NULL REFERENCES accounts (id),
    started   INTEGER NOT NULL,
    ended     INTEGER NOT NULL,
    listed    INTEGER NOT NULL,
    collected INTEGER NOT NULL,
    bytes     INTEGER NOT NULL,
    fault     TEXT    NOT NULL,            -- class of the error that ended it; '': none
    detail    TEXT    NOT NULL             -- the server's own words, cleaned
) STRICT;
CREATE INDEX runs_account ON runs (account, id);

-- What a person did, and how things were before, for ten minutes.
CREATE TABLE actions (
    id     INTEGER PRIMARY KEY,
    verb   TEXT    NOT NULL,
    chosen INTEGER NOT NULL,               -- how many messages or conversations were named
    made   INTEGER NOT NULL,
    until  INTEGER NOT NULL
) STRICT;
CREATE INDEX actions_until ON actions (until);
CREATE TABLE action_items (
    action  INTEGER NOT NULL REFERENCES actions (id) ON DELETE CASCADE,
    message INTEGER NOT NULL REFERENCES messages (id),
    place   INTEGER NOT NULL,
    unread  INTEGER NOT NULL,
    starred INTEGER NOT NULL,
    PRIMARY KEY (action, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX action_items_message ON action_items (message);
