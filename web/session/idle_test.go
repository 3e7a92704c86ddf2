package session_test

import (
	"errors"
	"testing"
	"time"

	"restante/web/session"
)

func TestAPersonIsSignedOutSoonerIfTheyWant(t *testing.T) {
	h := newHouse(t)
	limit := func(d time.Duration) {
		t.Helper()
		if err := h.Registry.SetIdleLimit(t.Context(), h.enrolment.Person, d); err != nil {
			t.Fatal(err)
		}
	}
	before, _ := h.begin(t, session.Private)
	shared, _ := h.begin(t, session.Shared)
	limit(time.Hour)
	after, _ := h.begin(t, session.Private)
	h.clock.pass(9 * time.Minute) // the shared one has ten
	s, err := h.Open(t.Context(), request(shared))
	if err != nil {
		t.Fatal(err)
	}
	if s, err = h.Touch(t.Context(), s); err != nil || s.Ends().Sub(h.clock.now) > 10*time.Minute {
		t.Errorf("a shared session ends at %v, %v", s.Ends(), err)
	}
	h.clock.pass(50 * time.Minute)
	if s, err = h.Open(t.Context(), request(after)); err != nil {
		t.Fatalf("a minute before the limit: %v", err)
	}
	if s, err = h.Touch(t.Context(), s); err != nil || s.Ends().Sub(h.clock.now) > time.Hour {
		t.Errorf("after activity it ends at %v, %v", s.Ends(), err)
	}
	h.clock.pass(2 * time.Minute)
	if _, err := h.Open(t.Context(), request(before)); !errors.Is(err, session.ErrExpired) {
		t.Errorf("a session that there was goes on after the limit: %v", err)
	}
	limit(30 * 24 * time.Hour) // more than the site lets anybody
	if s, err = h.Open(t.Context(), request(after)); err != nil {
		t.Fatal(err)
	}
	h.clock.pass(2 * time.Minute)
	usual := session.DefaultLimits()[session.Private].Idle
	if s, err = h.Touch(t.Context(), s); err != nil || s.Ends().Sub(h.clock.now).Round(time.Second) != usual {
		t.Errorf("it ends after %v, %v, want %v", s.Ends().Sub(h.clock.now), err, usual)
	}
}
