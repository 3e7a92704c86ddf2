package session_test

import (
	"errors"
	"testing"
	"time"

	"restante/cache/registry"
	"restante/web/session"
)

const day = 24 * time.Hour

func TestASessionEndsWhenNothingHumanHappens(t *testing.T) {
	for kind, idle := range map[session.Kind]time.Duration{
		session.Private: 14 * day, session.Shared: 10 * time.Minute, session.Kiosk: 5 * time.Minute,
	} {
		h := newHouse(t)
		cookie, _ := h.begin(t, kind)
		h.clock.pass(idle - time.Second)
		if _, err := h.Open(t.Context(), request(cookie)); err != nil {
			t.Errorf("%s, a second before its idle limit: %v", kind, err)
		}
		h.clock.pass(time.Second) // opening is no activity
		if _, err := h.Open(t.Context(), request(cookie)); !errors.Is(err, session.ErrExpired) {
			t.Errorf("%s, at its idle limit: %v, want ErrExpired", kind, err)
		}
		h.clock.pass(-time.Minute)
		if _, err := h.Open(t.Context(), request(cookie)); !errors.Is(err, session.ErrExpired) {
			t.Errorf("%s, after the clock was set back: %v, want ErrExpired", kind, err)
		}
	}
}

func TestActivityKeepsASessionUntilItsAbsoluteLimit(t *testing.T) {
	for kind, c := range map[session.Kind]struct{ every, absolute time.Duration }{
		session.Private: {13 * day, 90 * day}, session.Shared: {9 * time.Minute, 2 * time.Hour}, session.Kiosk: {4 * time.Minute, time.Hour},
	} {
		h := newHouse(t)
		cookie, begun := h.begin(t, kind)
		last := noon
		for ; h.clock.now.Before(noon.Add(c.absolute)); h.clock.pass(c.every) {
			s, err := h.Open(t.Context(), request(cookie))
			if err != nil {
				t.Fatalf("%s, %v after it began: %v", kind, h.clock.now.Sub(noon), err)
			}
			touched, err := h.Touch(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if touched.Ends().After(begun.Absolute) {
				t.Errorf("%s ends at %v, after its absolute limit", kind, touched.Ends())
			}
			last = h.clock.now
		}
		h.clock.now = noon.Add(c.absolute - time.Second)
		if _, err := h.Open(t.Context(), request(cookie)); err != nil {
			t.Errorf("%s, a second before its absolute limit, last seen %v: %v", kind, last, err)
		}
		h.clock.pass(time.Second)
		if _, err := h.Open(t.Context(), request(cookie)); !errors.Is(err, session.ErrExpired) {
			t.Errorf("%s, at its absolute limit: %v, want ErrExpired", kind, err)
		}
	}
}

func TestActivityIsRecordedAtMostOnceAMinute(t *testing.T) {
	for kind, every := range map[session.Kind]time.Duration{
		session.Private: time.Minute, session.Shared: time.Minute, session.Kiosk: 30 * time.Second,
	} {
		h := newHouse(t)
		_, s := h.begin(t, kind)
		touch := func(after time.Duration) session.Session {
			t.Helper()
			h.clock.pass(after)
			got, err := h.Touch(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			stored, err := h.Registry.Session(t.Context(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			if !stored.Seen.Equal(got.Seen) || !stored.End().Equal(got.Ends()) {
				t.Errorf("%s: seen %v and ends %v, stored are %v and %v", kind, got.Seen, got.Ends(), stored.Seen, stored.End())
			}
			return got
		}
		if got := touch(every - time.Second); !got.Seen.Equal(s.Seen) || !got.Ends().Equal(s.Ends()) {
			t.Errorf("%s: recorded after %v", kind, every-time.Second)
		}
		if got := touch(time.Second); got.Seen.Sub(s.Seen) != every || got.Ends().Sub(s.Ends()) != every {
			t.Errorf("%s: after %v, seen %v later and ends %v later", kind, every, got.Seen.Sub(s.Seen), got.Ends().Sub(s.Ends()))
		}
	}
}

// A limit of one minute would be over before activity is recorded, were it
// recorded once a minute.
func TestShortLimitsCanBeExtended(t *testing.T) {
	h := newHouse(t)
	limits := session.DefaultLimits()
	kiosk := limits[session.Kiosk]
	kiosk.Idle = time.Minute
	limits[session.Kiosk] = kiosk
	h.Limits = limits
	cookie, _ := h.begin(t, session.Kiosk)
	for range 10 {
		h.clock.pass(50 * time.Second)
		s, err := h.Open(t.Context(), request(cookie))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Touch(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSessionsThatAreOverAreSweptAway(t *testing.T) {
	h := newHouse(t)
	_, kiosk := h.begin(t, session.Kiosk)
	cookie, _ := h.begin(t, session.Private)
	h.clock.pass(time.Hour)
	ended, err := h.Registry.ExpireSessions(t.Context(), h.clock.now)
	if err != nil || len(ended) != 1 || ended[0] != kiosk.ID {
		t.Errorf("swept away %v, %v, want %v", ended, err, []registry.SessionID{kiosk.ID})
	}
	if _, err := h.Open(t.Context(), request(cookie)); err != nil {
		t.Errorf("the private session: %v", err)
	}
}

func TestAMissingClockIsTheRealOne(t *testing.T) {
	h := newHouse(t)
	h.Now = nil
	_, s := h.begin(t, session.Private)
	if d := time.Since(s.Made); d < 0 || d > time.Minute {
		t.Errorf("a session that begins now was made %v ago", d)
	}
}
