-- What of a mailbox is collected, and what may be deleted on its server.
ALTER TABLE accounts ADD COLUMN scope       INTEGER NOT NULL DEFAULT 0; -- first collection: 0 everything, -1 nothing that is there, else so many days
ALTER TABLE accounts ADD COLUMN max_size    INTEGER NOT NULL DEFAULT 0; -- bytes; of larger messages only the header comes; 0: no limit
ALTER TABLE accounts ADD COLUMN policy      INTEGER NOT NULL DEFAULT 0; -- on the server: 0 keep, 1 delete what is deleted here, 2 after days, 3 once collected, 4 once collected over a size
ALTER TABLE accounts ADD COLUMN policy_days INTEGER NOT NULL DEFAULT 0; -- of policy 2
ALTER TABLE accounts ADD COLUMN policy_size INTEGER NOT NULL DEFAULT 0; -- of policy 4, in bytes
ALTER TABLE accounts ADD COLUMN policy_once INTEGER NOT NULL DEFAULT 0; -- 1: policies 3 and 4 act in the session that collects
ALTER TABLE accounts ADD COLUMN policy_from INTEGER NOT NULL DEFAULT 0; -- nothing is deleted before

ALTER TABLE messages ADD COLUMN partial INTEGER NOT NULL DEFAULT 0; -- bytes of its header, where that is all that is here and size is what the server says; 0: it is whole
ALTER TABLE messages ADD COLUMN head    INTEGER NOT NULL DEFAULT 0; -- first 63 bits of the SHA-256 of its header in the form of identity; 0: not computed
CREATE INDEX messages_partial ON messages (id) WHERE partial > 0;

-- State 9, purged: deleted here and left on the server.
ALTER TABLE copies ADD COLUMN stored   INTEGER;                     -- when the message was stored; NULL: it is not, or that was not noted
ALTER TABLE copies ADD COLUMN relisted INTEGER;                     -- size in the last listing, where that is not the first one's; NULL: it is
ALTER TABLE copies ADD COLUMN wanted   INTEGER NOT NULL DEFAULT 0;  -- 1: the person asks for it
ALTER TABLE copies ADD COLUMN verified INTEGER;                     -- when the stored bytes were last read and found right
ALTER TABLE copies ADD COLUMN sha256   BLOB;                        -- of the bytes of a message that is no longer here
ALTER TABLE copies ADD COLUMN deletes  INTEGER NOT NULL DEFAULT 0;  -- times that the server was asked to delete it
UPDATE copies SET stored = first_seen WHERE state = 2;
CREATE INDEX copies_sent   ON copies (account) WHERE state = 4;
CREATE INDEX copies_due    ON copies (account) WHERE state = 3;

DROP TRIGGER copies_change;
CREATE TRIGGER copies_change AFTER UPDATE OF state, absent, message ON copies WHEN new.message IS NOT NULL BEGIN
    UPDATE messages SET remote = 1 - remote WHERE id = new.message AND remote <> EXISTS
        (SELECT 1 FROM copies c WHERE c.message = new.message AND c.absent IS NULL AND c.state NOT IN (5, 6));
END;

-- Messages that were deleted here for good: their bytes are never stored again.
CREATE TABLE purged (
    account  INTEGER NOT NULL REFERENCES accounts (id),
    identity BLOB    NOT NULL,
    head     INTEGER NOT NULL,
    PRIMARY KEY (account, identity)
) STRICT, WITHOUT ROWID;

-- A receipt for each message that was deleted on a server; kept for ever.
CREATE TABLE receipts (
    id       INTEGER PRIMARY KEY,
    account  INTEGER NOT NULL REFERENCES accounts (id),
    uidl     BLOB    NOT NULL,
    size     INTEGER NOT NULL,             -- as the server listed it
    sha256   BLOB    NOT NULL,             -- of the bytes that were collected
    stored   INTEGER,                      -- when they were
    verified INTEGER,                      -- when they were last read back and found right; NULL: the person had deleted them here
    deleted  INTEGER NOT NULL,             -- when the server confirmed, or was found without it
    policy   INTEGER NOT NULL              -- that asked for it
) STRICT;
CREATE INDEX receipts_account ON receipts (account, id);
CREATE INDEX receipts_copy    ON receipts (account, uidl);

ALTER TABLE runs ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0; -- messages on the server, at the person's wish
ALTER TABLE runs ADD COLUMN taken   INTEGER NOT NULL DEFAULT 0; -- messages that the server no longer lists, and that are here
ALTER TABLE runs ADD COLUMN missed  INTEGER NOT NULL DEFAULT 0; -- … and that are not
