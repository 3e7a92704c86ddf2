// Package session knows who is signed in.
//
// A session is a random token that the browser keeps in a cookie, and a row of
// the registry under the token's hash. The row holds the person's key wrapped
// by the token, so that the cookie is the only thing that opens it: a restart
// signs nobody out, and a stolen disk opens nothing.
//
// A session ends when nothing human happens for a while (idle), when its time
// is over (absolute), or when somebody ends it. Streams, images, polling and
// what a browser fetches in advance are not human.
package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"restante/cache/registry"
	"restante/cache/vault"
)

var (
	// ErrNone means that a request carries no session.
	ErrNone = errors.New("not signed in")

	// ErrExpired means that a request carries a session which is over: its
	// time has passed, or it was ended, here or from another device.
	ErrExpired = errors.New("session is over")

	// ErrInsecure means that sessions of this kind need HTTPS.
	ErrInsecure = errors.New("needs HTTPS")
)

// Session is one browser in which a person is signed in.
type Session struct {
	ID      registry.SessionID
	Person  registry.PersonID
	Mailbox registry.Mailbox // that signed in
	Account int64            // the mailbox's id in the person's file; 0: it is none, but somebody's word for the person
	Name    string           // what the person is called
	Kind    Kind
	Key     vault.Key // the person's

	Made     time.Time
	Seen     time.Time // last human activity that was recorded
	Idle     time.Time // ends then without activity
	Absolute time.Time // ends then in any case
}

// Ends returns when the session ends if nothing happens.
func (s Session) Ends() time.Time {
	if s.Absolute.Before(s.Idle) {
		return s.Absolute
	}
	return s.Idle
}

// Keeper begins, finds and ends sessions. Its methods may be called from
// several goroutines at once.
type Keeper struct {
	Registry *registry.Registry

	// Limits of each kind; nil means DefaultLimits. A kind that is missing
	// cannot be begun.
	Limits map[Kind]Limits

	// Secure reports whether a browser's request came by HTTPS; nil means by
	// TLS to this process.
	Secure func(*http.Request) bool

	Now func() time.Time // nil means time.Now
}

// Start is what a new session begins with.
type Start struct {
	Enrolment registry.Enrolment // the mailbox that signed in, and whose it is
	Key       vault.Key          // the person's
	Kind      Kind
	Secure    bool   // the sign-in came by HTTPS
	Agent     string // the User-Agent header; a short form of it is kept
}

// Begin signs a person in, always with a new token, and returns the cookie
// that the answer must set. Over plain HTTP it fails with ErrInsecure for kinds
// that do not allow it.
func (k *Keeper) Begin(ctx context.Context, s Start) (*http.Cookie, Session, error) {
	limits, ok := k.LimitsOf(s.Kind)
	if !ok {
		return nil, Session{}, fmt.Errorf("begin session: no limits for kind %q", s.Kind)
	}
	if !s.Secure && !limits.PlainHTTP {
		return nil, Session{}, fmt.Errorf("begin %s session: %w", s.Kind, ErrInsecure)
	}
	idle, err := k.idle(ctx, s.Kind, s.Enrolment.Person, limits)
	if err != nil {
		return nil, Session{}, fmt.Errorf("begin session: %w", err)
	}
	token, now := vault.NewToken(), k.now()
	row := registry.Session{
		ID: token.Hash(), Enrolment: s.Enrolment, Kind: string(s.Kind), Agent: shortAgent(s.Agent),
		Made: now, Seen: now, Idle: now.Add(idle), Absolute: now.Add(limits.Absolute),
	}
	if row.Wrap, err = vault.WrapWithToken(s.Key, token, boundTo(row)...); err != nil {
		return nil, Session{}, fmt.Errorf("begin session: %w", err)
	}
	if err := k.Registry.AddSession(ctx, row); err != nil {
		return nil, Session{}, fmt.Errorf("begin session: %w", err)
	}
	return cookie(token, limits, s.Secure), opened(row, s.Key), nil
}

// Open returns the session of a request. It fails with ErrNone or ErrExpired;
// any other error is the registry's.
func (k *Keeper) Open(ctx context.Context, r *http.Request) (Session, error) {
	token, err := k.token(r)
	if err != nil {
		return Session{}, err
	}
	row, err := k.Registry.Session(ctx, token.Hash())
	if errors.Is(err, registry.ErrNotFound) {
		return Session{}, ErrExpired
	}
	if err != nil {
		return Session{}, fmt.Errorf("open session: %w", err)
	}
	if !k.now().Before(row.End()) {
		// At once, so that a clock that is set back does not bring it back.
		if err := k.Registry.ExpireSession(ctx, row.ID); err != nil {
			return Session{}, fmt.Errorf("open session: %w", err)
		}
		return Session{}, ErrExpired
	}
	key, err := vault.UnwrapWithToken(row.Wrap, token, boundTo(row)...)
	if err != nil {
		return Session{}, fmt.Errorf("%w: %w", ErrExpired, err)
	}
	return opened(row, key), nil
}

// Touch records human activity, which Active finds, and returns s with its new
// end. It writes at most once a minute; where the idle limit is below ten
// minutes, at most ten times within it. It fails with ErrExpired when the
// session has ended meanwhile.
func (k *Keeper) Touch(ctx context.Context, s Session) (Session, error) {
	limits, ok := k.LimitsOf(s.Kind)
	now := k.now()
	if !ok || now.Sub(s.Seen) < limits.touchEvery() {
		return s, nil
	}
	limit, err := k.idle(ctx, s.Kind, s.Person, limits)
	if err != nil {
		return Session{}, err
	}
	idle := now.Add(limit)
	err = k.Registry.TouchSession(ctx, s.ID, idle, now)
	if errors.Is(err, registry.ErrNotFound) {
		return Session{}, ErrExpired
	}
	if err != nil {
		return Session{}, err
	}
	s.Seen, s.Idle = now, idle
	return s, nil
}

// idle is after how long without activity a session of a kind ends: on computers of their own a person may want it sooner.
func (k *Keeper) idle(ctx context.Context, kind Kind, person registry.PersonID, limits Limits) (time.Duration, error) {
	if kind != Private {
		return limits.Idle, nil
	}
	wanted, err := k.Registry.IdleLimit(ctx, person)
	if errors.Is(err, registry.ErrNotFound) {
		return limits.Idle, nil // they have been erased, which what follows finds out
	}
	if wanted > 0 && wanted < limits.Idle {
		return wanted, err
	}
	return limits.Idle, err
}

// End signs out: it ends the session of a request and returns whose it was,
// nobody when the request carries none. The answer must set what Clear returns.
func (k *Keeper) End(ctx context.Context, r *http.Request) (registry.PersonID, error) {
	token, err := k.token(r)
	if err != nil {
		return "", nil // nothing to end
	}
	row, err := k.Registry.Session(ctx, token.Hash())
	if errors.Is(err, registry.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("end session: %w", err)
	}
	return row.Enrolment.Person, k.Registry.EndSession(ctx, row.Enrolment.Person, row.ID)
}

// now is in whole seconds, as the registry keeps times.
func (k *Keeper) now() time.Time {
	now := time.Now
	if k.Now != nil {
		now = k.Now
	}
	return now().UTC().Truncate(time.Second)
}

// LimitsOf returns the limits of a kind; ok is false where it cannot be begun.
func (k *Keeper) LimitsOf(kind Kind) (limits Limits, ok bool) {
	all := k.Limits
	if all == nil {
		all = DefaultLimits()
	}
	limits, ok = all[kind]
	return limits, ok
}

// opened is a row with the key that was in it.
func opened(row registry.Session, key vault.Key) Session {
	return Session{
		ID: row.ID, Person: row.Enrolment.Person, Mailbox: row.Enrolment.Mailbox, Account: row.Enrolment.Account,
		Name: cmp.Or(row.Enrolment.Shown, row.Enrolment.Mailbox.User), Kind: Kind(row.Kind), Key: key, Made: row.Made, Seen: row.Seen, Idle: row.Idle, Absolute: row.Absolute,
	}
}

// boundTo is what the wrap of a session's key is good for; in a row of another
// person, mailbox or kind it does not open.
func boundTo(row registry.Session) []string {
	return []string{"session", string(row.Enrolment.Person), row.Enrolment.Mailbox.Server, row.Enrolment.Mailbox.User, row.Kind}
}
