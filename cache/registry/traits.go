package registry

import (
	"context"
	"fmt"
	"time"
)

// Trait is something that a server was seen to be like: a capability that it
// hides, a command that it breaks.
type Trait struct {
	Name  string
	Value string
	Seen  time.Time // last
}

// PutTrait stores t in place of the server's trait of that name.
func (r *Registry) PutTrait(ctx context.Context, server string, t Trait) error {
	_, err := r.exec(ctx, `
		INSERT INTO traits (server, name, value, seen) VALUES (?, ?, ?, ?)
		ON CONFLICT (server, name) DO UPDATE SET value = excluded.value, seen = excluded.seen`,
		server, t.Name, t.Value, seconds(t.Seen))
	if err != nil {
		return fmt.Errorf("keep trait of server: %w", err)
	}
	return nil
}

// Traits returns what is known of a server, by name; of an unknown one nothing.
func (r *Registry) Traits(ctx context.Context, server string) (map[string]Trait, error) {
	rows, err := r.file.Read.QueryContext(ctx, `SELECT name, value, seen FROM traits WHERE server = ?`, server)
	if err != nil {
		return nil, fmt.Errorf("traits of server: %w", err)
	}
	defer rows.Close()
	traits := map[string]Trait{}
	for rows.Next() {
		var t Trait
		var seen int64
		if err := rows.Scan(&t.Name, &t.Value, &seen); err != nil {
			return nil, fmt.Errorf("traits of server: %w", err)
		}
		t.Seen = moment(seen)
		traits[t.Name] = t
	}
	return traits, rows.Err()
}
