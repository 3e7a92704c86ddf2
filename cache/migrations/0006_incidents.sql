-- Files that were found damaged and set aside, with what could be brought over.
CREATE TABLE incidents (
    at    INTEGER PRIMARY KEY,
    aside TEXT    NOT NULL,                -- name of the damaged file, beside this one
    kept  INTEGER NOT NULL,                -- messages brought over
    again INTEGER NOT NULL,                -- messages to be collected again
    lost  INTEGER NOT NULL                 -- messages that nobody has any more
) STRICT;
