package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

// ID is a message's place in time: the second in which it was received × 256 + n, where n is the order of arrival
// within that second (the 257th message of a second borrows from the next). It is given at insertion and never
// changes, so that ORDER BY id is the order of time everywhere and a span of time is a span of ids. Zero is no message.
type ID int64

// perSecond is how many ids one second has.
const perSecond = 256

// earliest is the oldest received time that is believed.
var earliest = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// ParseID reads what [ID.String] wrote. Anything else is ErrNotFound: nobody has a message under it.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != s {
		return 0, ErrNotFound
	}
	return ID(n), nil
}

func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Time is when the message was received, to the second.
func (id ID) Time() time.Time { return time.Unix(int64(id)/perSecond, 0).UTC() }

// firstID is the least id that a message received at t can have: a bound for ranges.
func firstID(t time.Time) ID { return ID(t.Unix() * perSecond) }

// receivedAt is the time that decides a message's place: of the newest trustworthy Received line, else of Date;
// outside 1980 to now, the moment of arrival.
func receivedAt(received, sent, arrived time.Time) time.Time {
	for _, t := range []time.Time{received, sent} {
		if !t.IsZero() && !t.Before(earliest) && !t.After(arrived) {
			return t
		}
	}
	return arrived
}

// maxCrowded is how many seconds a box remembers as full.
const maxCrowded = 10_000

// crowded are seconds without a free place, each with a later one to go on at. Without it a mailbox whose messages all
// lack a date, and so were received at once, would be looked through for each. One that has got room again is still passed
// over: its next message is then a moment late, and nothing else.
type crowded map[int64]int64

// from is where to look for a place at or after a second.
func (c crowded) from(second int64) int64 {
	at := second
	for next, ok := c[at]; ok; next, ok = c[at] {
		at = next
	}
	if at != second {
		c[second] = at
	}
	return at
}

// full notes that a second has no place left.
func (c crowded) full(second int64) {
	if len(c) >= maxCrowded {
		clear(c)
	}
	c[second] = second + 1
}

// nextID gives the first free id at or after t's second, of the seconds that are not remembered as full. Only the writer
// calls it.
func (b *Box) nextID(ctx context.Context, tx *sql.Tx, t time.Time) (ID, error) {
	const tries = 100_000 // seconds to borrow from: 25 million messages received in one
	for second := b.crowded.from(t.Unix()); second < t.Unix()+tries; second++ {
		from := second * perSecond
		var last sql.NullInt64
		err := tx.QueryRowContext(ctx, `SELECT max(id) FROM messages WHERE id >= ? AND id < ?`, from, from+perSecond).Scan(&last)
		switch {
		case err != nil:
			return 0, err
		case !last.Valid:
			return ID(from), nil
		case last.Int64+1 < from+perSecond:
			return ID(last.Int64 + 1), nil
		}
		b.crowded.full(second)
	}
	return 0, fmt.Errorf("no free place in time after %s", t.UTC().Format(time.RFC3339))
}
