package fetch_test

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
	"restante/pop3client/pop3test"
)

// run lets the fleet look once more, and waits until that is over.
func (h *house) run() fetch.State {
	h.t.Helper()
	before := h.state()
	h.fleet.Kick(h.box.Person)
	return h.await("another run is over", func(s fetch.State) bool { return s.Phase == fetch.Idle && s.Since.After(before.Since) })
}

// A server that gives nothing at all, as one does whose daily limit is used up, says nothing of any single message.
func TestAServerThatGivesNothingForAWhileLosesNothing(t *testing.T) {
	for name, words := range map[string]string{"for good": "bandwidth limit exceeded", "for now": "[SYS/TEMP] come back later"} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Action: pop3test.Err(words)}}})
			h.deliver(30)
			h.hold()
			h.awaitFault()
			for range 4 {
				if s := h.run(); s.Fault != fetch.Temporary || s.Aside > 0 {
					t.Errorf("the fault is %q (%v), and %d messages are set aside, want %q and none", s.Fault, s.Cause, s.Aside, fetch.Temporary)
				}
			}
			if n := h.server.Seen("RETR"); n > 5*10 {
				t.Errorf("%d messages were asked for in 5 runs", n)
			}
			h.server.SetFaults()
			h.run()
			h.check()
		})
	}
}

func TestWhatWasSetAsideIsKnownAfterARestart(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Argument: "2", Action: pop3test.Err("cannot read it")}}})
	h.deliver(2)
	h.hold()
	h.awaitGood(time.Time{})
	h.run()
	if s := h.run(); s.Aside != 1 {
		t.Fatalf("%d messages are set aside, want 1", s.Aside)
	}
	h.close()
	h.open(strings.TrimPrefix(h.box.Mailbox.Server, "pop3+insecure://"))
	h.start()
	h.hold()
	if s := h.state(); s.Aside != 1 {
		t.Errorf("%d messages are set aside after a restart, want 1", s.Aside)
	}
}

// What came over an unprotected connection is nobody's word.
func TestA2WordsFromAnUnprotectedConnectionAreNotTheServers(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "PASS", Nth: 1, Action: pop3test.Err("[SYS/TEMP] call 555-0100")}}})
	h.hold()
	if s := h.awaitFault(); s.Detail != "" {
		t.Errorf("the server is quoted with %q", s.Detail)
	}
}

func TestA2WordsFromAProtectedConnectionAreTheServers(t *testing.T) {
	certificate, roots := pop3test.SelfSigned(t)
	h := newHouse(t, &pop3test.Server{
		TLS:    &tls.Config{Certificates: []tls.Certificate{certificate}},
		Faults: []pop3test.Fault{{Command: "PASS", Nth: 1, Action: pop3test.Err("[SYS/TEMP] maintenance until noon")}},
	})
	h.fleet.Client.TLS = &tls.Config{RootCAs: roots}
	h.enrol(strings.Replace(h.box.Mailbox.Server, "pop3+insecure", "pop3", 1))
	h.hold()
	if s := h.awaitFault(); s.Detail != "maintenance until noon" {
		t.Errorf("the server is quoted with %q (%v)", s.Detail, s.Cause)
	}
	h.fleet.Kick(h.box.Person)
	if s := h.awaitGood(time.Time{}); s.Secured != "TLS 1.3" {
		t.Errorf("the session was secured by %q", s.Secured)
	}
}

func TestProgressIsTrueWhereTheServerTellsNoSizes(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "LIST", Action: pop3test.Err("no")}}})
	h.deliver(5)
	h.hold()
	s := h.awaitGood(time.Time{})
	var sent int64
	for _, m := range h.mailbox.Messages() {
		sent += int64(len(m.Raw))
	}
	if s.Secured != "" || s.Got != 5 || s.Total != 5 || s.GotBytes != sent || s.TotalBytes != 0 {
		t.Errorf("%d of %d messages, %d of %d bytes, want 5 of 5 and %d of 0", s.Got, s.Total, s.GotBytes, s.TotalBytes, sent)
	}
}

func TestE9SizesThatCannotBeAddedUpDoNoHarm(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "LIST", Action: pop3test.Rewrite(func(reply []byte) []byte {
		return []byte("+OK\r\n1 9223372036854775807\r\n2 99999999999999999999\r\n3 -5\r\n.\r\n")
	})}}})
	h.deliver(3)
	h.hold()
	s := h.awaitGood(time.Time{})
	if s.TotalBytes <= 0 || s.GotBytes != s.TotalBytes {
		t.Errorf("%d of %d bytes", s.GotBytes, s.TotalBytes)
	}
	h.check()
}

func TestProgressEndsAtTheEndThoughAMessageIsNotGiven(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Argument: "2", Action: pop3test.Err("cannot read it")}}})
	h.deliver(4)
	h.hold()
	if s := h.awaitGood(time.Time{}); s.Got != 3 || s.Total != 3 || s.GotBytes != s.TotalBytes {
		t.Errorf("%d of %d messages, %d of %d bytes, want 3 of 3", s.Got, s.Total, s.GotBytes, s.TotalBytes)
	}
}

// Two people may collect one mailbox. The server's lock and its pause are those of the mailbox.
func TestAPauseHoldsForAMailboxWhoeversCacheItFills(t *testing.T) {
	h := newHouse(t, &pop3test.Server{LoginDelay: time.Hour, ExclusiveLock: true})
	h.deliver(3)
	first := h.box
	h.enrol(first.Mailbox.Server)
	second := h.box
	h.hold() // the second
	h.box = first
	h.hold()
	h.await("one of them has collected", func(s fetch.State) bool {
		other := h.fleet.State(second.Person, second.Account)
		return s.Phase == fetch.Idle && other.Phase == fetch.Idle && (!s.Checked.IsZero() || !other.Checked.IsZero())
	})
	for _, box := range []registry.Enrolment{first, second} {
		h.fleet.Kick(box.Person)
		if wait := time.Until(h.fleet.State(box.Person, box.Account).Next); wait < time.Hour-time.Minute {
			t.Errorf("the next look is in %v, want the server's delay of an hour", wait)
		}
	}
	if n := h.server.Seen("PASS"); n != 1 {
		t.Errorf("%d sign-ins within the server's login delay, want 1", n)
	}
}

// Whoever signs in while a run with an old password is on its way to the server must neither be told that the password
// is refused nor wait for that run: their own session shows that it is not.
func TestARunThatHasNotSignedInGivesWayToASignIn(t *testing.T) {
	gate := pop3test.NewGate()
	s := &pop3test.Server{Faults: []pop3test.Fault{{Command: "PASS", Nth: 1, Action: pop3test.Pause(gate)}}}
	h := newHouse(t, s)
	h.deliver(3)
	h.forgetPassword()
	h.hold()
	<-gate.Reached()
	server, err := pop3client.ParseAddress(h.box.Mailbox.Server)
	if err != nil {
		t.Fatal(err)
	}
	session, err := h.fleet.SignIn(t.Context(), server, user, vault.NewPassword(password))
	if err != nil {
		t.Fatal(err)
	}
	h.fleet.Collect(h.box.Person, h.box.Account, h.box.Mailbox, session)
	state := h.await("the mail is here", func(s fetch.State) bool { return s.Phase == fetch.Idle && !s.Checked.IsZero() })
	gate.Open()
	if state.Fault != fetch.NoFault {
		t.Errorf("the fault is %q", state.Fault)
	}
	h.check()
	if n := s.Seen("PASS"); n != 2 {
		t.Errorf("%d sign-ins, want that of the run and that of the person", n)
	}
}

// forgetPassword puts another password in the place of the one that the server accepts.
func (h *house) forgetPassword() {
	h.t.Helper()
	box, done, err := h.boxes.Get(h.t.Context(), string(h.box.Person))
	if err != nil {
		h.t.Fatal(err)
	}
	defer done()
	sealed, err := fetch.SealPassword(h.key, h.box.Person, h.box.Account, vault.NewPassword("another"))
	if err != nil {
		h.t.Fatal(err)
	}
	if err := box.SetPassword(h.t.Context(), h.box.Account, sealed); err != nil {
		h.t.Fatal(err)
	}
}

func TestAPersonWhoLeavesIsForgottenAndComesBack(t *testing.T) {
	gate := pop3test.NewGate()
	s := &pop3test.Server{ExclusiveLock: true, Faults: []pop3test.Fault{{Command: "RETR", Nth: 2, Action: pop3test.PauseAfter(20, gate)}}}
	h := newHouse(t, s)
	h.deliver(6)
	h.hold()
	<-gate.Reached()
	h.fleet.Release(h.box.Person)
	if _, held := h.fleet.Key(h.box.Person); held || h.state() != (fetch.State{}) {
		t.Errorf("the fleet still knows the person: %+v", h.state())
	}
	h.hold() // while the run of before is still ending
	gate.Open()
	h.awaitGood(time.Time{})
	h.check()
}
