package registry

import (
	"context"
	"fmt"
	"time"
)

// Look is when a mailbox is looked at next. It belongs to the mailbox, not to
// a person: a server locks and pauses a mailbox, whoever's file it fills.
type Look struct {
	Mailbox   Mailbox
	Next      time.Time // planned
	NotBefore time.Time // a pause that holds whatever asks for a look; zero: none
	Reason    string    // of the pause, a word of the collector's
	Error     string    // class of the last look's error; empty: it went well
}

// Due returns the moment from which the mailbox may and should be looked at.
func (l Look) Due() time.Time {
	if l.NotBefore.After(l.Next) {
		return l.NotBefore
	}
	return l.Next
}

// PutLook stores l in place of the mailbox's last one.
func (r *Registry) PutLook(ctx context.Context, l Look) error {
	_, err := r.exec(ctx, `
		INSERT INTO looks (server, user, next, not_before, reason, error) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (server, user) DO UPDATE
		SET next = excluded.next, not_before = excluded.not_before, reason = excluded.reason, error = excluded.error`,
		l.Mailbox.Server, []byte(l.Mailbox.User), seconds(l.Next), seconds(l.NotBefore), l.Reason, l.Error)
	if err != nil {
		return fmt.Errorf("keep next look: %w", err)
	}
	return nil
}

// RemoveLook forgets a mailbox that nobody collects any more. Removing none
// does nothing.
func (r *Registry) RemoveLook(ctx context.Context, m Mailbox) error {
	if _, err := r.exec(ctx, `DELETE FROM looks WHERE server = ? AND user = ?`, m.Server, []byte(m.User)); err != nil {
		return fmt.Errorf("remove next look: %w", err)
	}
	return nil
}

// Look returns the next look at m, ErrNotFound when none is planned.
func (r *Registry) Look(ctx context.Context, m Mailbox) (Look, error) {
	looks, err := r.looks(ctx, `WHERE server = ? AND user = ?`, m.Server, []byte(m.User))
	if err != nil {
		return Look{}, err
	}
	if len(looks) == 0 {
		return Look{}, fmt.Errorf("next look: %w", ErrNotFound)
	}
	return looks[0], nil
}

// NextLooks returns at most n looks, the one that is due first first, due or
// not: those up to now are to be done, and the first of the others says how
// long to sleep.
func (r *Registry) NextLooks(ctx context.Context, n int) ([]Look, error) {
	return r.looks(ctx, `ORDER BY max(next, not_before), server, user LIMIT ?`, n)
}

func (r *Registry) looks(ctx context.Context, clause string, args ...any) ([]Look, error) {
	rows, err := r.file.Read.QueryContext(ctx, `
		SELECT server, user, next, not_before, reason, error FROM looks `+clause, args...)
	if err != nil {
		return nil, fmt.Errorf("next looks: %w", err)
	}
	defer rows.Close()
	var looks []Look
	for rows.Next() {
		var l Look
		var user []byte
		var next, notBefore int64
		if err := rows.Scan(&l.Mailbox.Server, &user, &next, &notBefore, &l.Reason, &l.Error); err != nil {
			return nil, fmt.Errorf("next looks: %w", err)
		}
		l.Mailbox.User, l.Next, l.NotBefore = string(user), moment(next), moment(notBefore)
		looks = append(looks, l)
	}
	return looks, rows.Err()
}
