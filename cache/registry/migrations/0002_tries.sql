-- Tries to sign in, counted so that nobody guesses passwords here. What they are counted for is a hash, which names nobody.
CREATE TABLE tries (
    key   BLOB    NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,                -- that led nowhere, or are under way
    last  INTEGER NOT NULL,
    until INTEGER NOT NULL                 -- forgotten then
) STRICT, WITHOUT ROWID;

CREATE INDEX tries_until ON tries (until);
