package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// minDays is on how many days mail must have come from somebody for them to be known.
const minDays = 2

const (
	secondsPerDay = 24 * 60 * 60
	maxNamesakes  = 10 // contacts of one name that are looked at
)

// Contact is somebody whom mail has come from.
type Contact struct {
	Person
	Days int // on which it came
}

// hear counts who wrote a message that has just been stored.
func hear(ctx context.Context, tx *sql.Tx, id ID, e envelope) error {
	if e.fromAddr == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO contacts (addr, name, folded, newest, days, day) VALUES (?1, ?2, ?3, ?4, 1, ?5)
		ON CONFLICT DO UPDATE SET days = days + (day <> ?5), day = ?5, newest = max(newest, ?4),
			name = iif(?4 >= newest, ?2, name), folded = iif(?4 >= newest, ?3, folded)`,
		strings.ToLower(e.fromAddr), e.fromName, foldLabel(e.fromName), id, int64(id)/perSecond/secondsPerDay)
	return err
}

// Known reports whether mail has come from an address on at least two days.
func (b *Box) Known(ctx context.Context, addr string) (known bool, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT days >= ? FROM contacts WHERE addr = ?`, minDays, strings.ToLower(addr)).Scan(&known)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("looking for a contact: %w", err)
	}
	return known, nil
}

// Namesakes are the known contacts with a person's name and another address, at most 10; nil where the person's own address
// is known, or there is no name.
func (b *Box) Namesakes(ctx context.Context, p Person) (list []Contact, err error) {
	known, err := b.Known(ctx, p.Addr)
	if err != nil || known || foldLabel(p.Name) == "" {
		return nil, err
	}
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = scanAll(ctx, tx, func(row row) (c Contact, err error) {
			err = row.Scan(&c.Name, &c.Addr, &c.Days)
			return c, err
		}, `SELECT name, addr, days FROM contacts INDEXED BY contacts_name WHERE folded = ? AND folded <> '' AND addr <> ? AND days >= ? LIMIT ?`,
			foldLabel(p.Name), strings.ToLower(p.Addr), minDays, maxNamesakes)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("looking for contacts of a name: %w", err)
	}
	return list, nil
}
