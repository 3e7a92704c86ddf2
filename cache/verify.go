package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// Verified is what Verify found.
type Verified struct {
	Messages int // that were read
	Bad      int // things that were not as they should be: messages, index entries, counters, server copies
	Repaired int // of these, those that are as they should be now, or will be with the next collection
}

// Verify reads every message and compares it with its hash, and the index, the conversations, the counters and the server
// copies with the messages. What can be derived is derived anew; a message whose bytes are damaged is collected again if
// a server still lists it. tell is called after each message; nil: nobody wants to know.
func (b *Box) Verify(ctx context.Context, tell func(done int)) (v Verified, err error) {
	if err := b.verifyFile(ctx, &v); err != nil {
		return v, fmt.Errorf("verifying: %w", err)
	}
	err = b.Each(ctx, func(m Message) error {
		v.Messages++
		if tell != nil {
			tell(v.Messages)
		}
		return b.verifyMessage(ctx, m, &v)
	})
	for _, check := range checks {
		if err == nil {
			err = b.verifyDerived(ctx, check, &v)
		}
	}
	if err != nil {
		return v, fmt.Errorf("verifying: %w", err)
	}
	return v, nil
}

// verifyFile has SQLite look at the structure of the file, and rebuilds a full-text index that is damaged. It asks the
// connection that writes: the others may remember what the index was like.
func (b *Box) verifyFile(ctx context.Context, v *Verified) error {
	if err := b.verifyIndex(ctx, v); err != nil {
		return err
	}
	return b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		faults, err := scanAll(ctx, tx, func(row row) (text string, err error) {
			err = row.Scan(&text)
			return text, err
		}, `PRAGMA quick_check`)
		if !slices.Equal(faults, []string{"ok"}) {
			v.Bad += len(faults)
		}
		return err
	})
}

// verifyIndex rebuilds the full-text index if it is damaged.
func (b *Box) verifyIndex(ctx context.Context, v *Verified) error {
	err := b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO fts (fts) VALUES ('integrity-check')`)
		return err
	})
	if err == nil || errors.Is(err, ErrClosed) || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	v.Bad++
	err = b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO fts (fts) VALUES ('delete-all')`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE messages SET normaliser = 0`)
		return err
	})
	if err == nil {
		err = b.renew(ctx)
	}
	if err == nil {
		v.Repaired++
	}
	return err
}

// verifyMessage reads one message back. One that is sound and lacks what is derived from it has that derived anew.
func (b *Box) verifyMessage(ctx context.Context, m Message, v *Verified) error {
	sound, err := true, error(nil)
	if !m.Partial {
		sound, err = b.isSound(ctx, m.ID)
	}
	if err != nil {
		return err
	}
	if !sound {
		v.Bad++
		if !m.Remote {
			return nil // nobody has it any more; what is left of it stays
		}
		v.Repaired++
		return b.store(ctx, func(ctx context.Context, tx *sql.Tx) error { return b.lose(ctx, tx, m.ID) })
	}
	var whole bool
	err = b.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM texts WHERE message = id) AND EXISTS (SELECT 1 FROM fts_docsize WHERE fts_docsize.id = messages.id)
			AND (normaliser < ?2 OR (SELECT count(*) FROM files WHERE message = id) = min(attachments, ?3)) FROM messages WHERE id = ?1`, m.ID, normaliserVersion, maxFiles).Scan(&whole)
	})
	if err != nil || whole {
		return err
	}
	v.Bad++
	p, err := b.rederived(ctx, m.ID)
	if err != nil {
		return err
	}
	v.Repaired++
	return b.store(ctx, func(ctx context.Context, tx *sql.Tx) error { return p.renew(ctx, tx, m.ID) })
}

// check is something that is kept for speed and follows from something else.
type check struct {
	wrong  string   // counts what is not as it should be
	repair []string // makes it so
}

// checks are what is compared once the messages have been read.
var checks = []check{
	{ // entries of the index without a message
		`SELECT count(*) FROM fts_docsize WHERE id NOT IN (SELECT id FROM messages)`,
		[]string{`DELETE FROM fts WHERE rowid IN (SELECT id FROM fts_docsize WHERE id NOT IN (SELECT id FROM messages))`},
	},
	{ // the newest message of each conversation and place, and no other, stands for it in lists
		`SELECT count(*) FROM messages m WHERE m.top <> (m.id = (SELECT max(n.id) FROM messages n WHERE n.thread = m.thread AND n.place = m.place))`,
		[]string{`UPDATE messages SET top = (id = (SELECT max(n.id) FROM messages n WHERE n.thread = messages.thread AND n.place = messages.place))
			WHERE top <> (id = (SELECT max(n.id) FROM messages n WHERE n.thread = messages.thread AND n.place = messages.place))`},
	},
	{ // counters of places
		`SELECT count(*) FROM counters c WHERE total <> (SELECT count(*) FROM messages WHERE place = c.place)
			OR unread <> (SELECT count(*) FROM messages WHERE place = c.place AND unread = 1)`,
		[]string{`UPDATE counters SET total = (SELECT count(*) FROM messages WHERE place = counters.place),
			unread = (SELECT count(*) FROM messages WHERE place = counters.place AND unread = 1)`},
	},
	{ // counters of labels
		`SELECT count(*) FROM labels l WHERE total <> (SELECT count(*) FROM message_labels WHERE label = l.id)
			OR unread <> (SELECT count(*) FROM message_labels x JOIN messages m ON m.id = x.message WHERE x.label = l.id AND m.unread = 1)`,
		[]string{`UPDATE labels SET total = (SELECT count(*) FROM message_labels WHERE label = labels.id),
			unread = (SELECT count(*) FROM message_labels x JOIN messages m ON m.id = x.message WHERE x.label = labels.id AND m.unread = 1)`},
	},
	{ // counters of accounts
		`SELECT count(*) FROM accounts a WHERE (total, octets) <> (SELECT count(*), coalesce(sum(iif(partial > 0, partial, size)), 0) FROM messages WHERE account = a.id)`,
		[]string{`UPDATE accounts SET (total, octets) =
			(SELECT count(*), coalesce(sum(iif(partial > 0, partial, size)), 0) FROM messages WHERE account = accounts.id)`},
	},
	{ // copies that are stored have a whole message, and others that have one have a header
		`SELECT count(*) FROM copies c LEFT JOIN messages m ON m.id = c.message WHERE c.state = 2 AND (m.id IS NULL OR m.partial > 0)`,
		[]string{`UPDATE copies SET state = 1, fails = 0, tried = NULL WHERE state = 2 AND (message IS NULL OR message NOT IN (SELECT id FROM messages WHERE partial = 0))`},
	},
	{ // where a message is
		`SELECT count(*) FROM messages m WHERE remote <> EXISTS (SELECT 1 FROM copies c WHERE c.message = m.id AND c.absent IS NULL AND c.state NOT IN (5, 6))`,
		[]string{`UPDATE messages SET remote = 1 - remote
			WHERE remote <> EXISTS (SELECT 1 FROM copies c WHERE c.message = messages.id AND c.absent IS NULL AND c.state NOT IN (5, 6))`},
	},
}

// verifyDerived makes one check.
func (b *Box) verifyDerived(ctx context.Context, c check, v *Verified) error {
	return b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var wrong int
		if err := tx.QueryRowContext(ctx, c.wrong).Scan(&wrong); err != nil || wrong == 0 {
			return err
		}
		for _, statement := range c.repair {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		v.Bad, v.Repaired = v.Bad+wrong, v.Repaired+wrong
		return nil
	})
}
