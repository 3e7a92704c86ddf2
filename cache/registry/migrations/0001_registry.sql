-- The instance's one file. Times are Unix seconds, 0 for never; flags 0 or 1.

CREATE TABLE people (
    id   TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 26), -- random, names the person's folder
    made INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which person's file collects which mailbox.
CREATE TABLE mailboxes (
    id       INTEGER PRIMARY KEY,
    server   TEXT    NOT NULL,             -- canonical address, pop3s://host
    user     BLOB    NOT NULL,             -- the bytes that were typed, never folded
    person   TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    account  INTEGER NOT NULL,             -- id of the account in the person's file
    signs_in INTEGER NOT NULL CHECK (signs_in IN (0, 1)),
    made     INTEGER NOT NULL,
    UNIQUE (server, user, person),
    UNIQUE (person, account)
) STRICT;

-- Signing in with a mailbox opens one person's file.
CREATE UNIQUE INDEX mailboxes_sign_in ON mailboxes (server, user) WHERE signs_in = 1;

-- A person's key, encrypted once for each way in that lasts. The wraps by
-- session tokens are in sessions: such a wrap ends with its session.
CREATE TABLE wraps (
    person   TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL CHECK (kind IN ('password', 'instance')),
    mailbox  INTEGER REFERENCES mailboxes (id) ON DELETE CASCADE, -- whose password; NULL: instance
    blob     BLOB    NOT NULL,
    verifies INTEGER NOT NULL CHECK (verifies IN (0, 1)), -- 1: opening it may stand for the server's judgement
    made     INTEGER NOT NULL,
    accepted INTEGER NOT NULL,             -- when the server last accepted the password
    CHECK ((kind = 'password') = (mailbox IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX wraps_password ON wraps (mailbox) WHERE kind = 'password';
CREATE UNIQUE INDEX wraps_instance ON wraps (person) WHERE kind = 'instance';
CREATE INDEX wraps_person ON wraps (person);

CREATE TABLE sessions (
    hash     BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the token
    person   TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    mailbox  INTEGER NOT NULL REFERENCES mailboxes (id) ON DELETE CASCADE, -- that signed in
    kind     TEXT    NOT NULL CHECK (kind IN ('private', 'shared', 'kiosk')),
    made     INTEGER NOT NULL,
    seen     INTEGER NOT NULL,             -- last human activity
    idle     INTEGER NOT NULL,             -- ends then without activity
    absolute INTEGER NOT NULL,             -- ends then in any case
    wrap     BLOB    NOT NULL,             -- the person's key by the token
    agent    TEXT    NOT NULL              -- what the browser calls itself, shortened
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_mailbox ON sessions (mailbox);
CREATE INDEX sessions_end ON sessions (min(idle, absolute));

-- When a mailbox is looked at next, whoever's file it fills.
CREATE TABLE looks (
    server     TEXT    NOT NULL,
    user       BLOB    NOT NULL,
    next       INTEGER NOT NULL,
    not_before INTEGER NOT NULL,           -- the pause holds whatever asks for a look
    reason     TEXT    NOT NULL,           -- of the pause
    error      TEXT    NOT NULL,           -- class of the last look's error; empty: it went well
    PRIMARY KEY (server, user)
) STRICT, WITHOUT ROWID;

CREATE INDEX looks_due ON looks (max(next, not_before));

-- What a server was seen to be like.
CREATE TABLE traits (
    server TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    value  TEXT    NOT NULL,
    seen   INTEGER NOT NULL,
    PRIMARY KEY (server, name)
) STRICT, WITHOUT ROWID;
