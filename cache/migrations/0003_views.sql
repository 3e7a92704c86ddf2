-- How this person last chose to see the mail of a sender.
CREATE TABLE views (
    addr TEXT PRIMARY KEY,                 -- in lower case
    view TEXT NOT NULL                     -- reader, original or text
) STRICT, WITHOUT ROWID;
