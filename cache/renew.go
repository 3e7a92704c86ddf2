package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"restante/cache/mail"
)

// renewGroup is how many messages are read anew at a time.
const renewGroup = 64

// Renewing is how many messages are still to be read anew because they were stored by an older version of the program,
// which read mail or indexed text otherwise; until then a search may miss them. It goes on in the background while the
// box is open, newest first. 0: none.
func (b *Box) Renewing() int { return int(b.stale.Load()) }

// Stale reports whether there may be messages that were stored by an older version of the program, see Renewing.
func (b *Box) Stale(ctx context.Context) (stale bool, err error) {
	err = b.file.Read.QueryRowContext(ctx, `SELECT reader < ? OR normaliser < ? FROM renewed`, mail.Version, normaliserVersion).Scan(&stale)
	return stale, err
}

// Renewed waits until Renewing is over, or ctx is done, and returns what went wrong in it.
func (b *Box) Renewed(ctx context.Context) error {
	select {
	case <-b.renewal:
		return b.renewed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// renew reads all rows of an older version anew, newest first, until stop is done. What fails is tried again when the box
// is next opened.
func (b *Box) renew(stop context.Context) error {
	// A statement that is called off may outlive the call, and the connection that closes last would not be ours.
	ctx := context.WithoutCancel(stop)
	err := b.read(ctx, func(tx *sql.Tx) error {
		var n int64
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM messages WHERE reader < ? OR normaliser < ?`, mail.Version, normaliserVersion).Scan(&n)
		b.stale.Store(n)
		return err
	})
	for before := ID(math.MaxInt64); err == nil; {
		var group []ID
		if group, err = b.oldRows(ctx, before); err != nil || len(group) == 0 {
			break
		}
		before = group[len(group)-1]
		err = b.renewRows(ctx, stop, group)
		b.stale.Add(-int64(len(group)))
	}
	if err != nil {
		return fmt.Errorf("reading stored mail anew: %w", err)
	}
	b.stale.Store(0)
	if err := b.Tidy(ctx); err != nil {
		return err
	}
	return b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE renewed SET reader = ?, normaliser = ?`, mail.Version, normaliserVersion)
		return err
	})
}

// oldRows are the next messages below an id that were stored by an older version, newest first.
func (b *Box) oldRows(ctx context.Context, before ID) (ids []ID, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		ids, err = scanAll(ctx, tx, scanID, `SELECT id FROM messages WHERE id < ? AND (reader < ? OR normaliser < ?) ORDER BY id DESC LIMIT ?`,
			before, mail.Version, normaliserVersion, renewGroup)
		return err
	})
	return ids, err
}

func scanID(row row) (id ID, err error) {
	err = row.Scan(&id)
	return id, err
}

// renewRows derives the rows of a group of messages again from their bytes. One whose bytes cannot be read keeps what it
// has: Verify finds it.
func (b *Box) renewRows(ctx, stop context.Context, group []ID) error {
	derived := map[ID]*Prepared{}
	for _, id := range group {
		if err := stop.Err(); err != nil {
			return err
		}
		p, err := b.rederived(ctx, id)
		if errors.Is(err, ErrClosed) {
			return err
		}
		if err == nil {
			derived[id] = p
		}
	}
	rest := slices.Sorted(slices.Values(group)) // ascending, as Store does
	for len(rest) > 0 {
		done := 0
		err := b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
			start := time.Now()
			for _, id := range rest {
				done++
				if p := derived[id]; p != nil {
					if err := p.renew(ctx, tx, id); err != nil {
						return fmt.Errorf("message %d: %w", id, err)
					}
				}
				if b.pressed(start) {
					break
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		rest = rest[done:]
	}
	return nil
}

// rederived reads a stored message as if it had just come.
func (b *Box) rederived(ctx context.Context, id ID) (*Prepared, error) {
	raw, err := b.Raw(ctx, id)
	if err != nil {
		return nil, err
	}
	p := &Prepared{size: raw.Size()}
	if p.digests, err = digest(raw.Reader(), raw.Size()); err != nil {
		return nil, err
	}
	p.derive(b, raw)
	return p, nil
}

// renew writes what was derived in place of what is there. The time that gave the message its id stays as it is, and so
// does its conversation, unless it names one that was not known to be the same.
func (p *Prepared) renew(ctx context.Context, tx *sql.Tx, id ID) error {
	var account int64
	var thread ID
	err := tx.QueryRowContext(ctx, `SELECT account, thread FROM messages WHERE id = ?`, id).Scan(&account, &thread)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	accounts, err := allAccounts(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := p.owned(accounts, account); err != nil {
		return err
	}
	return p.replace(ctx, tx, id, thread)
}

// replace writes all that is derived from a message's bytes in place of what is there.
func (p *Prepared) replace(ctx context.Context, tx *sql.Tx, id, thread ID) error {
	e := p.row
	_, err := tx.ExecContext(ctx, `UPDATE messages SET sent = ?, subject = ?, base = ?, orphan = ?, from_name = ?, from_addr = ?, recipients = ?,
		snippet = ?, attachments = ?, kinds = ?, mid = ?, head = ?, reader = ?, normaliser = ? WHERE id = ?`,
		maybe(e.sent), e.subject, e.base, e.orphan, e.fromName, e.fromAddr, e.recipients,
		e.snippet, e.attachments, e.kinds, messageKey(e.messageID), p.headKey(), mail.Version, normaliserVersion, id)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO texts (message, data) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET data = ?2`, id, p.text); err != nil {
		return err
	}
	for _, statement := range []string{`DELETE FROM fts WHERE rowid = ?`, `DELETE FROM files WHERE message = ?`} {
		if _, err := tx.ExecContext(ctx, statement, id); err != nil {
			return err
		}
	}
	if err := p.insertFiles(ctx, tx, id); err != nil {
		return err
	}
	if err := p.insertIndex(ctx, tx, id); err != nil {
		return err
	}
	return tie(ctx, tx, thread, threadNames(e))
}
