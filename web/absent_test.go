package web_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/vault"
	"restante/pop3client/pop3test"
	"restante/web"
)

// withKey makes a site that has a key of its own, and looks for mail all the time.
func withKey(key vault.Key) func(*web.Server) {
	return func(s *web.Server) {
		s.InstanceKey, s.Fleet.Absent, s.Fleet.Interval = key, true, 20*time.Millisecond
	}
}

// here is how many messages are in the only person's inbox.
func (h *house) here() int {
	h.t.Helper()
	people, err := h.site.People.People(h.t.Context())
	if err != nil || len(people) != 1 {
		h.t.Fatalf("there are %v, %v", people, err)
	}
	box, done, err := h.site.Boxes.Get(h.t.Context(), string(people[0]))
	if err != nil {
		h.t.Fatal(err)
	}
	defer done()
	counters, err := box.Counters(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return counters[cache.Inbox].Total
}

func (h *house) awaitHere(n int) {
	h.t.Helper()
	for deadline := time.Now().Add(patience); h.here() != n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("%d messages are here, want %d", h.here(), n)
		}
	}
}

// staysAway fails the test if anybody signs in to the mail server within a moment.
func (h *house) staysAway() {
	h.t.Helper()
	h.mail.WaitIdle(h.t.Context())
	before := len(h.mail.Logins())
	time.Sleep(150 * time.Millisecond) // several intervals
	if n := len(h.mail.Logins()); n > before {
		h.t.Errorf("%d more sessions", n-before)
	}
}

// Who chose so has their mail collected while they are signed out, also after a restart, until they choose otherwise.
func TestMailIsCollectedOfWhoIsSignedOutAndChoseSo(t *testing.T) {
	key, dir := vault.NewKey(), t.TempDir()
	h, addr := newHouseIn(t, dir, withKey(key))
	h.threeLetters()
	b := h.browser()
	b.signIn()
	h.awaitHere(3)
	b.post("/logout", nil)
	h.staysAway()
	b.signIn()
	b.get("/settings/stored").says("New mail is collected only while you are signed in", "a key that only this password and the cookies of your sessions open")
	on := b.post("/settings/absent", url.Values{"on": {"1"}})
	on.says("New mail is collected also while you are signed out", "Saved", "a key that this site holds too")
	on.saysNot("that only this password")
	b.post("/logout", nil)
	h.mailbox.Deliver(letter("Di <di@example.org>", "away", "while nobody was there", time.Minute))
	h.awaitHere(4)

	h.stop()
	h.open(dir, addr, withKey(key))
	if err := h.site.HoldAbsent(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.mailbox.Deliver(letter("Di <di@example.org>", "again", "after a restart", time.Minute))
	h.awaitHere(5)
	b = h.browser()
	b.signIn()
	b.post("/settings/absent", url.Values{"on": {""}}).says("New mail is collected only while you are signed in")
	b.post("/logout", nil)
	h.staysAway()

	h.stop()
	h.open(dir, addr, withKey(key))
	if err := h.site.HoldAbsent(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.staysAway()
}

// Another key opens nothing: it is said, and what is wrapped stays for when the right one is back.
func TestAnotherKeyFileCollectsForNobody(t *testing.T) {
	key, dir := vault.NewKey(), t.TempDir()
	h, addr := newHouseIn(t, dir, withKey(key))
	b := h.browser()
	b.signIn()
	b.post("/settings/absent", url.Values{"on": {"1"}})
	b.post("/logout", nil)
	for _, c := range []struct {
		name string
		key  vault.Key
		away bool
	}{{"another", vault.NewKey(), true}, {"none", vault.Key{}, true}, {"the right one", key, false}} {
		h.stop()
		h.open(dir, addr, func(s *web.Server) {
			withKey(c.key)(s)
			s.Fleet.Absent = !c.key.IsZero()
		})
		before := len(h.mail.Logins())
		if err := h.site.HoldAbsent(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c.away {
			h.staysAway()
		} else {
			for deadline := time.Now().Add(patience); len(h.mail.Logins()) == before && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			}
		}
		if away := len(h.mail.Logins()) == before; away != c.away {
			t.Errorf("%s: nobody signs in to the mail server: %v", c.name, away)
		}
		if said := strings.Contains(h.logged(), "opens nothing"); c.name == "another" && !said {
			t.Errorf("the log says:\n%s", h.logged())
		}
	}
}

// One person's file that cannot be opened keeps neither the others nor the site from their work.
func TestAFileThatCannotBeOpenedIsOnePersonsTrouble(t *testing.T) {
	key, dir := vault.NewKey(), t.TempDir()
	h, addr := newHouseIn(t, dir, withKey(key))
	b := h.browser()
	b.signIn()
	b.post("/settings/absent", url.Values{"on": {"1"}})
	b.post("/logout", nil)
	h.stop()
	away := carryAway(t, dir)
	if err := os.WriteFile(away, []byte("no folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.open(dir, addr, withKey(key))
	if err := h.site.HoldAbsent(t.Context()); err != nil {
		t.Errorf("it ends the site: %v", err)
	}
	if !strings.Contains(h.logged(), "signed out") {
		t.Errorf("the log says:\n%s", h.logged())
	}
}

// Where the site has no key, and on a computer that others use, there is no such choice.
func TestWhereMailIsNotCollectedOfWhoIsSignedOut(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.signIn()
	b.get("/settings/stored").saysNot("/settings/absent")
	if p := b.post("/settings/absent", url.Values{"on": {"1"}}); p.status != 404 {
		t.Errorf("it is answered with %d", p.status)
	}
}
