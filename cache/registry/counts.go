package registry

import (
	"context"
	"fmt"
	"time"
)

// Counts is how many there are of what the registry knows.
type Counts struct {
	People    int
	Mailboxes int
	Sessions  map[string]int // whose time is not over, by kind
	Troubles  []Trouble      // most mailboxes first, at most 100
}

// Trouble is what keeps some mailboxes of a server from being looked at.
type Trouble struct {
	Server    string // as of a Mailbox
	Class     string // of the error that their last look ended with
	Mailboxes int
	Next      time.Time // when the first of them is tried again
}

const maxTroubles = 100

// Counts counts.
func (r *Registry) Counts(ctx context.Context, now time.Time) (Counts, error) {
	c := Counts{Sessions: map[string]int{}}
	err := r.file.Read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM mailboxes)`).Scan(&c.People, &c.Mailboxes)
	if err == nil {
		err = r.tally(ctx, c.Sessions, `SELECT kind, count(*) FROM sessions WHERE min(idle, absolute) > ? GROUP BY kind`, seconds(now))
	}
	if err == nil {
		c.Troubles, err = r.troubles(ctx)
	}
	if err != nil {
		return Counts{}, fmt.Errorf("counting: %w", err)
	}
	return c, nil
}

// tally fills in how many there are of each.
func (r *Registry) tally(ctx context.Context, into map[string]int, query string, args ...any) error {
	rows, err := r.file.Read.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			return err
		}
		into[name] = n
	}
	return rows.Err()
}

func (r *Registry) troubles(ctx context.Context) (list []Trouble, err error) {
	rows, err := r.file.Read.QueryContext(ctx, `SELECT server, error, count(*) AS n, min(max(next, not_before)) FROM looks
		WHERE error <> '' GROUP BY server, error ORDER BY n DESC, server, error LIMIT ?`, maxTroubles)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t Trouble
		var next int64
		if err := rows.Scan(&t.Server, &t.Class, &t.Mailboxes, &next); err != nil {
			return nil, err
		}
		t.Next = moment(next)
		list = append(list, t)
	}
	return list, rows.Err()
}
