package registry

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"
)

// SessionID is the SHA-256 of a session's token. Knowing it opens nothing.
type SessionID [32]byte

// String returns the ID as 64 hexadecimal digits.
func (id SessionID) String() string { return hex.EncodeToString(id[:]) }

// ParseSessionID reads what String wrote; anything else is ErrNotFound.
func ParseSessionID(s string) (SessionID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(SessionID{}) {
		return SessionID{}, fmt.Errorf("session: %w", ErrNotFound)
	}
	id := SessionID(b)
	if id.String() != s {
		return SessionID{}, fmt.Errorf("session: %w", ErrNotFound)
	}
	return id, nil
}

// Session is one browser in which a person is signed in.
type Session struct {
	ID        SessionID
	Enrolment Enrolment // the mailbox that signed in, and whose it is
	Kind      string    // private, shared or kiosk
	Made      time.Time
	Seen      time.Time // last human activity
	Idle      time.Time // ends then without activity
	Absolute  time.Time // ends then in any case
	Wrap      []byte    // the person's key, wrapped by the token
	Agent     string    // what the browser calls itself; text of a stranger
}

// End returns when the session ends if nothing happens.
func (s Session) End() time.Time {
	if s.Absolute.Before(s.Idle) {
		return s.Absolute
	}
	return s.Idle
}

// AddSession stores a session; of its Enrolment only the ID is looked at. It fails
// with ErrNotFound when there is no such enrolment.
func (r *Registry) AddSession(ctx context.Context, s Session) error {
	n, err := r.exec(ctx, `
		INSERT INTO sessions (hash, person, mailbox, kind, made, seen, idle, absolute, wrap, agent)
		SELECT ?, person, id, ?, ?, ?, ?, ?, ?, ? FROM mailboxes WHERE id = ?`,
		s.ID[:], s.Kind, seconds(s.Made), seconds(s.Seen), seconds(s.Idle), seconds(s.Absolute), s.Wrap, s.Agent, s.Enrolment.ID)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("add session: %w", err)
	}
	return nil
}

// Session returns one session, even one whose time is over. It fails with
// ErrNotFound when it was ended or never was.
func (r *Registry) Session(ctx context.Context, id SessionID) (Session, error) {
	sessions, err := r.sessions(ctx, `s.hash = ?`, id[:])
	if err != nil {
		return Session{}, err
	}
	if len(sessions) == 0 {
		return Session{}, fmt.Errorf("session: %w", ErrNotFound)
	}
	return sessions[0], nil
}

// Sessions returns a person's sessions whose time is not over, the one that
// was active last first.
func (r *Registry) Sessions(ctx context.Context, person PersonID, now time.Time) ([]Session, error) {
	return r.sessions(ctx, `s.person = ? AND min(s.idle, s.absolute) > ?`, person, seconds(now))
}

func (r *Registry) sessions(ctx context.Context, where string, args ...any) ([]Session, error) {
	rows, err := r.file.Read.QueryContext(ctx, `
		SELECT s.hash, s.kind, s.made, s.seen, s.idle, s.absolute, s.wrap, s.agent,
			m.id, m.server, m.user, m.person, m.account, m.signs_in, m.shown, m.made
		FROM sessions s JOIN mailboxes m ON m.id = s.mailbox
		WHERE `+where+` ORDER BY s.seen DESC, s.hash`, args...)
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	defer rows.Close()
	var sessions []Session
	for rows.Next() {
		var s Session
		var hash, user []byte
		var made, seen, idle, absolute, enrolled int64
		if err := rows.Scan(&hash, &s.Kind, &made, &seen, &idle, &absolute, &s.Wrap, &s.Agent,
			&s.Enrolment.ID, &s.Enrolment.Mailbox.Server, &user, &s.Enrolment.Person, &s.Enrolment.Account, &s.Enrolment.SignsIn, &s.Enrolment.Shown, &enrolled); err != nil {
			return nil, fmt.Errorf("sessions: %w", err)
		}
		copy(s.ID[:], hash)
		s.Made, s.Seen, s.Idle, s.Absolute = moment(made), moment(seen), moment(idle), moment(absolute)
		s.Enrolment.Mailbox.User, s.Enrolment.Made = string(user), moment(enrolled)
		sessions = append(sessions, s)
	}
	return sessions, rows.Err()
}

// TouchSession records human activity: the session was last seen now and goes
// on until idle. It fails with ErrNotFound when the session has ended, which
// activity does not undo.
func (r *Registry) TouchSession(ctx context.Context, id SessionID, idle, now time.Time) error {
	n, err := r.exec(ctx, `
		UPDATE sessions SET seen = max(seen, ?), idle = max(idle, ?) WHERE hash = ? AND min(idle, absolute) > ?`,
		seconds(now), seconds(idle), id[:], seconds(now))
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

// EndSession ends one session of a person, and with it the way to their key
// that it was. Ending none, or another person's, does nothing.
func (r *Registry) EndSession(ctx context.Context, person PersonID, id SessionID) error {
	if _, err := r.exec(ctx, `DELETE FROM sessions WHERE hash = ? AND person = ?`, id[:], person); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndOtherSessions ends every session of a person but one, and returns those
// that it ended. The zero ID keeps none.
func (r *Registry) EndOtherSessions(ctx context.Context, person PersonID, keep SessionID) ([]SessionID, error) {
	return r.endSessions(ctx, `person = ? AND hash <> ?`, person, keep[:])
}

func (r *Registry) endSessions(ctx context.Context, where string, args ...any) ([]SessionID, error) {
	rows, err := r.file.Write.QueryContext(ctx, `DELETE FROM sessions WHERE `+where+` RETURNING hash`, args...)
	if err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	defer rows.Close()
	var ended []SessionID
	for rows.Next() {
		var hash []byte
		if err := rows.Scan(&hash); err != nil {
			return nil, fmt.Errorf("end sessions: %w", err)
		}
		ended = append(ended, SessionID(hash))
	}
	return ended, rows.Err()
}
