package registry

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"
)

// PersonID names a person: 26 characters of a-z and 2-7, drawn at random and
// never derived from a name. It is fit to name a folder.
type PersonID string

// newPersonID draws 128 bits.
func newPersonID() PersonID {
	var b [16]byte
	rand.Read(b[:]) // never fails
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
	return PersonID(strings.ToLower(text))
}

// AddPerson makes a person who has no mailbox yet.
func (r *Registry) AddPerson(ctx context.Context, now time.Time) (PersonID, error) {
	id := newPersonID()
	if _, err := r.exec(ctx, `INSERT INTO people (id, made) VALUES (?, ?)`, id, seconds(now)); err != nil {
		return "", fmt.Errorf("add person: %w", err)
	}
	return id, nil
}

// RemovePerson removes a person and all that is theirs here: mailboxes, wraps,
// sessions, and the looks at mailboxes that nobody else has. Their file is not
// touched. Removing nobody does nothing.
func (r *Registry) RemovePerson(ctx context.Context, id PersonID) error {
	_, err := r.exec(ctx, `DELETE FROM people WHERE id = ?`, id)
	if err == nil {
		_, err = r.exec(ctx, `DELETE FROM looks WHERE NOT EXISTS (SELECT 1 FROM mailboxes m WHERE m.server = looks.server AND m.user = looks.user)`)
	}
	if err != nil {
		return fmt.Errorf("remove person: %w", err)
	}
	return nil
}

// People returns everybody, oldest first.
func (r *Registry) People(ctx context.Context) ([]PersonID, error) {
	rows, err := r.file.Read.QueryContext(ctx, `SELECT id FROM people ORDER BY made, id`)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	defer rows.Close()
	var people []PersonID
	for rows.Next() {
		var id PersonID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("people: %w", err)
		}
		people = append(people, id)
	}
	return people, rows.Err()
}
