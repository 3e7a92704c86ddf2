-- Since when a message is in spam or in the trash, of which a person may have the old deleted.
CREATE TABLE leaving (
    message INTEGER PRIMARY KEY REFERENCES messages (id),
    place   INTEGER NOT NULL, -- 5 spam, 6 trash
    since   INTEGER NOT NULL
) STRICT;
CREATE INDEX leaving_since ON leaving (place, since);
INSERT INTO leaving SELECT id, place, unixepoch() FROM messages WHERE place IN (5, 6);

CREATE TRIGGER messages_move AFTER UPDATE OF place ON messages WHEN old.place <> new.place BEGIN
    DELETE FROM leaving WHERE message = new.id;
    INSERT INTO leaving SELECT new.id, new.place, unixepoch() WHERE new.place IN (5, 6);
END;
CREATE TRIGGER messages_left BEFORE DELETE ON messages BEGIN
    DELETE FROM leaving WHERE message = old.id;
END;
