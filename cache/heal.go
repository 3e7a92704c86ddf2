package cache

import (
	"context"
	"database/sql"
	"fmt"
	"io"
)

// minRenumbered is from how many new unique ids on a mailbox may have been renumbered.
const minRenumbered = 10

// Renumbered reports whether a server seems to have given its messages other unique ids (pop3.md E2): most of what it
// lists is new, and most of what it listed is gone.
func (w Work) Renumbered() bool {
	return w.Fresh >= minRenumbered && w.Fresh >= w.Known && w.Taken >= w.Known && w.Taken > 0
}

// HeaderKey stands for a header, in a form that servers do not change between two fetches; what follows it does not count.
func HeaderKey(r io.Reader) (int64, error) {
	d, err := digest(r, 0)
	return d.headKey(), err
}

// Relabel takes new copies for messages that are here already and that no server lists any more: those with the same
// header and the same size. keys are what HeaderKey makes of the headers of w.Missing. What it takes is not collected
// again, and leaves w.Missing.
func (b *Box) Relabel(ctx context.Context, account int64, w *Work, keys map[Copy]int64) (n int, err error) {
	lost, err := b.lost(ctx, account)
	if err != nil {
		return 0, fmt.Errorf("looking for renumbered messages: %w", err)
	}
	type match struct {
		Copy
		message ID
	}
	var matches []match
	rest := w.Missing[:0]
	for _, m := range w.Missing {
		mark := trait{keys[m.Copy], m.Size}
		if id := lost[mark]; id > 0 && m.Message == 0 {
			delete(lost, mark)
			matches = append(matches, match{m.Copy, id})
			continue
		}
		rest = append(rest, m)
	}
	w.Missing = rest
	err = each(ctx, b, matches, `UPDATE copies SET state = 2, message = ?4, stored = ?5 WHERE account = ?1 AND uidl = ?2 AND copy = ?3 AND state = 1`,
		func(m match) []any { return append(m.key(), m.message, seconds(b.now())) })
	if err != nil {
		return 0, fmt.Errorf("relabelling messages: %w", err)
	}
	return len(matches), nil
}

// trait is by what a renumbered message is known again.
type trait struct {
	head int64
	size int64 // as listed
}

// ambiguous stands for a trait that several messages have.
const ambiguous = -1

// lost are the messages of an account that no server lists any more, by their traits.
func (b *Box) lost(ctx context.Context, account int64) (map[trait]ID, error) {
	byTrait := map[trait]ID{}
	err := b.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT m.id, m.head, c.size FROM copies c JOIN messages m ON m.id = c.message
			WHERE c.account = ? AND c.state = 2 AND c.absent IS NOT NULL AND m.remote = 0 AND m.partial = 0 AND m.head <> 0`, account)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id ID
			var t trait
			if err := rows.Scan(&id, &t.head, &t.size); err != nil {
				return err
			}
			if other, ok := byTrait[t]; ok && other != id {
				id = ambiguous
			}
			byTrait[t] = id
		}
		return rows.Err()
	})
	return byTrait, err
}

// IsNew reports whether nothing of an account's mailbox has been listed yet.
func (b *Box) IsNew(ctx context.Context, account int64) (isNew bool, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM copies WHERE account = ?)`, account).Scan(&isNew)
	})
	if err != nil {
		return false, fmt.Errorf("looking whether an account is new: %w", err)
	}
	return isNew, nil
}
