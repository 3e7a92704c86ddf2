-- What a person is called who signs in with somebody else's word for them: the user is then what that one knows them by.
ALTER TABLE mailboxes ADD COLUMN shown TEXT NOT NULL DEFAULT '';
