package cache

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
)

// State is what has become of a server copy. The numbers stand in the file and never change.
type State int

// The states of pop3.md section 3.
const (
	Listed State = iota + 1
	Stored
	DeleteDue
	DeleteSent
	Tombstone
	Gone
	Quarantined
	Skipped
)

const (
	maxUIDL  = 1 << 10 // a longer unique id is kept as its SHA-256 (pop3.md E3)
	maxFails = 3       // tries after which a copy is set aside (pop3.md D6)
	perWrite = 500     // rows of a listing written in one transaction
)

// Listing is one message as a server lists it.
type Listing struct {
	Number int    // in this session
	UIDL   string // raw bytes
	Size   int64  // as the server says: a hint
}

// Copy names a server copy: an account, the unique id, and which of the copies listed under it.
type Copy struct {
	Account int64
	UIDL    string // as it stands in the file
	Nth     int
}

// Missing is a server copy that is listed and not stored.
type Missing struct {
	Copy
	Number int
	Size   int64
}

// copyState is what the file knows of a copy.
type copyState struct {
	state  State
	absent bool
}

// Compare records a complete listing of an account and returns what is to be collected, newest first, with the
// total of copies that are listed. A copy that is absent from the listing is only marked: being absent never
// deletes anything (pop3.md E10).
func (b *Box) Compare(ctx context.Context, account int64, listing []Listing) ([]Missing, error) {
	known, err := b.copies(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("comparing a listing: %w", err)
	}
	var missing, fresh []Missing
	var back, left []Copy
	seen := make(map[string]int, len(listing))
	for _, l := range listing {
		key := uidlKey(l.UIDL)
		seen[key]++
		m := Missing{Copy{account, key, seen[key]}, l.Number, l.Size}
		was, ok := known[m.Copy]
		if !ok {
			fresh = append(fresh, m)
		} else if was.absent {
			back = append(back, m.Copy)
		}
		// Without an id nothing tells whether it is here: it is brought again, and known by its bytes (pop3.md E5).
		if !ok || was.state == Listed || l.UIDL == "" {
			missing = append(missing, m)
		}
		delete(known, m.Copy)
	}
	for c, was := range known {
		if !was.absent {
			left = append(left, c)
		}
	}
	if err := b.record(ctx, fresh, back, left); err != nil {
		return nil, fmt.Errorf("recording a listing: %w", err)
	}
	slices.SortFunc(missing, func(a, b Missing) int { return cmp.Compare(b.Number, a.Number) })
	return missing, nil
}

// uidlKey is how a unique id stands in the file. It is never cut: two that differ stay different.
func uidlKey(uidl string) string {
	if len(uidl) <= maxUIDL {
		return uidl
	}
	sum := sha256.Sum256([]byte(uidl))
	return string(sum[:])
}

func (b *Box) copies(ctx context.Context, account int64) (map[Copy]copyState, error) {
	rows, err := b.file.Read.QueryContext(ctx, `SELECT uidl, copy, state, absent IS NOT NULL FROM copies WHERE account = ?`, account)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[Copy]copyState{}
	for rows.Next() {
		c, s := Copy{Account: account}, copyState{}
		if err := rows.Scan(&c.UIDL, &c.Nth, &s.state, &s.absent); err != nil {
			return nil, err
		}
		known[c] = s
	}
	return known, rows.Err()
}

// record writes what a listing changes: copies seen for the first time, copies that are back, copies that have left.
func (b *Box) record(ctx context.Context, fresh []Missing, back, left []Copy) error {
	now := seconds(b.now())
	for group := range slices.Chunk(fresh, perWrite) {
		err := b.store(ctx, func(tx *sql.Tx) error {
			for _, m := range group {
				_, err := tx.ExecContext(ctx, `INSERT INTO copies (account, uidl, copy, state, size, first_seen) VALUES (?, ?, ?, ?, ?, ?)`,
					m.Account, []byte(m.UIDL), m.Nth, Listed, m.Size, now)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := b.mark(ctx, back, nil); err != nil {
		return err
	}
	return b.mark(ctx, left, &now)
}

func (b *Box) mark(ctx context.Context, copies []Copy, absent *int64) error {
	for group := range slices.Chunk(copies, perWrite) {
		err := b.store(ctx, func(tx *sql.Tx) error {
			for _, c := range group {
				_, err := tx.ExecContext(ctx, `UPDATE copies SET absent = ? WHERE account = ? AND uidl = ? AND copy = ?`,
					absent, c.Account, []byte(c.UIDL), c.Nth)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Fail counts a try at a copy that did not bring the whole message. After the third it is set aside, so that the
// others can be collected, and aside is true.
func (b *Box) Fail(ctx context.Context, c Copy) (aside bool, err error) {
	err = b.store(ctx, func(tx *sql.Tx) error {
		var fails int
		err := tx.QueryRowContext(ctx, `UPDATE copies SET fails = fails + 1 WHERE account = ? AND uidl = ? AND copy = ? RETURNING fails`,
			c.Account, []byte(c.UIDL), c.Nth).Scan(&fails)
		if err != nil || fails < maxFails {
			return err
		}
		aside = true
		_, err = tx.ExecContext(ctx, `UPDATE copies SET state = ? WHERE account = ? AND uidl = ? AND copy = ?`,
			Quarantined, c.Account, []byte(c.UIDL), c.Nth)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("counting a failed try: %w", err)
	}
	return aside, nil
}
