package registry

import (
	"context"
	"fmt"
	"time"
)

// Mailbox names a mailbox on a server. Both parts count byte for byte.
type Mailbox struct {
	Server string // canonical address: pop3s://host
	User   string // as typed, never folded; any bytes
}

// Enrolment is a mailbox as one person has it.
type Enrolment struct {
	ID      int64 // here; set by Enrol
	Mailbox Mailbox
	Person  PersonID
	Account int64  // id of the account in the person's file
	SignsIn bool   // signing in with this mailbox opens this person's file
	Shown   string // what the person is called, where that is not the user; "": it is
	Made    time.Time
}

// Enrol records that a person's file collects a mailbox, and returns b with
// its ID. It fails with ErrTaken when the person has that mailbox or that
// account already, or when b signs in and the mailbox signs somebody in; with
// ErrNotFound when there is no such person.
func (r *Registry) Enrol(ctx context.Context, b Enrolment) (Enrolment, error) {
	row := r.file.Write.QueryRowContext(ctx, `
		INSERT INTO mailboxes (server, user, person, account, signs_in, shown, made)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		b.Mailbox.Server, []byte(b.Mailbox.User), b.Person, b.Account, b.SignsIn, b.Shown, seconds(b.Made))
	if err := row.Scan(&b.ID); err != nil {
		return Enrolment{}, fmt.Errorf("add mailbox: %w", vocabulary(err))
	}
	return b, nil
}

// Rename keeps what a person is called. Renaming none does nothing.
func (r *Registry) Rename(ctx context.Context, id int64, shown string) error {
	if _, err := r.exec(ctx, `UPDATE mailboxes SET shown = ? WHERE id = ?`, shown, id); err != nil {
		return fmt.Errorf("rename: %w", err)
	}
	return nil
}

// Unenrol removes a person's mailbox with the wrap of its password and the
// sessions that it began. Removing none does nothing.
func (r *Registry) Unenrol(ctx context.Context, id int64) error {
	if _, err := r.exec(ctx, `DELETE FROM mailboxes WHERE id = ?`, id); err != nil {
		return fmt.Errorf("remove mailbox: %w", err)
	}
	return nil
}

const selectEnrolments = `SELECT id, server, user, person, account, signs_in, shown, made FROM mailboxes `

// SignIn returns the enrolment that signing in with m opens. It fails with
// ErrNotFound when m signs nobody in.
func (r *Registry) SignIn(ctx context.Context, m Mailbox) (Enrolment, error) {
	enrolments, err := r.enrolments(ctx, `WHERE server = ? AND user = ? AND signs_in = 1`, m.Server, []byte(m.User))
	if err != nil {
		return Enrolment{}, err
	}
	if len(enrolments) == 0 {
		return Enrolment{}, fmt.Errorf("mailbox that signs in: %w", ErrNotFound)
	}
	return enrolments[0], nil
}

// Find returns the enrolment that signing in with m opens, or the oldest that
// collects it. It fails with ErrNotFound when nobody does.
func (r *Registry) Find(ctx context.Context, m Mailbox) (Enrolment, error) {
	enrolments, err := r.enrolments(ctx, `WHERE server = ? AND user = ? ORDER BY signs_in DESC, id LIMIT 1`, m.Server, []byte(m.User))
	if err == nil && len(enrolments) == 0 {
		err = fmt.Errorf("mailbox: %w", ErrNotFound)
	}
	if err != nil {
		return Enrolment{}, err
	}
	return enrolments[0], nil
}

// Collectors returns every enrolment that collects m, whoever's it is, oldest first.
func (r *Registry) Collectors(ctx context.Context, m Mailbox) ([]Enrolment, error) {
	return r.enrolments(ctx, `WHERE server = ? AND user = ? ORDER BY id`, m.Server, []byte(m.User))
}

// Enrolments returns a person's mailboxes, oldest first.
func (r *Registry) Enrolments(ctx context.Context, person PersonID) ([]Enrolment, error) {
	return r.enrolments(ctx, `WHERE person = ? ORDER BY id`, person)
}

func (r *Registry) enrolments(ctx context.Context, where string, args ...any) ([]Enrolment, error) {
	rows, err := r.file.Read.QueryContext(ctx, selectEnrolments+where, args...)
	if err != nil {
		return nil, fmt.Errorf("mailboxes: %w", err)
	}
	defer rows.Close()
	var enrolments []Enrolment
	for rows.Next() {
		var b Enrolment
		var user []byte
		var made int64
		if err := rows.Scan(&b.ID, &b.Mailbox.Server, &user, &b.Person, &b.Account, &b.SignsIn, &b.Shown, &made); err != nil {
			return nil, fmt.Errorf("mailboxes: %w", err)
		}
		b.Mailbox.User, b.Made = string(user), moment(made)
		enrolments = append(enrolments, b)
	}
	return enrolments, rows.Err()
}
