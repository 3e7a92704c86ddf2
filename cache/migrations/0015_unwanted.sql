-- Server copies that the person wants deleted there, whatever the policy of the account says.
ALTER TABLE copies ADD COLUMN unwanted INTEGER;                     -- from when on: until then it can be undone; NULL: they have not asked
CREATE INDEX copies_unwanted ON copies (account) WHERE unwanted IS NOT NULL;
