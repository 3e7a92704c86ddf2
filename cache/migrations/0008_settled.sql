-- The last listing that left nothing to do: the same once more needs no comparing. NULL: the next is compared; empty: one is
-- being compared. What changes a copy makes it NULL.
ALTER TABLE accounts ADD COLUMN settled BLOB;                       -- SHA-256

CREATE TRIGGER copies_unsettle AFTER UPDATE ON copies BEGIN
    UPDATE accounts SET settled = NULL WHERE id = new.account AND settled IS NOT NULL;
END;
