-- Sessions on shared computers whose time ran out, so that their owner learns of it.
CREATE TABLE endings (
    person TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    agent  TEXT    NOT NULL,
    made   INTEGER NOT NULL,
    ended  INTEGER NOT NULL
) STRICT;
CREATE INDEX endings_person ON endings (person, ended);
