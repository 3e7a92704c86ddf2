-- Messages of which only the header is here: they are looked through for each that comes under a unique id that is new.
CREATE INDEX messages_orphan_header ON messages (account, head) WHERE partial > 0;
