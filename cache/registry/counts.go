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
	Troubles  map[string]int // mailboxes, by the class of the error that their last look ended with
}

// Counts counts.
func (r *Registry) Counts(ctx context.Context, now time.Time) (Counts, error) {
	c := Counts{Sessions: map[string]int{}, Troubles: map[string]int{}}
	err := r.file.Read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM mailboxes)`).Scan(&c.People, &c.Mailboxes)
	if err == nil {
		err = r.tally(ctx, c.Sessions, `SELECT kind, count(*) FROM sessions WHERE min(idle, absolute) > ? GROUP BY kind`, seconds(now))
	}
	if err == nil {
		err = r.tally(ctx, c.Troubles, `SELECT error, count(*) FROM looks WHERE error <> '' GROUP BY error`)
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
