package web_test

import (
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

func TestMailOfAListSaysHowToLeaveIt(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	deliver := func(subject string, fields ...string) {
		h.mailbox.Deliver(letter("bo@example.org", subject, "la la la", time.Hour, fields...))
	}
	deliver("page", "List-Id: The choir <choir.example.org>", "List-Unsubscribe: <mailto:leave@example.org>, <https://list.example/leave?u=1>")
	deliver("letter", "List-Id: <club.example.org>", "List-Unsubscribe: <mailto:leave@example.org?subject=leave>")
	deliver("neither", "List-Id: <poem.example.org>")
	deliver("nameless", "List-Unsubscribe: <https://list.example/leave?u=1>")
	deliver("person")
	b := h.browser()
	b.signIn()
	b.awaitMail(5)
	b.awaitIdle()
	open := func(subject string) page {
		return b.get("/search?q=subject:" + subject).opened(b)
	}
	p := open("page")
	p.says("From the mailing list choir.example.org.", "Unsubscribe")
	p.saysNot("list.example/leave")
	_, after, _ := strings.Cut(p.body, `href="/l/`)
	ticket, _, _ := strings.Cut(after, `"`)
	b.get("/l/"+ticket).says("list.example", "https://list.example/leave?u=1")
	open("letter").says("From the mailing list club.example.org.", "To leave it, write to leave@example.org.")
	p = open("neither")
	p.says("From the mailing list poem.example.org.")
	p.saysNot("Unsubscribe", "To leave it")
	open("nameless").says("From a mailing list.", "Unsubscribe")
	open("person").saysNot("mailing list")
}

// opened is the page of the first row of a list.
func (p page) opened(b *browser) page {
	rows := p.rows()
	if len(rows) == 0 {
		b.t.Fatalf("%s has no rows", p.path)
	}
	return b.get("/m/" + rows[0])
}
