package fetch_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/fetch"
	"restante/pop3client/pop3test"
)

func (h *house) policy(p cache.Policy) {
	h.t.Helper()
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.SetPolicy(ctx, h.box.Account, p) })
}

func (h *house) receipts() (list []cache.Receipt) {
	h.t.Helper()
	h.inBox(func(ctx context.Context, box *cache.Box) (err error) {
		list, err = box.Receipts(ctx, h.box.Account, 0, 1<<20)
		return err
	})
	return list
}

// kept fails unless all of messages are here, each once.
func (h *house) kept(messages []pop3test.Message) {
	h.t.Helper()
	here := map[string]int{}
	for _, m := range h.stored() {
		here[m]++
	}
	for _, m := range messages {
		if n := here[string(m.Raw)]; n != 1 {
			h.t.Errorf("message %s is here %d times", m.UIDL, n)
		}
	}
}

// What the person wants deleted on the server goes there alone, under a policy that keeps everything; here it stays.
func TestOneMessageIsDeletedOnTheServerWhenThePersonAsks(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.deliver(5)
	all := h.mailbox.Messages()
	h.hold()
	h.awaitGood(time.Time{})
	var asked []cache.ID
	var raw string
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		rows, err := box.Conversations(ctx, cache.Inbox, cache.Page{})
		if err != nil {
			return err
		}
		asked = append(asked, rows.List[2].ID)
		raw = h.raw(ctx, box, asked[0])
		_, err = box.Act(ctx, cache.DoDelete, asked)
		return err
	})
	h.look()
	if n := h.server.Seen("DELE"); n != 0 {
		t.Fatalf("%d DELE were sent while it can be undone", n)
	}
	h.ask(asked...)
	h.look()
	left := h.mailbox.Messages()
	if len(left) != 4 || slices.ContainsFunc(left, func(m pop3test.Message) bool { return string(m.Raw) == raw }) {
		t.Errorf("%d messages are left on the server, want all but one", len(left))
	}
	h.kept(all)
	if list := h.receipts(); len(list) != 1 || list[0].Rule != cache.Asked || list[0].Verified.IsZero() {
		t.Errorf("the receipts are %+v", list)
	}
	h.look()
	if n := h.server.Seen("DELE"); n != 1 {
		t.Errorf("%d DELE were sent, want one", n)
	}
}

// Deleting right after collection waits for the next session, and touches nothing that came later.
func TestWhatIsCollectedIsDeletedInTheNextSession(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.policy(cache.Policy{Rule: cache.DeleteAtOnce})
	h.deliver(5)
	all := h.mailbox.Messages()
	h.hold()
	h.awaitGood(time.Time{})
	if n := h.server.Seen("DELE"); n != 0 {
		t.Fatalf("%d DELE were sent in the session that collects", n)
	}
	time.Sleep(time.Until(h.state().Checked.Truncate(time.Second).Add(time.Second))) // times are kept in seconds
	h.mailbox.Deliver(letter(99, time.Now()))
	all = append(all, h.mailbox.Messages()[5])
	h.look()
	if left := h.mailbox.Messages(); len(left) != 1 || !bytes.Equal(left[0].Raw, all[5].Raw) {
		t.Errorf("%d messages are left on the server, want the new one", len(left))
	}
	h.kept(all)
	if r := h.receipts(); len(r) != 5 || r[0].Verified.IsZero() || r[0].Stored.IsZero() {
		t.Errorf("there are %d receipts", len(r))
	}
	if s := h.look(); s.Taken != 0 {
		t.Errorf("%d messages count as taken by another program", s.Taken)
	}
}

func TestWhatIsCollectedIsDeletedAtOnceWhereThatIsWanted(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.policy(cache.Policy{Rule: cache.DeleteAtOnce, SameSession: true})
	h.deliver(5)
	all := h.mailbox.Messages()
	h.hold()
	h.awaitGood(time.Time{})
	if left := h.mailbox.Messages(); len(left) != 0 {
		t.Errorf("%d messages are left on the server", len(left))
	}
	h.kept(all)
}

func TestOnlyWhatWasPurgedHereIsDeletedWithThatPolicy(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.policy(cache.Policy{Rule: cache.DeleteWith})
	h.deliver(4)
	h.hold()
	h.awaitGood(time.Time{})
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		rows, err := box.Conversations(ctx, cache.Inbox, cache.Page{})
		if err != nil {
			return err
		}
		_, err = box.Act(ctx, cache.DoTrash, []cache.ID{rows.List[0].ID})
		return err
	})
	h.look()
	if n := len(h.mailbox.Messages()); n != 4 {
		t.Fatalf("in the trash it is deleted on the server already: %d are left", n)
	}
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		_, err := box.EmptyTrash(ctx)
		return err
	})
	h.look()
	if n := len(h.mailbox.Messages()); n != 3 || len(h.stored()) != 3 || len(h.receipts()) != 1 {
		t.Errorf("%d messages are left on the server, %d here, with %d receipts", n, len(h.stored()), len(h.receipts()))
	}
}

// Whatever happens at the end of a session, nothing is lost and the next sessions come to the same end.
func TestADeletionThatGoesWrongIsMadeUpFor(t *testing.T) {
	for name, fault := range map[string]pop3test.Fault{
		"DELE is refused once":      {Command: "DELE", Nth: 2, Action: pop3test.Err("no")},
		"DELE hangs up":             {Command: "DELE", Nth: 3, Action: pop3test.Close()},
		"DELE hangs":                {Command: "DELE", Nth: 2, Action: pop3test.Hang()},
		"QUIT is refused":           {Command: "QUIT", Nth: 1, Action: pop3test.Err("some were not removed")},
		"QUIT hangs up":             {Command: "QUIT", Nth: 1, Action: pop3test.Close()},
		"the number has changed":    {Command: "UIDL", Argument: "2", Action: pop3test.Reply("+OK 2 another\r\n")},
		"a listing with a bad line": {Command: "LIST", Nth: 6, Action: pop3test.Reply("+OK\r\n1 100\r\nx y\r\n.\r\n")},
		"a message that breaks off": {Command: "RETR", Nth: 4, Action: pop3test.Truncate(20)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{fault}})
			h.policy(cache.Policy{Rule: cache.DeleteAtOnce, SameSession: true})
			h.deliver(5)
			all := h.mailbox.Messages()
			h.hold()
			h.await("a run has ended", func(s fetch.State) bool { return s.Phase == fetch.Idle && !s.Since.IsZero() })
			h.server.SetFaults()
			h.fleet.Kick(h.box.Person)
			h.await("all is deleted there", func(s fetch.State) bool {
				h.fleet.Kick(h.box.Person)
				return len(h.mailbox.Messages()) == 0 && s.Phase == fetch.Idle && s.Fault == fetch.NoFault
			})
			h.look()
			h.kept(all)
			if n := len(h.receipts()); n != 5 {
				t.Errorf("there are %d receipts for 5 messages", n)
			}
		})
	}
}

// Nothing is deleted on the word of a listing that is not as it should be.
func TestG5NothingIsDeletedOnAStrangeListing(t *testing.T) {
	for name, action := range map[string]pop3test.Action{
		"a number twice": pop3test.Reply("+OK\r\n1 a\r\n1 b\r\n2 c\r\n3 d\r\n.\r\n"),
		"too short":      pop3test.Reply("+OK\r\n1 a\r\n2 b\r\n.\r\n"),
		"no number":      pop3test.Reply("+OK\r\n1 a\r\n2 b\r\n3 c\r\nx d\r\n.\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, &pop3test.Server{NoTOP: true, Faults: []pop3test.Fault{{Command: "UIDL", Argument: "", Action: action}}})
			h.policy(cache.Policy{Rule: cache.DeleteAtOnce, SameSession: true})
			h.deliver(3)
			h.hold()
			h.awaitGood(time.Time{})
			if n := h.server.Seen("DELE"); n != 0 {
				t.Errorf("%d DELE were sent", n)
			}
		})
	}
}

// Without unique ids mail can still be collected and deleted.
func TestAServerWithoutUniqueIDsCanBeEmptied(t *testing.T) {
	h := newHouse(t, &pop3test.Server{NoUIDL: true})
	h.policy(cache.Policy{Rule: cache.DeleteAtOnce, SameSession: true})
	h.deliver(5)
	all := h.mailbox.Messages()
	h.hold()
	h.awaitGood(time.Time{})
	if n := len(h.mailbox.Messages()); n != 0 {
		t.Errorf("%d messages are left", n)
	}
	h.kept(all)
}

func TestDeletingStopsAtFiveHundredASession(t *testing.T) {
	h := newFlyingHouse(t, &pop3test.Server{NoTOP: true})
	h.deliver(520)
	all := h.mailbox.Messages()
	h.hold()
	h.awaitGood(time.Time{})
	h.policy(cache.Policy{Rule: cache.DeleteAtOnce, SameSession: true})
	h.look()
	if n := len(h.mailbox.Messages()); n != 20 {
		t.Errorf("%d messages are left, want 20", n)
	}
	h.look()
	h.kept(all)
	if n := len(h.mailbox.Messages()); n != 0 || len(h.receipts()) != 520 {
		t.Errorf("%d messages are left, with %d receipts", n, len(h.receipts()))
	}
}

// Where a person's mail may take so much room and no more, collecting stops with its name; with more room it goes on.
func TestAPersonsMailTakesNoMoreRoomThanItMay(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	h.fleet.MaxSize = 1 << 20
	for i := range 300 {
		h.mailbox.Deliver(append(letter(i, time.Now().Add(-time.Duration(i)*time.Minute)), noise(i, 12000)...))
	}
	h.hold()
	if s := h.awaitFault(); s.Fault != fetch.UserFull {
		t.Fatalf("the fault is %q (%v)", s.Fault, s.Cause)
	}
	n := len(h.stored())
	if n == 0 || n == 300 {
		t.Errorf("%d messages are here of 300", n)
	}
	h.close()
	h.reopen()
	h.hold()
	h.look()
	h.check()
}

// noise is a text that does not become smaller, always the same one for i.
func noise(i, length int) []byte {
	r := rand.New(rand.NewPCG(uint64(i), 0))
	var b bytes.Buffer
	for b.Len() < length {
		fmt.Fprintf(&b, "%x\r\n", r.Uint64())
	}
	return b.Bytes()
}
