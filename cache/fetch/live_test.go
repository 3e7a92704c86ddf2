package fetch_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"restante/cache"
	"restante/pop3client/live"
)

// newLiveHouse is a house whose mailbox is on a real server.
func newLiveHouse(t *testing.T, s *live.Server, policy cache.Policy) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), user: s.User, password: s.Password}
	var err error
	if h.key, err = crashKey(); err != nil {
		t.Fatal(err)
	}
	h.open(s.Plain)
	h.fleet.Client.Dial, h.fleet.Client.MaxInFlight = nil, 0
	h.enrol("pop3+insecure://" + s.Plain)
	h.policy(policy)
	h.start()
	return h
}

// Real servers, each with its own mind: leave, delete and delete after, with mail that arrives meanwhile. Every message is
// here once, and the server has what the policy leaves.
func TestRealServersLoseNothingUnderAnyPolicy(t *testing.T) {
	for name, start := range map[string]func() (*live.Server, error){"Dovecot": live.Dovecot, "mailutils": live.Mailutils, "popa3d": live.Popa3d} {
		for rule, policy := range map[string]cache.Policy{
			"keep": {}, "delete at once": {Rule: cache.DeleteAtOnce, SameSession: true}, "delete after a day": {Rule: cache.DeleteAfter, Days: 1},
		} {
			t.Run(name+"/"+rule, func(t *testing.T) { onRealServer(t, live.Need(t, start), policy) })
		}
	}
}

func onRealServer(t *testing.T, s *live.Server, policy cache.Policy) {
	h := newLiveHouse(t, s, policy)
	want := map[string]bool{}
	n := 0
	deliver := func(count int) {
		t.Helper()
		for range count {
			raw := bytes.ReplaceAll(letter(n, time.Now().Add(-time.Duration(n)*time.Minute)), []byte("\r\n"), []byte("\n"))
			if err := s.Deliver(raw); err != nil {
				t.Fatal(err)
			}
			want[fmt.Sprintf("Subject: letter %d\n", n)] = true
			n++
		}
	}
	deliver(30)
	h.hold()
	deliver(5) // while it is being collected
	h.awaitGood(time.Time{})
	deliver(3)
	h.look()
	h.look()
	here := map[string]int{}
	for _, raw := range h.stored() {
		for subject := range want {
			if strings.Contains(strings.ReplaceAll(raw, "\r\n", "\n"), subject) {
				here[subject]++
			}
		}
	}
	for subject := range want {
		if here[subject] != 1 {
			t.Errorf("%q is here %d times", subject, here[subject])
		}
	}
	left, err := s.Messages()
	if err != nil {
		t.Fatal(err)
	}
	if kept := policy.Rule != cache.DeleteAtOnce; kept && len(left) != n || !kept && len(left) != 0 {
		t.Errorf("%d messages are left on the server of %d", len(left), n)
	}
	if policy.Rule != cache.DeleteAfter {
		return
	}
	h.close()
	now := time.Now().Add(25 * time.Hour)
	h.open(s.Plain)
	h.fleet.Client.Dial = nil
	h.boxes = cache.NewPool(h.usersDir(), func() time.Time { return now })
	h.fleet.Boxes = h.boxes
	h.start()
	h.hold()
	h.look()
	if left, err = s.Messages(); err != nil || len(left) != 0 {
		t.Errorf("a day later %d messages are left on the server, %v", len(left), err)
	}
	if len(h.stored()) != n {
		t.Errorf("and %d are here of %d", len(h.stored()), n)
	}
}
