-- How much mail of each account is here, kept by the triggers below.
ALTER TABLE accounts ADD COLUMN total  INTEGER NOT NULL DEFAULT 0; -- messages
ALTER TABLE accounts ADD COLUMN octets INTEGER NOT NULL DEFAULT 0; -- … as their servers sent them, as far as they are here
UPDATE accounts SET (total, octets) = (SELECT count(*), coalesce(sum(iif(partial > 0, partial, size)), 0) FROM messages WHERE account = accounts.id);

CREATE TRIGGER accounts_gain AFTER INSERT ON messages BEGIN
    UPDATE accounts SET total = total + 1, octets = octets + iif(new.partial > 0, new.partial, new.size) WHERE id = new.account;
END;
CREATE TRIGGER accounts_weigh AFTER UPDATE OF size, partial ON messages BEGIN
    UPDATE accounts SET octets = octets + iif(new.partial > 0, new.partial, new.size) - iif(old.partial > 0, old.partial, old.size) WHERE id = new.account;
END;
CREATE TRIGGER accounts_lose AFTER DELETE ON messages BEGIN
    UPDATE accounts SET total = total - 1, octets = octets - iif(old.partial > 0, old.partial, old.size) WHERE id = old.account;
END;

-- Which message was deleted for good, and when, for who still has its address.
ALTER TABLE purged ADD COLUMN message INTEGER; -- NULL: deleted before this was noted
ALTER TABLE purged ADD COLUMN at      INTEGER;
CREATE INDEX purged_message ON purged (message) WHERE message IS NOT NULL;
