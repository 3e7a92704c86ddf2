package fetch_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/vault"
	"restante/pop3client/live"
	"restante/pop3client/pop3test"
)

// newGuestHouse is a house where nobody stays: boxes lie in memory, and the person is a guest.
func newGuestHouse(t *testing.T, s *pop3test.Server, address string) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), server: s, key: vault.NewKey()}
	h.mailbox = s.AddUser(user, password)
	h.addr = pop3test.Start(t, s)
	h.open(h.addr)
	h.welcome(address)
	return h
}

// welcome makes the person a guest, whose mailbox is at address.
func (h *house) welcome(address string) {
	h.t.Helper()
	h.boxes = cache.NewMemoryPool(cmp.Or(h.room, 64<<20), time.Now)
	h.fleet.Boxes, h.fleet.Guests = h.boxes, true
	if address == "" {
		address = "pop3+insecure://" + h.addr
	}
	h.enrol(address)
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		return box.SetIntake(ctx, h.box.Account, cache.Everything, 1)
	})
	h.start()
}

// read asks for a message and waits until it is here whole.
func (h *house) read(id cache.ID) (raw string) {
	h.t.Helper()
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.Want(ctx, id) })
	h.fleet.Want(h.box.Person, h.box.Account, id)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		partial := true
		h.inBox(func(ctx context.Context, box *cache.Box) error {
			m, err := box.Message(ctx, id)
			if partial = m.Partial; err == nil && !partial {
				raw = h.raw(ctx, box, id)
			}
			return err
		})
		if !partial {
			return raw
		}
	}
	h.t.Fatalf("message %d does not come; the state is %+v", id, h.state())
	return ""
}

// A guest sees headers, newest first, and gets the message that they ask for, byte for byte. The server is as it was:
// nothing was retrieved, so that nothing is hidden or marked.
func TestAGuestLeavesTheServerAsItWas(t *testing.T) {
	for name, c := range map[string]struct {
		server  *pop3test.Server
		address string
		retr    bool // there is no other way
		quit    bool
	}{
		"a plain server": {&pop3test.Server{}, "", false, true}, "Gmail": {pop3test.LikeGmail(20), "pop3+insecure://pop.gmail.com", false, true},
		"Dovecot's like": {pop3test.LikeDovecot(), "", false, true}, "sizes are estimates": {estimating(), "", true, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newGuestHouse(t, c.server, c.address)
			h.server.AddAlias("recent:"+user, user)
			h.deliver(60)
			before := h.mailbox.Messages()
			h.hold()
			h.awaitGood(time.Time{})
			ids := h.partial()
			if len(ids) != 60 {
				t.Fatalf("%d headers are here", len(ids))
			}
			for _, i := range []int{0, 30, 59} {
				want := string(before[59-i].Raw)
				if got := h.read(ids[i]); got != want {
					t.Errorf("message %d is %q, want %q", i, got, want)
				}
			}
			h.close()
			h.server.WaitIdle(t.Context())
			if after := h.mailbox.Messages(); len(after) != len(before) || !slices.EqualFunc(before, after, same) && !c.retr {
				t.Errorf("the mailbox has changed: there were %d messages, and there are %d", len(before), len(after))
			}
			if n := h.server.Seen("RETR"); n > 0 != c.retr || h.server.Seen("DELE") > 0 {
				t.Errorf("%d RETR and %d DELE were sent", n, h.server.Seen("DELE"))
			}
			if n := h.server.Seen("QUIT"); n > 0 != c.quit {
				t.Errorf("%d QUIT were sent", n)
			}
		})
	}
}

// estimating is a server whose sizes are estimates (pop3.md E11).
func estimating() *pop3test.Server {
	return &pop3test.Server{View: func(_ string, messages []pop3test.Message) []pop3test.Message {
		for i, m := range messages {
			messages[i].Size = (m.Size/1024 + 1) * 1024
		}
		return messages
	}}
}

func same(a, b pop3test.Message) bool {
	return a.UIDL == b.UIDL && a.Popped == b.Popped && bytes.Equal(a.Raw, b.Raw)
}

// Where there is no TOP the newest messages are retrieved themselves, and the session ends without the QUIT that hides them.
func TestAGuestOfAServerWithoutTOPReadsTheNewestMail(t *testing.T) {
	for name, hides := range map[string]bool{"a plain server": false, "one that hides": true} {
		t.Run(name, func(t *testing.T) {
			s := &pop3test.Server{NoTOP: true}
			if hides {
				s.Capabilities = []string{"UIDL", "EXPIRE 0"}
			}
			h := newGuestHouse(t, s, "")
			h.deliver(70)
			h.hold()
			state := h.awaitGood(time.Time{})
			if here := h.stored(); len(here) != 50 || here[0] != string(h.mailbox.Messages()[69].Raw) || state.Older != 20 {
				t.Errorf("%d messages are here, %d are not shown", len(here), state.Older)
			}
			h.close()
			h.server.WaitIdle(t.Context())
			if quit := h.server.Seen("QUIT") > 0; quit == hides {
				t.Errorf("%d QUIT were sent", h.server.Seen("QUIT"))
			}
		})
	}
}

// What is read goes before the headers that are still to come, also when its own header came a moment ago.
func TestAGuestNeedNotWaitForAllHeaders(t *testing.T) {
	gate := pop3test.NewGate()
	h := newGuestHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "TOP", Nth: 130, Action: pop3test.Pause(gate)}}}, "")
	h.deliver(200)
	h.hold()
	<-gate.Reached()
	for _, i := range []int{3, 70} {
		id := h.partial()[i]
		h.inBox(func(ctx context.Context, box *cache.Box) error { return box.Want(ctx, id) })
		h.fleet.Want(h.box.Person, h.box.Account, id)
	}
	gate.Open()
	h.awaitGood(time.Time{})
	var order []string
	for _, top := range h.sent("TOP") {
		if !strings.HasSuffix(top, " 0") {
			order = append(order, top)
		}
	}
	if len(order) != 2 || !strings.HasPrefix(order[0], "TOP 197 ") || !strings.HasPrefix(order[1], "TOP 130 ") {
		t.Errorf("whole were asked for %v", order)
	}
	tops := h.sent("TOP")
	if at := slices.Index(tops, order[0]); at < 130 || at > 160 {
		t.Errorf("it was asked for as number %d of %d", at, len(tops))
	}
	if n := len(h.stored()); n != 2 || h.server.Seen("USER") != 1 {
		t.Errorf("%d messages are here, in %d sessions", n, h.server.Seen("USER"))
	}
}

// A guest is shown the newest messages alone, and told how many are older.
func TestAGuestIsShownTheNewestOfManyMessages(t *testing.T) {
	h := newGuestHouse(t, &pop3test.Server{}, "")
	h.deliver(5030)
	h.hold()
	state := h.awaitGood(time.Time{})
	if state.Older != 30 || h.server.Seen("TOP") != 5000 || state.Got != 5000-50 {
		t.Errorf("%d are not shown; %d headers were asked for: %+v", state.Older, h.server.Seen("TOP"), state)
	}
	h.mailbox.Deliver(letter(7000, time.Now()))
	h.look()
	if n := h.server.Seen("TOP"); n != 5001 {
		t.Errorf("then %d headers were asked for", n)
	}
}

// A message that the server does not give is asked for once, and the rest can be read.
func TestAGuestIsNotHeldUpByAMessageThatCannotBeHad(t *testing.T) {
	h := newGuestHouse(t, &pop3test.Server{}, "")
	h.deliver(3)
	h.hold()
	h.awaitGood(time.Time{})
	ids := h.partial()
	h.server.SetFaults(pop3test.Fault{Command: "TOP", Action: pop3test.Err("no")}, pop3test.Fault{Command: "RETR", Argument: "3", Action: pop3test.Err("no")})
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.Want(ctx, ids[0]) })
	h.look()
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		where, err := box.Whereabouts(ctx, ids[0])
		if where.Wanted || !where.Listed {
			t.Errorf("it is still asked for: %+v", where)
		}
		return err
	})
	h.read(ids[1])
}

// A message for which there is no room is given up, and the rest can be read.
func TestAGuestIsNotHeldUpByAMessageWithoutRoom(t *testing.T) {
	h := &house{t: t, dir: t.TempDir(), server: &pop3test.Server{}, key: vault.NewKey(), room: 1 << 20}
	h.mailbox = h.server.AddUser(user, password)
	h.addr = pop3test.Start(t, h.server)
	h.open(h.addr)
	h.deliver(2)
	var noise strings.Builder
	for i := range 180_000 {
		fmt.Fprintf(&noise, "%x\r\n", i*2_654_435_761)
	}
	h.mailbox.Deliver([]byte("From: bo@example.org\r\nSubject: large\r\n\r\n" + noise.String()))
	h.welcome("")
	h.hold()
	h.awaitGood(time.Time{})
	ids := h.partial()
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.Want(ctx, ids[0]) })
	h.look()
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		m, err := box.Message(ctx, ids[0])
		where, lost := box.Whereabouts(ctx, ids[0])
		if !m.Partial || where.Wanted {
			t.Errorf("it is %+v, asked for: %v", m, where.Wanted)
		}
		return errors.Join(err, lost)
	})
	h.read(ids[1])
}

// The real thing: Dovecot marks a message as read when it is retrieved, and not when a guest reads it.
func TestAGuestOfDovecotLeavesNoMark(t *testing.T) {
	s := live.Need(t, live.Dovecot)
	h := &house{t: t, dir: t.TempDir(), user: s.User, password: s.Password, key: vault.NewKey()}
	for i := range 20 {
		if err := s.Deliver(bytes.ReplaceAll(letter(i, time.Now().Add(-time.Duration(i)*time.Minute)), []byte("\r\n"), []byte("\n"))); err != nil {
			t.Fatal(err)
		}
	}
	before := messagesOf(t, s)
	h.open(s.Plain)
	h.fleet.Client.Dial, h.fleet.Client.MaxInFlight = nil, 0
	h.welcome("pop3+insecure://" + s.Plain)
	h.hold()
	h.awaitGood(time.Time{})
	for _, id := range h.partial()[:5] {
		if raw := h.read(id); !strings.Contains(raw, "\r\n.dot\r\n..two\r\n") && !strings.Contains(raw, "letter\r\n.dot\r\n..two\r\n") {
			t.Errorf("a message is %q", raw)
		}
	}
	h.close()
	if after := messagesOf(t, s); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the mailbox was %v\nand is %v", before, after)
	}
}

// messagesOf is what lies in a real server's mailbox.
func messagesOf(t *testing.T, s *live.Server) []live.Message {
	t.Helper()
	all, err := s.Messages()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
