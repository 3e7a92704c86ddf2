package web_test

import (
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// Whatever the mail server does in the middle of a collection, the inbox shows what had come, and says in a sentence why
// the rest has not.
func TestEachFaultOfACollectionIsASentenceAndWhatCameStays(t *testing.T) {
	for name, test := range map[string]struct {
		action pop3test.Action
		says   string
	}{
		"hangs":       {pop3test.Hang(), "Cannot reach mail.example.org"},
		"closes":      {pop3test.Close(), "Cannot reach mail.example.org"},
		"garbage":     {pop3test.Garbage(), "not POP3"},
		"endlessly":   {pop3test.EndlessLine(), "not POP3"},
		"cut off":     {pop3test.Truncate(70), "Cannot reach mail.example.org"},
		"stops short": {pop3test.Stall(70), "Cannot reach mail.example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, &pop3test.Server{NoTOP: true, Faults: []pop3test.Fault{{Command: "RETR", Nth: 3, Action: test.action}}}, nil)
			for i := range 4 {
				h.mailbox.Deliver(letter("bo@example.org", "letter "+string(rune('a'+i)), "x", time.Duration(5-i)*time.Hour))
			}
			b := h.browser()
			b.signIn()
			notice := b.awaitNotice()
			if !strings.Contains(notice, test.says) || !strings.Contains(notice, "Next try") {
				t.Errorf("the notice is %q", notice)
			}
			inbox := b.awaitMail(2)
			inbox.says("letter d", "letter c")
			inbox.saysNot("alert(1)", "\x1b")
			b.post("/sync", inbox.form("/sync"))
			b.awaitMail(4)
		})
	}
}

// awaitNotice waits until the inbox has a notice of a fault, and returns its text.
func (b *browser) awaitNotice() string {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		p := b.get("/inbox")
		for _, kind := range []string{`class="note warn"`, `class="note danger"`} {
			if _, rest, ok := strings.Cut(p.body, kind); ok {
				_, rest, _ = strings.Cut(rest, "<p>")
				text, _, _ := strings.Cut(rest, "</p>")
				return text
			}
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("no notice comes:\n%s", p.text())
		}
	}
}
