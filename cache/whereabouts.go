package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Whereabouts says where else a message is.
type Whereabouts struct {
	Account Account
	Listed  bool      // the account's server lists it
	Absent  time.Time // since when it does not, and nobody here asked for that; zero: it does, or we deleted it there
	Deleted time.Time // when it was deleted there at the person's wish; zero: it was not
	Due     time.Time // when it is deleted there, because the account's policy or the person wants it; zero: it is not as things are
	Wanted  bool      // only its header is here, and the whole has been asked for
}

// Whereabouts returns where else a message is; ErrNotFound where there is no such message.
func (b *Box) Whereabouts(ctx context.Context, id ID) (w Whereabouts, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		var account int64
		if err := tx.QueryRowContext(ctx, `SELECT account FROM messages WHERE id = ?`, id).Scan(&account); err != nil {
			return found(err)
		}
		if w.Account, err = accountOf(ctx, tx, account); err != nil {
			return err
		}
		var state State
		var absent, stored, size, unwanted int64
		err := tx.QueryRowContext(ctx, `SELECT state, coalesce(absent, 0), coalesce(stored, 0), size, wanted, coalesce(unwanted, 0)
			FROM copies WHERE message = ? ORDER BY absent IS NOT NULL LIMIT 1`, id).Scan(&state, &absent, &stored, &size, &w.Wanted, &unwanted)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case state == Tombstone:
			var deleted int64
			err := tx.QueryRowContext(ctx, `SELECT coalesce(max(r.deleted), 0) FROM copies c JOIN receipts r INDEXED BY receipts_copy ON r.account = c.account AND r.uidl = c.uidl
				WHERE c.message = ?`, id).Scan(&deleted)
			w.Deleted = moment(deleted)
			return err
		case absent != 0:
			w.Absent = moment(absent)
		default:
			w.Listed, w.Due = true, w.Account.Policy.due(state, moment(stored), size)
			if asked := moment(unwanted); unwanted != 0 && (w.Due.IsZero() || asked.Before(w.Due)) {
				w.Due = asked
			}
		}
		return nil
	})
	if err != nil {
		return Whereabouts{}, fmt.Errorf("whereabouts of message %d: %w", id, err)
	}
	return w, nil
}

// due is when a stored copy is to be deleted on the server, at the earliest; zero: not as things are.
func (p Policy) due(state State, stored time.Time, size int64) (at time.Time) {
	switch {
	case state != Stored:
		return time.Time{}
	case p.Rule == DeleteAfter:
		at = stored.AddDate(0, 0, p.Days)
	case p.Rule == DeleteAtOnce, p.Rule == DeleteLarge && size > p.Size:
		at = stored
	default:
		return time.Time{}
	}
	if at.Before(p.From) {
		return p.From
	}
	return at
}
