package session

import (
	"net/http"
	"time"
)

// Kind is how much a person trusts the computer that they sit at.
type Kind string

const (
	Private Kind = "private" // their own
	Shared  Kind = "shared"  // "this is a shared computer", said at sign-in
	Kiosk   Kind = "kiosk"   // the instance serves public terminals only
)

// Limits says how long the sessions of a kind last, and what their cookie is
// like.
type Limits struct {
	Idle     time.Duration // without human activity
	Absolute time.Duration // in any case

	SameSite http.SameSite

	// Lasting cookies survive the closing of the browser, at most for
	// Absolute; others go with it.
	Lasting bool

	// PlainHTTP allows sessions where anybody on the way can read the cookie.
	PlainHTTP bool
}

// DefaultLimits returns the limits of each kind (ui.md 6.1). The map is the
// caller's to change.
func DefaultLimits() map[Kind]Limits {
	const day = 24 * time.Hour
	return map[Kind]Limits{
		Private: {Idle: 14 * day, Absolute: 90 * day, SameSite: http.SameSiteLaxMode, Lasting: true, PlainHTTP: true},
		Shared:  {Idle: 10 * time.Minute, Absolute: 2 * time.Hour, SameSite: http.SameSiteStrictMode},
		Kiosk:   {Idle: 5 * time.Minute, Absolute: time.Hour, SameSite: http.SameSiteStrictMode},
	}
}

// touchEvery is how long after recorded activity more of it is not recorded:
// a minute, and for limits so short that a minute matters a tenth of them.
func (l Limits) touchEvery() time.Duration { return min(time.Minute, l.Idle/10) }
