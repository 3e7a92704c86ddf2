package fetch_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/fetch"
	"restante/pop3client/pop3test"
)

func TestEverythingIsCollectedOnceNewestFirst(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.deliver(150)
	h.hold()
	h.awaitGood(time.Time{})
	h.check()
	var order []string
	for _, line := range h.server.Transcript() {
		if verb, number, ok := strings.Cut(line.Text, " "); ok && verb == "RETR" {
			order = append(order, number)
		}
	}
	if len(order) != 150 || order[0] != "150" || order[149] != "1" {
		t.Errorf("%d messages were asked for, from %s to %s, want 150 from the newest", len(order), order[0], order[len(order)-1])
	}
	if n := h.server.Seen("DELE"); n > 0 {
		t.Errorf("%d DELE were sent", n)
	}
	if h.state().First {
		t.Error("the first collection is not over")
	}
}

func TestASecondLookBringsOnlyWhatIsNew(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.deliver(5)
	h.hold()
	first := h.awaitGood(time.Time{})
	h.mailbox.Deliver(letter(99, time.Now()))
	h.fleet.Kick(h.box.Person)
	h.awaitGood(first.Checked)
	h.check()
	if n := h.server.Seen("RETR"); n != 6 {
		t.Errorf("%d messages were retrieved, want 6", n)
	}
}

// A listing that needs no comparing any more still shows all that changes.
func TestAMailboxInWhichNothingHappenedForLongShowsWhatDoes(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.deliver(3)
	h.hold()
	wasSettled := func() (was bool) {
		h.inBox(func(ctx context.Context, box *cache.Box) error {
			a, err := box.Account(ctx, h.box.Account)
			was = a.WasSettled
			return err
		})
		return was
	}
	for range 3 {
		h.look()
	}
	if !wasSettled() {
		t.Fatal("after three looks the listing is still compared")
	}
	h.mailbox.Deliver(letter(99, time.Now()))
	h.look()
	h.check()
	for range 2 {
		h.look()
	}
	h.mailbox.Remove(h.mailbox.Messages()[0].UIDL)
	if s := h.look(); s.Taken != 1 || s.Total != 0 {
		t.Errorf("%d messages are noticed as taken, %d to be collected, want 1 and 0", s.Taken, s.Total)
	}
	if h.look(); !wasSettled() {
		t.Error("the smaller mailbox has not settled")
	}
}

func TestNewMailComesByItself(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.fleet.Interval = 20 * time.Millisecond
	h.hold()
	h.awaitGood(time.Time{})
	h.deliver(1)
	h.await("the letter is here", func(s fetch.State) bool { return len(h.stored()) == 1 })
}

func TestWhatTheServerLosesStaysHere(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.deliver(3)
	h.hold()
	first := h.awaitGood(time.Time{})
	before := h.stored()
	for _, m := range h.mailbox.Messages() {
		h.mailbox.Remove(m.UIDL)
	}
	h.fleet.Kick(h.box.Person)
	h.awaitGood(first.Checked)
	if after := h.stored(); !slices.Equal(after, before) {
		t.Errorf("%d messages are left of %d", len(after), len(before))
	}
}

func TestE1MessagesWithOneUniqueIDAreAllCollected(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	for i := range 3 {
		h.mailbox.DeliverAs("same", letter(i, time.Now().Add(time.Duration(i-5)*time.Minute)))
	}
	h.hold()
	first := h.awaitGood(time.Time{})
	h.check()
	h.fleet.Kick(h.box.Person)
	h.awaitGood(first.Checked)
	if n := h.server.Seen("RETR"); n != 3 {
		t.Errorf("%d messages were retrieved, want 3", n)
	}
}

func TestE5MessagesWithoutAUniqueIDAreNeitherLostNorDoubled(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.mailbox.DeliverAs("", letter(1, time.Now().Add(-time.Minute)))
	h.hold()
	first := h.awaitGood(time.Time{})
	h.mailbox.DeliverAs("", letter(2, time.Now().Add(-time.Second)))
	h.fleet.Kick(h.box.Person)
	h.awaitGood(first.Checked)
	h.check()
}

// A session in which something was retrieved may end with QUIT only when all of that is durable: some servers hide or
// delete then what was read.
func TestF7NoQuitBeforeEverythingIsStored(t *testing.T) {
	gate := pop3test.NewGate()
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "QUIT", Nth: 1, Action: pop3test.Pause(gate)}}})
	h.deliver(20)
	h.hold()
	<-gate.Reached()
	if n := len(h.stored()); n != 20 {
		t.Errorf("when QUIT was sent, %d messages were stored, want 20", n)
	}
	gate.Open()
	h.awaitGood(time.Time{})
}

func TestAStopDropsTheConnectionWithoutQuitAndLosesNothing(t *testing.T) {
	gate := pop3test.NewGate()
	s := &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Nth: 30, Action: pop3test.PauseAfter(20, gate)}}}
	h := newHouse(t, s)
	h.deliver(60)
	h.hold()
	<-gate.Reached()
	h.close()
	gate.Open()
	if err := s.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.Seen("QUIT"); n != 0 {
		t.Errorf("%d QUIT were sent", n)
	}
	s.SetFaults()
	h.open(strings.TrimPrefix(h.box.Mailbox.Server, "pop3+insecure://"))
	h.start()
	h.hold()
	h.awaitGood(time.Time{})
	h.check()
}

func TestOneSessionAtATimeToAMailbox(t *testing.T) {
	gate := pop3test.NewGate()
	s := &pop3test.Server{ExclusiveLock: true, Faults: []pop3test.Fault{{Command: "RETR", Nth: 2, Action: pop3test.Pause(gate)}}}
	h := newHouse(t, s)
	h.deliver(4)
	h.hold()
	<-gate.Reached()
	for range 5 {
		h.fleet.Kick(h.box.Person)
	}
	gate.Open()
	h.awaitGood(time.Time{})
	h.check()
	if f := h.state().Fault; f != fetch.NoFault {
		t.Errorf("the fault is %q: two sessions met", f)
	}
}

func TestNobodySignedInMeansNoSession(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.deliver(1)
	if _, err := h.people.ExpireSessions(t.Context(), time.Now().Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	h.hold()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		if _, held := h.fleet.Key(h.box.Person); !held {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the key is still held")
		}
	}
	if n := h.server.Seen("PASS"); n > 0 {
		t.Errorf("%d sign-ins to the server", n)
	}
}
