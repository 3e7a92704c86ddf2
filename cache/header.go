package cache

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
)

// Header is the header of a message that has not been collected, as TOP gave it.
type Header struct {
	Copy
	Number int
	Size   int64 // of the whole message, as the server says
	Raw    *Spool
}

// StoreHeaders makes messages of headers: they are listed, found and shown like others, and keep their ids when the whole
// message comes. It makes the copies known that are not. A header whose copy has a message already is passed over. It
// closes what it is given.
func (b *Box) StoreHeaders(ctx context.Context, headers []Header) error {
	var errs error
	var group []*Prepared
	for _, h := range headers {
		p, err := b.prepareHeader(h)
		if err != nil {
			errs = errors.Join(errs, err)
			continue
		}
		group = append(group, p)
	}
	if errs == nil {
		_, errs = b.Store(ctx, group)
	}
	for _, p := range group {
		errs = errors.Join(errs, p.Close())
	}
	return errs
}

// prepareHeader is Prepare for a header. It is known by its copy: that of another message may be the same.
func (b *Box) prepareHeader(h Header) (*Prepared, error) {
	p, err := b.Prepare(h.Copy, h.Number, h.Raw)
	if err != nil {
		return nil, err
	}
	p.partial, p.whole = true, h.Size
	key := sha256.Sum256(fmt.Appendf(nil, "header only\x00%d\x00%d\x00%s", h.Account, h.Nth, h.UIDL))
	p.identity = key[:]
	return p, nil
}

// insertHeader stores a message of which only the header is here.
func (b *Box) insertHeader(ctx context.Context, tx *sql.Tx, p *Prepared, arrived *arrivals) (fresh bool, err error) {
	c := p.Copy
	_, err = tx.ExecContext(ctx, `INSERT INTO copies (account, uidl, copy, state, size, first_seen) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		append(c.key(), Listed, p.whole, seconds(b.now()))...)
	if err != nil || p.size == 0 {
		return false, err
	}
	var open bool
	err = tx.QueryRowContext(ctx, `SELECT message IS NULL AND state IN (1, 8) FROM copies WHERE account = ? AND uidl = ? AND copy = ?`, c.key()...).Scan(&open)
	if err != nil || !open {
		return false, err
	}
	id, err := p.orphan(ctx, tx)
	if err == nil && id == 0 {
		id, err = b.insertNew(ctx, tx, p, arrived)
	}
	if err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE copies SET message = ?4 WHERE account = ?1 AND uidl = ?2 AND copy = ?3`, append(c.key(), id)...)
	return true, err
}

// orphan is the message of which only the header is here, the same, under a unique id that no server lists any more, and
// takes it away from that: its server has renumbered its messages before the whole had come (pop3.md E2). 0: there is none.
func (p *Prepared) orphan(ctx context.Context, tx *sql.Tx) (id ID, err error) {
	err = tx.QueryRowContext(ctx, `SELECT m.id FROM messages m WHERE m.account = ?1 AND m.head = ?4 AND m.partial > 0
		AND m.size = (SELECT size FROM copies WHERE account = ?1 AND uidl = ?2 AND copy = ?3)
		AND NOT EXISTS (SELECT 1 FROM copies c WHERE c.message = m.id AND c.absent IS NULL) ORDER BY m.id LIMIT 1`, append(p.Copy.key(), p.headKey())...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE copies SET message = NULL WHERE message = ?`, id)
	return id, err
}

// complete makes a message whole of which only the header was here. Its id, place and flags stay.
func (b *Box) complete(ctx context.Context, tx *sql.Tx, p *Prepared, h here, arrived *arrivals) error {
	var thread ID
	if err := tx.QueryRowContext(ctx, `SELECT thread FROM messages WHERE id = ?`, h.header).Scan(&thread); err != nil {
		return err
	}
	if _, err := p.owned(arrived.accounts, p.Copy.Account); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM raw WHERE message = ?`, h.header); err != nil {
		return err
	}
	if err := p.raw.insert(ctx, tx, h.header); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE messages SET partial = 0, size = ?, sha256 = ?, identity = ? WHERE id = ?`, p.size, p.exact, p.identity, h.header)
	if err != nil {
		return err
	}
	if err := p.replace(ctx, tx, h.header, thread); err != nil {
		return err
	}
	return p.becomes(ctx, tx, Stored, h.header)
}

// listed is the size that a row names: of a message that is not whole, what the server says.
func (p *Prepared) listed() int64 {
	if p.partial {
		return p.whole
	}
	return p.size
}

// header is how many bytes of header are all that is here; 0: the message is whole.
func (p *Prepared) header() int64 {
	if p.partial {
		return p.size
	}
	return 0
}

// Want asks for the whole of a message of which only the header is here, before all others. It returns ErrNotFound where
// no server lists it any more, and does nothing for a message that is whole.
func (b *Box) Want(ctx context.Context, id ID) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var whole, listed bool
		err := tx.QueryRowContext(ctx, `SELECT partial = 0, remote FROM messages WHERE id = ?`, id).Scan(&whole, &listed)
		if err != nil || whole {
			return found(err)
		}
		if !listed {
			return ErrNotFound
		}
		_, err = tx.ExecContext(ctx, `UPDATE copies SET wanted = 1, state = 1, fails = 0 WHERE message = ? AND state IN (1, 7, 8)`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("asking for message %d: %w", id, err)
	}
	return nil
}

// CopyOf is a copy that a server lists of a message that has not come whole; ErrNotFound where there is none.
func (b *Box) CopyOf(ctx context.Context, id ID) (c Copy, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		return found(tx.QueryRowContext(ctx, `SELECT account, uidl, copy FROM copies WHERE message = ? AND state IN (1, 7, 8) AND absent IS NULL LIMIT 1`, id).
			Scan(&c.Account, &c.UIDL, &c.Nth))
	})
	if err != nil {
		return Copy{}, fmt.Errorf("copy of message %d: %w", id, err)
	}
	return c, nil
}

// GiveUp asks for a message no longer that was asked for with Want, and has not come.
func (b *Box) GiveUp(ctx context.Context, c Copy) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE copies SET wanted = 0 WHERE account = ?1 AND uidl = ?2 AND copy = ?3`, c.key()...)
		return err
	})
	if err != nil {
		return fmt.Errorf("giving up a message: %w", err)
	}
	return nil
}
