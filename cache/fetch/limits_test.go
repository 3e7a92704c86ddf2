package fetch_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/vault"
	"restante/pop3client/pop3test"
)

// counter counts the connections that are open at once.
type counter struct {
	mu        sync.Mutex
	now, most int
}

func (c *counter) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += n
	c.most = max(c.most, c.now)
}

// counted is a connection that is counted until it is closed.
type counted struct {
	net.Conn
	close func()
}

func (c counted) Close() error {
	c.close()
	return c.Conn.Close()
}

func TestOneServerIsNotCalledByEverybodyAtOnce(t *testing.T) {
	const accounts, limit = 20, 16
	h := newHouse(t, &pop3test.Server{})
	h.deliver(1)
	var open counter
	dial := h.fleet.Client.Dial
	h.fleet.Client.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		open.add(1)
		time.Sleep(20 * time.Millisecond) // so that all who may call do so before the first has ended
		conn, err := dial(ctx, network, addr)
		return counted{conn, sync.OnceFunc(func() { open.add(-1) })}, err
	}
	h.inBox(func(ctx context.Context, box *cache.Box) error {
		for i := 1; i < accounts; i++ {
			name := fmt.Sprintf("ana%d@example.org", i)
			h.server.AddUser(name, password).Deliver([]byte("Subject: " + name + "\r\n\r\nx\r\n"))
			a, err := box.AddAccount(ctx, h.box.Mailbox.Server, name)
			if err != nil {
				return err
			}
			sealed, err := fetch.SealPassword(h.key, h.box.Person, a.ID, vault.NewPassword(password))
			if err != nil {
				return err
			}
			if err := box.SetPassword(ctx, a.ID, sealed); err != nil {
				return err
			}
		}
		return nil
	})
	h.hold()
	h.await("the mail of all accounts is here", func(fetch.State) bool { return len(h.stored()) == accounts })
	if open.most > limit {
		t.Errorf("%d sessions were open at once, want at most %d", open.most, limit)
	}
}

// Gmail can be asked for what another program has taken already; nothing is deleted there then (pop3.md E14).
func TestE14GmailIsAskedForRecentMail(t *testing.T) {
	s := pop3test.LikeGmail(20)
	s.Capabilities = slices.DeleteFunc(s.Capabilities, func(c string) bool { return strings.HasPrefix(c, "LOGIN-DELAY") })
	s.CapabilitiesBeforeLogin = nil
	h := newHouseAt(t, s, "pop3+insecure://pop.gmail.com")
	s.AddAlias("recent:"+user, user)
	h.deliver(30)
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.SetRecent(ctx, h.box.Account, true) })
	h.policy(cache.Policy{Rule: cache.DeleteAtOnce, SameSession: true})
	h.hold()
	h.await("all of it is here", func(fetch.State) bool { return len(h.stored()) == 30 })
	h.awaitGood(time.Time{})
	if got := h.server.Logins(); len(got) == 0 || got[0].User != "recent:"+user {
		t.Errorf("signed in as %+v", got)
	}
	if n := h.server.Seen("DELE"); n != 0 {
		t.Errorf("%d messages were deleted", n)
	}
}

// What a part of a mailbox lacks has been taken by nobody.
func TestE14AWindowTakesNothing(t *testing.T) {
	s := pop3test.LikeGmail(20)
	s.Capabilities = slices.DeleteFunc(s.Capabilities, func(c string) bool { return strings.HasPrefix(c, "LOGIN-DELAY") })
	s.CapabilitiesBeforeLogin = nil
	h := newHouseAt(t, s, "pop3+insecure://pop.gmail.com")
	h.deliver(30)
	h.hold()
	h.await("all of it is here", func(s fetch.State) bool { return len(h.stored()) == 30 && s.Phase == fetch.Idle })
	if s := h.look(); s.Taken != 0 || s.Missed != 0 {
		t.Errorf("%d are said to be taken and %d missed", s.Taken, s.Missed)
	}
}
