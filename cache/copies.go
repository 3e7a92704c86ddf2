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

// The states of pop3.md section 3, and one for what was deleted here and stays on the server.
const (
	Listed State = iota + 1
	Stored
	DeleteDue
	DeleteSent
	Tombstone
	Gone
	Quarantined
	Skipped
	Purged
)

// MaxUIDL is the longest unique id, in bytes, that is kept as it is; a longer one is kept as its SHA-256 (pop3.md E3).
const MaxUIDL = 1 << 10

const (
	maxFails   = 3 // tries after which a copy is set aside (pop3.md D6)
	maxDoubled = 5 // times that the wait for another try is doubled: about a month
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
	Number  int
	Size    int64
	Message ID // that has its header; 0: none
	wanted  bool
	fails   int
	state   State // in which a copy that is new begins
}

// Wanted reports whether somebody has asked for the message, see [Box.Want].
func (m Missing) Wanted() bool { return m.wanted }

// Work is what a complete listing leaves to do.
type Work struct {
	Missing []Missing // to be collected, in this order
	Headers []Missing // too large: only their headers are to be collected
	// Later are those that are not collected now, of which the header is here: large ones and such as were left out.
	Later map[ID]Missing

	Fresh  int // copies that are listed for the first time
	Known  int // copies that were stored and listed before
	Taken  int // copies that are stored and no longer listed, which nobody here asked for
	Missed int // … and such as had not been collected

	aside int // copies that are set aside, to be tried again when it is time
}

// known is what the file has of a copy.
type known struct {
	Copy
	state    State
	size     int64 // when it was first listed
	relisted int64 // … and last
	absent   bool
	wanted   bool
	fails    int
	tried    int64
	message  ID
}

// due reports whether a copy that the file knows is to be collected when it is listed as l says.
func (k known) due(l Listing, now int64) bool {
	switch {
	case k.state == Purged, k.state == Tombstone:
		return false
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
	switch k.state {
	case Stored, Purged:
		return k.absent && l.Size != k.size
	case Tombstone:
		return l.Size != k.size
	}
	return false
}

// retryAside is how many seconds after the last try a copy that was set aside is tried again: a day, then twice as long
// each time. What one server cannot give today another may give tomorrow, and no message is given up.
func retryAside(fails int) int64 {
	const day = 24 * 60 * 60
	return day << min(max(fails-maxFails, 0), maxDoubled)
}

// Ledger is what the file knows of an account's copies at one moment, for one Compare. It is read while the server lists:
// of a large mailbox both take as long. What a person does in between is met by the next listing.
type Ledger struct {
	box     *Box
	account Account
	copies  map[Copy]known
}

// Ledger reads what the file knows of an account's copies.
func (b *Box) Ledger(ctx context.Context, account int64) (*Ledger, error) {
	if err := b.unsettle(ctx, account); err != nil {
		return nil, fmt.Errorf("beginning to compare account %d: %w", account, err)
	}
	copies, a, err := b.copies(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("reading what is known of account %d: %w", account, err)
	}
	return &Ledger{b, a, copies}, nil
}

// Compare is Ledger and its Compare in one.
func (b *Box) Compare(ctx context.Context, account int64, listing []Listing, complete bool) (Work, error) {
	l, err := b.Ledger(ctx, account)
	if err != nil {
		return Work{}, err
	}
	return l.Compare(ctx, listing, complete)
}

// Compare records a listing of an account and returns what is to be done: what a person asks for first, then newest
// first, and last what could not be collected before. Complete says that the listing names all that there is; a copy
// that is absent from such a one is marked, and no more: being absent never deletes anything (pop3.md E10). What the
// server was asked to delete is confirmed by its absence, and is back where it was when it is listed.
// It uses the ledger up.
func (l *Ledger) Compare(ctx context.Context, listing []Listing, complete bool) (Work, error) {
	b := l.box
	now := seconds(b.now())
	work, change := compare(l.account, l.copies, listing, now)
	if !complete {
		change.left, work.Taken, work.Missed = nil, 0, 0
	}
	if err := b.record(ctx, change, now); err != nil {
		return Work{}, fmt.Errorf("recording a listing: %w", err)
	}
	if err := b.Deleted(ctx, change.buried()); err != nil {
		return Work{}, err
	}
	if complete && work.nothing(change) {
		if err := l.settle(ctx, listing); err != nil {
			return Work{}, fmt.Errorf("noting that there is nothing to do: %w", err)
		}
	}
	slices.SortFunc(work.Missing, func(a, b Missing) int {
		return cmp.Or(-compareBool(a.wanted, b.wanted), cmp.Compare(a.fails, b.fails), cmp.Compare(b.Number, a.Number))
	})
	return work, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// compare says what of a listing is to be done, and what it changes in the file. It uses up before.
func compare(a Account, before map[Copy]known, listing []Listing, now int64) (work Work, change changes) {
	seen := make(map[string]int, len(listing))
	work.Later = map[ID]Missing{}
	for _, l := range listing {
		key := uidlKey(l.UIDL)
		seen[key]++
		m := Missing{Copy: Copy{a.ID, key, seen[key]}, Number: l.Number, Size: l.Size, state: Listed}
		k, ok := before[m.Copy]
		delete(before, m.Copy)
		reused := ok && k.reused(l)
		switch {
		case !ok:
			if work.Fresh++; a.Scope == FromNow && !a.FirstDone {
				m.state = Skipped
			}
			change.fresh = append(change.fresh, m)
		case reused:
			change.reused = append(change.reused, m)
		case k.state == DeleteSent, k.state == Tombstone:
			change.undead = append(change.undead, m.Copy)
		case k.absent:
			change.back = append(change.back, m.Copy)
		}
		if ok && !reused && k.relisted != l.Size {
			change.resized = append(change.resized, m)
		}
		if ok && !reused {
			m.Message, m.wanted, m.fails = k.message, k.wanted, k.fails
		}
		if ok && k.state == Stored && !k.absent {
			work.Known++
		}
		if ok && k.state == Quarantined {
			work.aside++
		}
		work.sort(a, m, ok && !reused, k, l, now)
	}
	for _, k := range before {
		if k.absent {
			continue
		}
		change.left = append(change.left, k)
		switch k.state {
		case Stored:
			work.Taken++
		case Listed, Quarantined:
			work.Missed++
		}
	}
	return work, change
}

// sort puts a listed copy where it belongs. ok says that the file knows it, as k.
func (w *Work) sort(a Account, m Missing, ok bool, k known, l Listing, now int64) {
	large := a.MaxSize > 0 && l.Size > a.MaxSize && !m.wanted
	switch due := !ok && m.state == Listed || ok && k.due(l, now); {
	case due && large && m.Message == 0:
		w.Headers = append(w.Headers, m)
	case due && !large:
		w.Missing = append(w.Missing, m)
	case m.Message != 0 && k.state != Stored:
		w.Later[m.Message] = m
	}
}

// Skip leaves copies out that a scope does not reach: they rest until somebody asks for them.
func (b *Box) Skip(ctx context.Context, list []Missing) error {
	err := each(ctx, b, list, `UPDATE copies SET state = 8 WHERE account = ?1 AND uidl = ?2 AND copy = ?3 AND state = 1 AND wanted = 0`,
		func(m Missing) []any { return m.key() })
	if err != nil {
		return fmt.Errorf("leaving messages out: %w", err)
	}
	return nil
}

// uidlKey is how a unique id stands in the file. It is never cut: two that differ stay different.
func uidlKey(uidl string) string {
	if len(uidl) <= MaxUIDL {
		return uidl
	}
	sum := sha256.Sum256([]byte(uidl))
	return string(sum[:])
}

func (b *Box) copies(ctx context.Context, account int64) (all map[Copy]known, a Account, err error) {
	all = map[Copy]known{}
	err = b.read(ctx, func(tx *sql.Tx) error {
		if a, err = accountOf(ctx, tx, account); err != nil {
			return err
		}
		list, err := scanAll(ctx, tx, func(row row) (k known, err error) {
			k.Account = account
			err = row.Scan(&k.UIDL, &k.Nth, &k.state, &k.size, &k.relisted, &k.absent, &k.wanted, &k.fails, &k.tried, &k.message)
			return k, err
		}, `SELECT uidl, copy, state, size, coalesce(relisted, size), absent IS NOT NULL, wanted, fails, coalesce(tried, 0), coalesce(message, 0) FROM copies WHERE account = ?`, account)
		for _, k := range list {
			all[k.Copy] = k
		}
		return err
	})
	return all, a, err
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
