package fetch_test

import (
	"testing"
	"time"

	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/pop3client/pop3test"
)

// newFlyingHouse is a house whose fleet has several commands under way, as it has by default.
func newFlyingHouse(t *testing.T, s *pop3test.Server) *house {
	t.Helper()
	h := newHouse(t, s)
	h.fleet.Client.MaxInFlight = 0
	return h
}

// trait is what is kept of the server.
func (h *house) trait(name string) string {
	h.t.Helper()
	traits, err := h.people.Traits(h.t.Context(), h.box.Mailbox.Server)
	if err != nil {
		h.t.Fatal(err)
	}
	return traits[name].Value
}

func TestInFlightEverythingIsCollectedOnceAndTheServerIsTriedOnce(t *testing.T) {
	h := newFlyingHouse(t, &pop3test.Server{})
	h.deliver(150)
	h.hold()
	first := h.awaitGood(time.Time{})
	h.check()
	if n := h.server.Seen("RETR"); n != 151 {
		t.Errorf("%d messages were asked for, want 150 and one of them again on trial", n)
	}
	for i := range 20 {
		h.mailbox.Deliver(letter(150+i, time.Now()))
	}
	h.fleet.Kick(h.box.Person)
	h.awaitGood(first.Checked)
	h.check()
	if n := h.server.Seen("RETR"); n != 171 || h.trait("flight") != "proven" {
		t.Errorf("%d messages were asked for in all, want 171; the server counts as %q", n, h.trait("flight"))
	}
}

func TestInFlightAFaultLosesNothing(t *testing.T) {
	for name, action := range map[string]pop3test.Action{
		"hangs": pop3test.Hang(), "closes": pop3test.Close(), "garbage": pop3test.Garbage(), "cut off": pop3test.Truncate(80),
		"stops": pop3test.Stall(80), "endless": pop3test.EndlessLines("more"),
	} {
		for _, nth := range []int{3, 40} { // on trial, and afterwards
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				h := newFlyingHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Nth: nth, Action: action}}})
				h.deliver(60)
				h.hold()
				h.await("a run has ended", func(s fetch.State) bool { return s.Phase == fetch.Idle && !s.Since.IsZero() })
				h.fleet.Kick(h.box.Person)
				h.awaitGood(time.Time{})
				h.check()
				if n := h.state().Aside; n > 0 {
					t.Errorf("%d messages are set aside", n)
				}
			})
		}
	}
}

// A message that breaks every session is set aside after three tries; those that were only under way with it are not.
func TestInFlightOnlyThePoisonousMessageIsSetAside(t *testing.T) {
	h := newFlyingHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Argument: "15", Action: pop3test.Truncate(60)}}})
	h.deliver(30)
	h.hold()
	h.await("a run has ended", func(s fetch.State) bool { return s.Phase == fetch.Idle && !s.Since.IsZero() })
	for range 3 {
		h.run()
	}
	if n := len(h.stored()); n != 29 || h.state().Aside != 1 {
		t.Errorf("%d messages are stored and %d set aside, want 29 and 1", n, h.state().Aside)
	}
}

func TestH2AServerThatMixesUpItsRepliesIsGoneOnWithOneCommandAtATime(t *testing.T) {
	h := newFlyingHouse(t, pop3test.LikeWildDuck(250))
	h.deliver(40)
	h.hold()
	s := h.await("everything is here", func(s fetch.State) bool { return s.Phase == fetch.Idle && !s.First })
	h.check()
	if s.Fault != fetch.NoFault || h.trait("flight") != "1" {
		t.Errorf("the fault is %q and the server counts as %q, want none and 1", s.Fault, h.trait("flight"))
	}
}

func TestH3AServerThatHangsUpInFlightIsAskedForLess(t *testing.T) {
	h := newFlyingHouse(t, &pop3test.Server{})
	err := h.people.PutTrait(t.Context(), h.box.Mailbox.Server, registry.Trait{Name: "flight", Value: "proven", Seen: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	h.server.SetFaults(pop3test.Fault{Command: "RETR", Nth: 20, Action: pop3test.Close()})
	h.deliver(60)
	h.hold()
	h.awaitFault()
	if limit := h.trait("flight"); limit == "proven" || limit == "" {
		t.Errorf("after hanging up the server counts as %q", limit)
	}
	h.fleet.Kick(h.box.Person)
	h.awaitGood(time.Time{})
	h.check()
}
