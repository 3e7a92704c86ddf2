-- The attachments of each message, for the page that shows those of all mail.
CREATE TABLE files (
    message INTEGER NOT NULL REFERENCES messages (id),
    part    INTEGER NOT NULL, -- which part of the message it is
    sort    INTEGER NOT NULL, -- 0 any other, 1 picture, 2 PDF, 3 document, 4 sheet, 5 archive, 6 calendar
    size    INTEGER NOT NULL, -- bytes in the message, encoded
    name    TEXT    NOT NULL, -- '': it has none
    type    TEXT    NOT NULL, -- media type
    PRIMARY KEY (message, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX files_sort ON files (sort, message) WHERE sort > 0;
