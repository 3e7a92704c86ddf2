package cache

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"restante/cache/mail"
)

// unreadDays is how recent mail must be to arrive unread in an account's first collection; otherwise ten years of
// mail arrive as a hundred thousand unread messages.
const unreadDays = 14 * 24 * time.Hour

// Store makes the messages of group durable, each with its index entry, its place in a conversation and its server
// copy in one transaction, and returns how many were new here: a message whose bytes the account already has (less
// what servers change) is linked and not stored again. Storing the same copy twice does nothing. When it returns an
// error, the messages before the one that failed may have been stored. It does not close group.
func (b *Box) Store(ctx context.Context, group []*Prepared) (fresh int, err error) {
	rest := slices.Clone(group)
	// Ascending, so that ids follow the server's order within a second and the full-text index is not
	// flushed once a message (performance.md section 5, choice 2).
	slices.SortStableFunc(rest, func(a, b *Prepared) int {
		return cmp.Or(cmp.Compare(a.received.Unix(), b.received.Unix()), cmp.Compare(a.Number, b.Number))
	})
	for len(rest) > 0 {
		done, added := 0, 0
		err := b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
			start := time.Now()
			for _, p := range rest {
				is, err := b.insert(ctx, tx, p)
				if err != nil {
					return fmt.Errorf("message %d: %w", p.Number, err)
				}
				done++
				if is {
					added++
				}
				if b.pressed(start) {
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return fresh, fmt.Errorf("storing: %w", err)
		}
		rest, fresh = rest[done:], fresh+added
	}
	return fresh, nil
}

// insert stores one message; fresh is false where it was here already.
func (b *Box) insert(ctx context.Context, tx *sql.Tx, p *Prepared) (fresh bool, err error) {
	known, err := knownAs(ctx, tx, p)
	if err != nil {
		return false, err
	}
	if known != 0 {
		return false, p.stored(ctx, tx, known)
	}
	id, err := nextID(ctx, tx, p.received)
	if err != nil {
		return false, err
	}
	account, err := accountOf(ctx, tx, p.Copy.Account)
	if err != nil {
		return false, err
	}
	if account.IsAddress(p.row.fromAddr) {
		p.row.kinds |= isOwn
	}
	unread := b.arrivesUnread(account, p)
	thread, err := findThread(ctx, tx, id, p.row)
	if err != nil {
		return false, fmt.Errorf("placing in a conversation: %w", err)
	}
	if err := p.insertRow(ctx, tx, id, thread, unread); err != nil {
		return false, err
	}
	if err := p.raw.insert(ctx, tx, id); err != nil {
		return false, err
	}
	if err := settle(ctx, tx, thread, Inbox); err != nil {
		return false, err
	}
	return true, p.stored(ctx, tx, id)
}

// knownAs is the message that the account has with the same identity; 0: none.
func knownAs(ctx context.Context, tx *sql.Tx, p *Prepared) (id ID, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id FROM messages WHERE account = ? AND identity = ?`, p.Copy.Account, p.identity).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// arrivesUnread decides whether a message starts unread: always, but in the first collection of an account only when
// it is recent and the mailbox does not say that it was read elsewhere.
func (b *Box) arrivesUnread(a Account, p *Prepared) bool {
	recent := p.received.After(b.now().Add(-unreadDays))
	return a.FirstDone || recent && !p.row.seen
}

// insertRow writes the row, the kept text and the index entry.
func (p *Prepared) insertRow(ctx context.Context, tx *sql.Tx, id, thread ID, unread bool) error {
	e := p.row
	_, err := tx.ExecContext(ctx, `INSERT INTO messages (id, account, thread, place, unread, sent, subject, base, orphan, from_name, from_addr, recipients,
		snippet, attachments, kinds, mid, size, sha256, identity, reader, normaliser) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, p.Copy.Account, thread, Inbox, unread, maybe(e.sent), e.subject, e.base, e.orphan, e.fromName, e.fromAddr, e.recipients,
		e.snippet, e.attachments, e.kinds, messageKey(e.messageID), p.size, p.exact, p.identity, mail.Version, normaliserVersion)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO texts (message, data) VALUES (?, ?)`, id, p.text); err != nil {
		return err
	}
	return p.insertIndex(ctx, tx, id)
}

// insertIndex writes the index entry.
func (p *Prepared) insertIndex(ctx context.Context, tx *sql.Tx, id ID) error {
	x := p.row.index
	_, err := tx.ExecContext(ctx, `INSERT INTO fts (rowid, subject, sender, recipients, cc, filename, list, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		id, x[0], x[1], x[2], x[3], x[4], x[5], p.body)
	return err
}

// maybe is a time as it stands in the file: NULL for none.
func maybe(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return seconds(t)
}

// stored notes which message the server copy became.
func (p *Prepared) stored(ctx context.Context, tx *sql.Tx, id ID) error {
	_, err := tx.ExecContext(ctx, `UPDATE copies SET state = ?, message = ?, fails = 0, tried = NULL
		WHERE account = ? AND uidl = ? AND copy = ? AND state IN (?, ?)`,
		Stored, id, p.Copy.Account, []byte(p.Copy.UIDL), p.Copy.Nth, Listed, Quarantined)
	return err
}
