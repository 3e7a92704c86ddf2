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
		err := b.store(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
			start, arrived := time.Now(), arrivals{}
			if arrived.accounts, err = allAccounts(ctx, tx); err != nil {
				return err
			}
			if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM messages INDEXED BY messages_partial WHERE partial > 0)`).Scan(&arrived.headers); err != nil {
				return err
			}
			for _, p := range rest {
				is, err := b.insert(ctx, tx, p, &arrived)
				if err != nil {
					return fmt.Errorf("message %d: %w", p.Number, err)
				}
				done++
				if is {
					added++
				}
				if b.pressed(start) {
					break
				}
			}
			if err := arrived.index(ctx, tx); err != nil {
				return err
			}
			return b.meet(ctx, tx, arrived)
		})
		if err != nil {
			return fresh, fmt.Errorf("storing: %w", err)
		}
		rest, fresh = rest[done:], fresh+added
	}
	return fresh, nil
}

// insert stores one message, and notes what rules have to meet; fresh is false where it was here already.
func (b *Box) insert(ctx context.Context, tx *sql.Tx, p *Prepared, arrived *arrivals) (fresh bool, err error) {
	if p.partial {
		return b.insertHeader(ctx, tx, p, arrived)
	}
	here, err := p.whatIsHere(ctx, tx)
	switch {
	case err != nil:
		return false, err
	case here.purged:
		return false, errors.Join(p.becomes(ctx, tx, Purged, 0), here.dropHeader(ctx, tx))
	case here.same != 0:
		return false, errors.Join(p.becomes(ctx, tx, Stored, here.same), here.dropHeader(ctx, tx))
	case here.header != 0 && here.head == p.headKey():
		arrived.completed = append(arrived.completed, here.header)
		return true, b.complete(ctx, tx, p, here, arrived)
	}
	if here.header == 0 && arrived.headers {
		if here.header, err = p.orphan(ctx, tx); err != nil {
			return false, err
		}
		if here.header != 0 {
			arrived.completed = append(arrived.completed, here.header)
			return true, b.complete(ctx, tx, p, here, arrived)
		}
	}
	id, err := b.insertNew(ctx, tx, p, arrived)
	if err != nil {
		return false, err
	}
	return true, errors.Join(p.becomes(ctx, tx, Stored, id), here.dropHeader(ctx, tx))
}

// insertNew makes a message of what was prepared.
func (b *Box) insertNew(ctx context.Context, tx *sql.Tx, p *Prepared, arrived *arrivals) (ID, error) {
	id, err := b.nextID(ctx, tx, p.received)
	if err != nil {
		return 0, err
	}
	account, err := p.owned(arrived.accounts, p.Copy.Account)
	if err != nil {
		return 0, err
	}
	unread := b.arrivesUnread(account, p)
	thread, err := findThread(ctx, tx, id, p.row)
	if err != nil {
		return 0, fmt.Errorf("placing in a conversation: %w", err)
	}
	if err := p.insertRow(ctx, tx, id, thread, unread); err != nil {
		return 0, err
	}
	if err := p.raw.insert(ctx, tx, id); err != nil {
		return 0, err
	}
	if err := hear(ctx, tx, id, p.row); err != nil {
		return 0, err
	}
	arrived.note(p, id)
	if thread == id {
		return id, nil // it is alone, and the newest
	}
	return id, arrive(ctx, tx, id, thread)
}

// arrive puts a new message, which is in the inbox, where its conversation goes: to the archive if that is muted.
func arrive(ctx context.Context, tx *sql.Tx, id, thread ID) error {
	done, err := tx.ExecContext(ctx, `UPDATE messages SET place = ?, muted = 1
		WHERE id = ? AND EXISTS (SELECT 1 FROM messages m INDEXED BY messages_silent WHERE m.thread = ? AND m.muted = 1)`, Archive, id, thread)
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err != nil {
		return err
	}
	if n > 0 {
		return settle(ctx, tx, thread, Archive)
	}
	return settle(ctx, tx, thread, Inbox)
}

// owned marks a message that the person has written, from whichever of their addresses, and returns the account that it
// was collected from.
func (p *Prepared) owned(accounts []Account, account int64) (of Account, err error) {
	for _, a := range accounts {
		if a.IsAddress(p.row.fromAddr) {
			p.row.kinds |= isOwn
		}
		if a.ID == account {
			of = a
		}
	}
	if of.ID == 0 {
		err = fmt.Errorf("account %d: %w", account, ErrNotFound)
	}
	return of, err
}

// here is what the file has of a message that is to be stored.
type here struct {
	same   ID    // the message with the same identity; 0: none
	purged bool  // it was deleted here for good
	header ID    // the message that has only this copy's header; 0: none
	head   int64 // the key of that header
}

func (p *Prepared) whatIsHere(ctx context.Context, tx *sql.Tx) (h here, err error) {
	err = tx.QueryRowContext(ctx, `SELECT
		coalesce((SELECT id FROM messages WHERE account = ?1 AND identity = ?2), 0),
		EXISTS (SELECT 1 FROM purged WHERE account = ?1 AND identity = ?2),
		coalesce((SELECT message FROM copies WHERE account = ?1 AND uidl = ?3 AND copy = ?4 AND state <> 2), 0)`,
		p.Copy.Account, p.identity, []byte(p.Copy.UIDL), p.Copy.Nth).Scan(&h.same, &h.purged, &h.header)
	if err != nil || h.header == 0 {
		return h, err
	}
	err = tx.QueryRowContext(ctx, `SELECT head FROM messages WHERE id = ? AND partial > 0`, h.header).Scan(&h.head)
	if errors.Is(err, sql.ErrNoRows) {
		h.header, err = 0, nil // the copy's unique id was another message's before
	}
	return h, err
}

// dropHeader removes the message that had only the header, where it has become another.
func (h here) dropHeader(ctx context.Context, tx *sql.Tx) error {
	if h.header == 0 || h.header == h.same {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE copies SET message = NULL WHERE message = ?`, h.header); err != nil {
		return err
	}
	return drop(ctx, tx, h.header)
}

// arrivesUnread decides whether a message starts unread: always, but in the first collection of an account only when
// it is recent and the mailbox does not say that it was read elsewhere.
func (b *Box) arrivesUnread(a Account, p *Prepared) bool {
	recent := p.received.After(b.now().Add(-unreadDays))
	return a.FirstDone || recent && !p.row.seen
}

// insertRow writes the row, the kept text and the attachments. A message that opens a conversation stands for it.
func (p *Prepared) insertRow(ctx context.Context, tx *sql.Tx, id, thread ID, unread bool) error {
	e := p.row
	_, err := tx.ExecContext(ctx, `INSERT INTO messages (id, account, thread, place, top, unread, sent, subject, base, orphan, from_name, from_addr, recipients,
		snippet, attachments, kinds, mid, size, partial, sha256, identity, head, reader, normaliser)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, p.Copy.Account, thread, Inbox, thread == id, unread, maybe(e.sent), e.subject, e.base, e.orphan, e.fromName, e.fromAddr, e.recipients,
		e.snippet, e.attachments, e.kinds, messageKey(e.messageID), p.listed(), p.header(), p.exact, p.identity, p.headKey(), mail.Version, normaliserVersion)
	if err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, `INSERT INTO texts (message, data) VALUES (?, ?)`, id, p.text); err != nil {
		return err
	}
	return p.insertFiles(ctx, tx, id)
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

// becomes notes what the server copy has become: a stored message, or one that was deleted here for good.
func (p *Prepared) becomes(ctx context.Context, tx *sql.Tx, state State, id ID) error {
	var message any
	if id != 0 {
		message = id
	}
	_, err := tx.ExecContext(ctx, `UPDATE copies SET state = ?, message = ?, stored = ?, wanted = 0, fails = 0, tried = NULL
		WHERE account = ? AND uidl = ? AND copy = ? AND state IN (?, ?, ?)`,
		state, message, seconds(p.arrived), p.Copy.Account, []byte(p.Copy.UIDL), p.Copy.Nth, Listed, Quarantined, Skipped)
	return err
}
