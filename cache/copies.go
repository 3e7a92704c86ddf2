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
	maxUIDL    = 1 << 10 // a longer unique id is kept as its SHA-256 (pop3.md E3)
	maxFails   = 3       // tries after which a copy is set aside (pop3.md D6)
	maxDoubled = 5       // times that the wait for another try is doubled: about a month
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
	fails  int
}

// known is what the file has of a copy.
type known struct {
	Copy
	state  State
	size   int64
	absent bool
	fails  int
	tried  int64
}

// wanted reports whether a copy that the file knows is to be collected when it is listed as l says.
func (k known) wanted(l Listing, now int64) bool {
	switch {
	case l.UIDL == "": // nothing tells whether it is here: it is brought again, and known by its bytes (pop3.md E5)
		return true
	case k.state == Quarantined:
		return now >= k.tried+retryAside(k.fails)
	}
	return k.state == Listed
}

// reused reports whether a unique id that was gone has come back for another message, which RFC 1939 allows (pop3.md
// E6). Bringing it once more costs little: it is known by its bytes if it is the same after all.
func (k known) reused(l Listing) bool {
	return k.absent && k.state == Stored && l.Size != k.size
}

// retryAside is how many seconds after the last try a copy that was set aside is tried again: a day, then twice as long
// each time. What one server cannot give today another may give tomorrow, and no message is given up.
func retryAside(fails int) int64 {
	const day = 24 * 60 * 60
	return day << min(max(fails-maxFails, 0), maxDoubled)
}

// Compare records a complete listing of an account and returns what is to be collected: newest first, and last what
// could not be collected before. A copy that is absent from the listing is only marked: being absent never deletes
// anything (pop3.md E10).
func (b *Box) Compare(ctx context.Context, account int64, listing []Listing) ([]Missing, error) {
	before, err := b.copies(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("comparing a listing: %w", err)
	}
	now := seconds(b.now())
	missing, change := compare(account, before, listing, now)
	if err := b.record(ctx, change, now); err != nil {
		return nil, fmt.Errorf("recording a listing: %w", err)
	}
	slices.SortFunc(missing, func(a, b Missing) int {
		return cmp.Or(cmp.Compare(a.fails, b.fails), cmp.Compare(b.Number, a.Number))
	})
	return missing, nil
}

// compare says what of a listing is to be collected, and what it changes in the file. It uses up before.
func compare(account int64, before map[Copy]known, listing []Listing, now int64) (missing []Missing, change changes) {
	seen := make(map[string]int, len(listing))
	for _, l := range listing {
		key := uidlKey(l.UIDL)
		seen[key]++
		m := Missing{Copy: Copy{account, key, seen[key]}, Number: l.Number, Size: l.Size}
		k, ok := before[m.Copy]
		delete(before, m.Copy)
		switch {
		case !ok:
			change.fresh = append(change.fresh, m)
		case k.reused(l):
			change.reused = append(change.reused, m)
		case k.absent:
			change.back = append(change.back, m.Copy)
		}
		if !ok || k.reused(l) || k.wanted(l, now) {
			m.fails = k.fails
			missing = append(missing, m)
		}
	}
	for c, k := range before {
		if !k.absent {
			change.left = append(change.left, c)
		}
	}
	return missing, change
}

// uidlKey is how a unique id stands in the file. It is never cut: two that differ stay different.
func uidlKey(uidl string) string {
	if len(uidl) <= maxUIDL {
		return uidl
	}
	sum := sha256.Sum256([]byte(uidl))
	return string(sum[:])
}

func (b *Box) copies(ctx context.Context, account int64) (map[Copy]known, error) {
	all := map[Copy]known{}
	err := b.read(ctx, func(tx *sql.Tx) error {
		list, err := scanAll(ctx, tx, func(row row) (k known, err error) {
			k.Account = account
			err = row.Scan(&k.UIDL, &k.Nth, &k.state, &k.size, &k.absent, &k.fails, &k.tried)
			return k, err
		}, `SELECT uidl, copy, state, size, absent IS NOT NULL, fails, coalesce(tried, 0) FROM copies WHERE account = ?`, account)
		for _, k := range list {
			all[k.Copy] = k
		}
		return err
	})
	return all, err
}

// Aside is how many of the copies that an account's server lists have been set aside because they could not be read.
func (b *Box) Aside(ctx context.Context, account int64) (n int, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM copies WHERE account = ? AND state = 7 AND absent IS NULL`, account).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("counting what was set aside: %w", err)
	}
	return n, nil
}

// Fail counts a try at a copy that did not bring the whole message. After the third it is set aside, so that it holds
// up no other, and tried again ever more rarely; aside reports that it is.
func (b *Box) Fail(ctx context.Context, c Copy) (aside bool, err error) {
	err = b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var state State
		err := tx.QueryRowContext(ctx, `UPDATE copies SET fails = fails + 1, tried = ?, state = iif(fails + 1 < ?, state, ?)
			WHERE account = ? AND uidl = ? AND copy = ? RETURNING state`,
			seconds(b.now()), maxFails, Quarantined, c.Account, []byte(c.UIDL), c.Nth).Scan(&state)
		aside = state == Quarantined
		return err
	})
	if err != nil {
		return false, fmt.Errorf("counting a failed try: %w", err)
	}
	return aside, nil
}
