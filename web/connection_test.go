package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// Whether the server can be used is seen step by step, also where it cannot, and while it has not been asked yet.
func TestTheConnectionIsTested(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	b.get("/accounts/1").says("Test connection")
	test := func(want string) page {
		t.Helper()
		p := b.post("/accounts/1/test", url.Values{})
		for deadline := time.Now().Add(patience); !strings.Contains(p.text(), want); p = b.get(p.path) {
			if p.says("Test connection"); time.Now().After(deadline) {
				t.Fatalf("it does not say %q: %s", want, p.text())
			}
			time.Sleep(10 * time.Millisecond)
		}
		return p
	}
	h.mailbox.Deliver(letter("bo@example.org", "late", "garden", time.Hour))
	p := test("can be used")
	p.says("Signed in to", "Counted 4 messages", "1 message was new")
	if strings.Contains(p.header.Get("Refresh"), "/test") {
		t.Error("what has ended is looked at again")
	}
	h.mail.AddUser(user, "another")
	p = test("no longer accepts your password")
	p.saysNot("can be used")
	if p := b.get("/accounts/1/test"); p.path != "/accounts/1" {
		t.Errorf("a test that nobody asked for is at %s", p.path)
	}
}
