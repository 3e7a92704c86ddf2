-- What the search language asks of a message beyond its words.
ALTER TABLE messages ADD COLUMN kinds INTEGER NOT NULL DEFAULT 0;  -- bits: 1 image, 2 PDF, 4 invitation, 8 link, 16 encrypted, 32 written by the person
ALTER TABLE messages ADD COLUMN mid INTEGER NOT NULL DEFAULT 0;    -- first 63 bits of the SHA-256 of its Message-ID; 0: it has none
ALTER TABLE messages ADD COLUMN remote INTEGER NOT NULL DEFAULT 1; -- 1 while a server lists it; kept by the trigger below

CREATE INDEX messages_image     ON messages (id) WHERE (kinds & 1) <> 0;
CREATE INDEX messages_pdf       ON messages (id) WHERE (kinds & 2) <> 0;
CREATE INDEX messages_invite    ON messages (id) WHERE (kinds & 4) <> 0;
CREATE INDEX messages_encrypted ON messages (id) WHERE (kinds & 16) <> 0;
CREATE INDEX messages_own       ON messages (thread, id) WHERE (kinds & 32) <> 0;
CREATE INDEX messages_large     ON messages (id) WHERE size >= 5242880;
CREATE INDEX messages_here      ON messages (id) WHERE remote = 0;
CREATE INDEX messages_mid       ON messages (mid) WHERE mid <> 0;
CREATE INDEX messages_account   ON messages (account, id);

UPDATE messages SET remote = 0 WHERE NOT EXISTS
    (SELECT 1 FROM copies c WHERE c.message = messages.id AND c.absent IS NULL AND c.state IN (2, 3, 4));
CREATE TRIGGER copies_change AFTER UPDATE OF state, absent, message ON copies WHEN new.message IS NOT NULL BEGIN
    UPDATE messages SET remote = 1 - remote WHERE id = new.message AND remote <> EXISTS
        (SELECT 1 FROM copies c WHERE c.message = new.message AND c.absent IS NULL AND c.state IN (2, 3, 4));
END;

-- The index has columns of its own for the Cc field, names of attachments and mailing lists. It begins empty: what is
-- stored is read anew in the background, because the words of old rows are kept nowhere else.
DROP TABLE fts;
CREATE VIRTUAL TABLE fts USING fts5 (
    subject, sender, recipients, body, cc, filename, list,
    content = '', contentless_delete = 1, prefix = '3', tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO fts (fts, rank) VALUES ('hashsize', 16777216);

-- The versions of reader and normaliser that all messages have been read with.
CREATE TABLE renewed (
    reader     INTEGER NOT NULL,
    normaliser INTEGER NOT NULL
) STRICT;
INSERT INTO renewed VALUES (0, 0);

-- Labels that a person has given, with what carries them; counted by the triggers below.
CREATE TABLE labels (
    id     INTEGER PRIMARY KEY,
    name   TEXT    NOT NULL,               -- as the person wrote it
    folded TEXT    NOT NULL UNIQUE,        -- as it is compared
    total  INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE message_labels (
    label   INTEGER NOT NULL REFERENCES labels (id),
    message INTEGER NOT NULL REFERENCES messages (id),
    PRIMARY KEY (label, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_labels_message ON message_labels (message);

CREATE TRIGGER message_labels_arrive AFTER INSERT ON message_labels BEGIN
    UPDATE labels SET total = total + 1, unread = unread + (SELECT unread FROM messages WHERE id = new.message) WHERE id = new.label;
END;
CREATE TRIGGER message_labels_leave AFTER DELETE ON message_labels BEGIN
    UPDATE labels SET total = total - 1, unread = unread - (SELECT unread FROM messages WHERE id = old.message) WHERE id = old.label;
END;
CREATE TRIGGER messages_labelled AFTER UPDATE OF unread ON messages WHEN old.unread <> new.unread BEGIN
    UPDATE labels SET unread = unread + new.unread - old.unread WHERE id IN (SELECT label FROM message_labels WHERE message = new.id);
END;
