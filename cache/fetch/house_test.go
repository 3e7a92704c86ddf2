package fetch_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
	"restante/pop3client/pop3test"
)

const (
	user     = "ana@example.org"
	password = "secret"
	patience = 3 * time.Minute // a guard against hanging, never a verdict about speed
)

// house is a fleet with one person, whose mailbox is on a server in this process.
type house struct {
	t              testing.TB
	dir            string
	addr           string // of the server
	user, password string // "": those of the tests
	room           int64  // bytes of memory for a guest; 0: what a kiosk has
	people         *registry.Registry
	boxes          *cache.Pool
	fleet          *fetch.Fleet
	box            registry.Enrolment
	key            vault.Key
	server         *pop3test.Server
	mailbox        *pop3test.Mailbox
	stop           context.CancelFunc
	ended          chan error
	ahead          atomic.Int64 // see now
}

// newHouse makes a house whose server is s, and starts its fleet.
func newHouse(t testing.TB, s *pop3test.Server) *house {
	t.Helper()
	return newHouseAt(t, s, "")
}

// newHouseAt is newHouse with another address for the same server; "": its own.
func newHouseAt(t testing.TB, s *pop3test.Server, address string) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), server: s, key: vault.NewKey()}
	h.mailbox = s.AddUser(user, password)
	addr := pop3test.Start(t, s)
	h.addr = addr
	h.open(addr)
	if address == "" {
		address = "pop3+insecure://" + addr
	}
	h.enrol(address)
	h.start()
	return h
}

// now is what the boxes take for the time: that of the fleet, and what has been waited for.
func (h *house) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// ask has messages deleted on their server, and waits until that can no longer be undone.
func (h *house) ask(ids ...cache.ID) {
	h.t.Helper()
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		_, err := box.Act(ctx, cache.DoDelete, ids)
		return err
	})
	h.ahead.Add(int64(11 * time.Minute))
}

// usersDir is the folder of everybody's files.
func (h *house) usersDir() string { return filepath.Join(h.dir, "users") }

func (h *house) open(addr string) {
	var err error
	if h.people, err = registry.Open(h.t.Context(), h.dir); err != nil {
		h.t.Fatal(err)
	}
	h.boxes = cache.NewPool(h.usersDir(), h.now)
	h.fleet = &fetch.Fleet{
		Boxes: h.boxes, Registry: h.people, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Client: pop3client.Options{
			ReplyTimeout: 2 * time.Second, IdleTimeout: 2 * time.Second, CAPATimeout: 2 * time.Second, MaxMessage: 4 << 20,
			MaxInFlight: 1, // most tests are about single commands; flight_test.go is about several at once
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				var d net.Dialer
				return d.DialContext(ctx, network, addr)
			},
		},
	}
}

// enrol makes the person whose mailbox is on server, with a password sealed under the key and a session, without which nothing is collected.
func (h *house) enrol(server string) {
	ctx, now := h.t.Context(), time.Now()
	mail := registry.Mailbox{Server: server, User: cmp.Or(h.user, user)}
	person, err := h.people.AddPerson(ctx, now)
	if err != nil {
		h.t.Fatal(err)
	}
	box, done, err := h.boxes.Get(ctx, string(person))
	if err != nil {
		h.t.Fatal(err)
	}
	defer done()
	account, err := box.AddAccount(ctx, mail.Server, mail.User)
	if err != nil {
		h.t.Fatal(err)
	}
	sealed, err := fetch.SealPassword(h.key, person, account.ID, vault.NewPassword(cmp.Or(h.password, password)))
	if err != nil {
		h.t.Fatal(err)
	}
	if err := box.SetPassword(ctx, account.ID, sealed); err != nil {
		h.t.Fatal(err)
	}
	if h.box, err = h.people.Enrol(ctx, registry.Enrolment{Mailbox: mail, Person: person, Account: account.ID, SignsIn: h.box.ID == 0, Made: now}); err != nil {
		h.t.Fatal(err)
	}
	err = h.people.AddSession(ctx, registry.Session{
		ID: registry.SessionID{byte(h.box.ID)}, Enrolment: h.box, Kind: "private", Made: now, Seen: now, Idle: now.Add(time.Hour), Absolute: now.Add(time.Hour), Wrap: []byte("wrap"),
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) start() {
	ctx, stop := context.WithCancel(context.Background())
	h.stop, h.ended = stop, make(chan error, 1)
	go func() { h.ended <- h.fleet.Run(ctx) }()
	h.t.Cleanup(h.close)
}

// close ends the fleet and gives the folder back. Closing twice does nothing.
func (h *house) close() {
	if h.stop == nil {
		return
	}
	h.stop()
	h.stop = nil
	select {
	case err := <-h.ended:
		if err != nil {
			h.t.Errorf("the fleet ended with %v", err)
		}
	case <-time.After(patience):
		h.t.Fatal("the fleet does not end")
	}
	if err := errors.Join(h.boxes.Close(), h.people.Close()); err != nil {
		h.t.Errorf("closing: %v", err)
	}
}

// hold lets the fleet collect.
func (h *house) hold() {
	h.t.Helper()
	if err := h.fleet.Hold(h.t.Context(), h.box.Person, h.key); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) state() fetch.State { return h.fleet.State(h.box.Person, h.box.Account) }

// await waits until the state of the account is as wanted.
func (h *house) await(what string, want func(fetch.State) bool) fetch.State {
	h.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if s := h.state(); want(s) {
			return s
		}
	}
	h.t.Fatalf("waited in vain until %s; the state is %+v", what, h.state())
	return fetch.State{}
}

func (h *house) awaitGood(after time.Time) fetch.State {
	h.t.Helper()
	return h.await("a run has ended well", func(s fetch.State) bool { return s.Phase == fetch.Idle && s.Checked.After(after) })
}

func (h *house) awaitFault() fetch.State {
	h.t.Helper()
	return h.await("a run has failed", func(s fetch.State) bool { return s.Phase == fetch.Idle && s.Fault != fetch.NoFault })
}

// stored is all mail that is here whole, byte for byte, newest first.
func (h *house) stored() []string {
	h.t.Helper()
	ctx := h.t.Context()
	box, done, err := h.boxes.Get(ctx, string(h.box.Person))
	if err != nil {
		h.t.Fatal(err)
	}
	defer done()
	var all []string
	for page := (cache.Page{}); ; {
		rows, err := box.Conversations(ctx, cache.Inbox, page)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, r := range rows.List {
			if m, err := box.Message(ctx, r.ID); err != nil || m.Partial {
				continue
			}
			all = append(all, h.raw(ctx, box, r.ID))
		}
		if !rows.Older {
			return all
		}
		page.Before = rows.List[len(rows.List)-1].ID
	}
}

// raw is a message byte for byte.
func (h *house) raw(ctx context.Context, box *cache.Box, id cache.ID) string {
	h.t.Helper()
	raw, err := box.Raw(ctx, id)
	if err != nil {
		h.t.Fatal(err)
	}
	text, err := io.ReadAll(raw.Reader())
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

// inBox gives the person's box to fn.
func (h *house) inBox(fn func(context.Context, *cache.Box) error) {
	h.t.Helper()
	box, done, err := h.boxes.Get(h.t.Context(), string(h.box.Person))
	if err != nil {
		h.t.Fatal(err)
	}
	defer done()
	if err := fn(h.t.Context(), box); err != nil {
		h.t.Fatal(err)
	}
}

// look runs the fleet once more and waits until it has gone well.
func (h *house) look() fetch.State {
	h.t.Helper()
	before := h.state().Checked
	for !time.Now().After(before.Add(2 * time.Millisecond)) {
		time.Sleep(time.Millisecond)
	}
	h.fleet.Kick(h.box.Person)
	return h.awaitGood(before)
}

// partial are the ids of messages of which only the header is here.
func (h *house) partial() (ids []cache.ID) {
	h.t.Helper()
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		rows, err := box.Conversations(ctx, cache.Inbox, cache.Page{Limit: 1000})
		for _, r := range rows.List {
			if m, err := box.Message(ctx, r.ID); err == nil && m.Partial {
				ids = append(ids, r.ID)
			}
		}
		return err
	})
	return ids
}

// deliver puts n different letters into the mailbox, each a conversation, one a minute, the last one now.
func (h *house) deliver(n int) {
	for i := range n {
		h.mailbox.Deliver(letter(i, time.Now().Add(time.Duration(i-n)*time.Minute)))
	}
}

func letter(i int, at time.Time) []byte {
	return fmt.Appendf(nil, "From: Bo <bo@example.org>\r\nTo: <%s>\r\nSubject: letter %d\r\nDate: %s\r\nMessage-ID: <%d@example.org>\r\n\r\n%s.dot\r\n..two\r\n",
		user, i, at.Format(time.RFC1123Z), i, strings.Repeat("text of the letter\r\n", i%7))
}

// check fails unless exactly what is on the server is here, each message once.
func (h *house) check() {
	h.t.Helper()
	here := map[string]int{}
	for _, m := range h.stored() {
		here[m]++
	}
	for _, m := range h.mailbox.Messages() {
		switch n := here[string(m.Raw)]; n {
		case 1:
			delete(here, string(m.Raw))
		default:
			h.t.Errorf("message %s is here %d times", m.UIDL, n)
		}
	}
	for m := range here {
		h.t.Errorf("here is a message that the server does not have: %q", bytes.TrimSpace([]byte(m[:min(len(m), 200)])))
	}
}
