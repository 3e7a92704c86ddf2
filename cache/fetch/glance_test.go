package fetch_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/fetch"
	"restante/pop3client/pop3test"
)

// sent are the commands with a verb that the server has heard, in order.
func (h *house) sent(verbs ...string) (list []string) {
	for _, line := range h.server.Transcript() {
		if verb, _, _ := strings.Cut(line.Text, " "); slices.Contains(verbs, verb) {
			list = append(list, line.Text)
		}
	}
	return list
}

// The newest messages are there before the mailbox is listed, however large it is.
func TestTheFirstPageComesBeforeTheListing(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "STAT", Nth: 2, Action: pop3test.Close()}}})
	h.deliver(70)
	h.hold()
	h.awaitFault()
	if ids := h.partial(); len(ids) != 50 {
		t.Fatalf("%d headers are here, want 50", len(ids))
	}
	if tops := h.sent("TOP"); len(tops) != 50 || tops[0] != "TOP 70 0" || tops[49] != "TOP 21 0" {
		t.Errorf("asked for were %v", tops)
	}
	before := h.partial()
	h.server.SetFaults()
	h.look()
	h.check()
	if left := h.partial(); len(left) != 0 {
		t.Errorf("%d messages have only their header", len(left))
	}
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		_, err := box.Message(ctx, before[0])
		return err // it has kept its id
	})
	if tops := h.sent("TOP"); len(tops) != 50 {
		t.Errorf("headers were asked for again: %d TOP in all", len(tops))
	}
}

// A server that mixes up its replies shows nothing, and one that hangs up at TOP is asked for messages at once.
func TestAFirstPageThatGoesWrongLeavesNoTrace(t *testing.T) {
	for name, action := range map[string]pop3test.Action{"hangs up": pop3test.Close(), "garbage": pop3test.Garbage(), "refuses": pop3test.Err("no")} {
		t.Run(name, func(t *testing.T) {
			h := newFlyingHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "TOP", Nth: 10, Action: action}}})
			h.deliver(30)
			h.hold()
			h.await("a run has ended", func(s fetch.State) bool { return s.Phase == fetch.Idle && !s.Since.IsZero() })
			if n := len(h.partial()); name != "refuses" && n > 0 {
				t.Errorf("%d headers of a session that went wrong are here", n)
			}
			h.server.SetFaults(pop3test.Fault{Command: "TOP", Action: action})
			h.fleet.Kick(h.box.Person)
			h.awaitGood(time.Time{})
			h.check()
		})
	}
}

func TestAMailboxWithoutTOPOrUIDLNIsCollectedAllTheSame(t *testing.T) {
	for name, s := range map[string]*pop3test.Server{"no TOP": {NoTOP: true}, "mpopd": pop3test.LikeMpopd(), "popa3d": pop3test.LikePopa3d(), "Courier": pop3test.LikeCourier()} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, s)
			h.deliver(8)
			h.hold()
			h.awaitGood(time.Time{})
			h.check()
		})
	}
}

// Headers stand for unique ids where there are none: nothing comes twice (pop3.md E5).
func TestE5MessagesWithoutUniqueIDsComeOnce(t *testing.T) {
	h := newHouse(t, &pop3test.Server{NoUIDL: true})
	h.deliver(5)
	h.hold()
	h.awaitGood(time.Time{})
	h.check()
	h.mailbox.Remove(h.mailbox.Messages()[1].UIDL)
	h.deliver(6) // the first five once more, as other messages with the same header but for the date
	h.look()
	if n := h.server.Seen("RETR"); n != 11 {
		t.Errorf("%d messages were retrieved, want 5 and the 6 new ones", n)
	}
}

// A message that somebody waits for goes before all that is still to come.
func TestWhatIsAskedForJumpsTheQueue(t *testing.T) {
	gate := pop3test.NewGate()
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Nth: 5, Action: pop3test.Pause(gate)}}})
	h.deliver(60)
	h.hold()
	<-gate.Reached()
	waiting := h.partial()
	oldest := waiting[len(waiting)-1]
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.Want(ctx, oldest) })
	h.fleet.Want(h.box.Person, h.box.Account, oldest)
	gate.Open()
	h.awaitGood(time.Time{})
	h.check()
	if order := h.sent("RETR"); order[5] != "RETR 11" {
		t.Errorf("after the fifth, the message that was asked for is not next: %v", order)
	}
}

func TestALargeMessageComesWhenItIsAskedFor(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		return box.SetIntake(ctx, h.box.Account, cache.Everything, 1000)
	})
	h.deliver(3)
	big := append(letter(7, time.Now()), strings.Repeat("large\r\n", 500)...)
	h.mailbox.Deliver(big)
	h.hold()
	h.awaitGood(time.Time{})
	ids := h.partial()
	if len(h.stored()) != 3 || len(ids) != 1 {
		t.Fatalf("%d messages and %d headers are here, want 3 and 1", len(h.stored()), len(ids))
	}
	h.look()
	if n := len(h.sent("RETR")); n != 3 {
		t.Errorf("it was retrieved unasked")
	}
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.Want(ctx, ids[0]) })
	h.fleet.Want(h.box.Person, h.box.Account, ids[0])
	h.await("it is here", func(fetch.State) bool { return len(h.partial()) == 0 })
	h.check()
}

// After so many messages in a row that are too old, the rest is left out; it comes when everything is asked for.
func TestAScopeOfDaysLeavesOldMailOut(t *testing.T) {
	h := newHouse(t, &pop3test.Server{NoTOP: true})
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.SetIntake(ctx, h.box.Account, 90, 0) })
	for i := range 400 {
		h.mailbox.Deliver(letter(i, time.Now().AddDate(0, 0, i-401)))
	}
	h.hold()
	h.awaitGood(time.Time{})
	if n := len(h.stored()); n < 90 || n > 350 {
		t.Errorf("%d messages are here, want the 90 that are not too old and few more", n)
	}
	h.look()
	h.mailbox.Deliver(letter(999, time.Now()))
	n := len(h.stored())
	h.look()
	if got := len(h.stored()); got != n+1 {
		t.Errorf("later %d messages came, want the one that is new", got-n)
	}
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		return box.SetIntake(ctx, h.box.Account, cache.Everything, 0)
	})
	h.look()
	h.check()
}

// A server that gives its messages other unique ids has none of them collected again (pop3.md E2).
func TestE2RenumberedMessagesAreKnownByTheirHeaders(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.deliver(40)
	h.hold()
	h.awaitGood(time.Time{})
	h.mailbox.Rename(func(m pop3test.Message) string { return fmt.Sprint("new-", m.UID) })
	h.mailbox.Deliver(letter(99, time.Now()))
	s := h.look()
	h.check()
	if n := h.server.Seen("RETR"); n != 41 {
		t.Errorf("%d messages were retrieved, want 40 and the one that is new", n)
	}
	if s.Taken != 0 {
		t.Errorf("%d messages count as taken by another program", s.Taken)
	}
	h.look()
	if n := h.server.Seen("RETR"); n != 41 {
		t.Errorf("a later look retrieved %d more", n-41)
	}
}

// Gmail shows a part of the mailbox at a time: one look goes on until nothing is new (pop3.md E14).
func TestE14AWindowedServerIsLookedAtUntilNothingIsNew(t *testing.T) {
	s := pop3test.LikeGmail(20)
	s.Capabilities = slices.DeleteFunc(s.Capabilities, func(c string) bool { return strings.HasPrefix(c, "LOGIN-DELAY") })
	s.CapabilitiesBeforeLogin = nil
	h := newHouseAt(t, s, "pop3+insecure://pop.gmail.com")
	h.deliver(70)
	h.hold()
	h.await("all of it is here", func(fetch.State) bool { return len(h.stored()) == 70 })
	h.check()
}

func TestAnotherProgramThatTakesMailIsNoticed(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.deliver(6)
	h.hold()
	h.awaitGood(time.Time{})
	for _, m := range h.mailbox.Messages()[:5] {
		h.mailbox.Remove(m.UIDL)
	}
	if s := h.look(); s.Taken != 5 || s.Missed != 0 {
		t.Errorf("%d taken and %d missed, want 5 and none", s.Taken, s.Missed)
	}
	if s := h.look(); s.Taken != 0 {
		t.Errorf("%d are taken again", s.Taken)
	}
}
