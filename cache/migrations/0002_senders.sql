-- Senders whose remote pictures this person always wants to see.
CREATE TABLE senders (
    addr TEXT    PRIMARY KEY,              -- in lower case
    made INTEGER NOT NULL                  -- when the person said so
) STRICT, WITHOUT ROWID;
