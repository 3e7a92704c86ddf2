package web_test

import (
	"net/url"
	"strings"
	"testing"

	"restante/pop3client/pop3test"
	"restante/web"
)

// ui.md 2.9: how long mail stays, on its server and here, on one page.
func TestHowLongMailStaysIsChosenOnOnePage(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Fleet.MaxSize = 1_000_000_000 })
	h.mailbox.Deliver(letter("bo@example.org", "ancient", "garden", 24*366*3*3600e9))
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(3)
	b.awaitIdle()
	p := b.get("/settings/retention")
	p.says("On the mail server", "Everything stays there.", user, "of 1 GB", "Stays until I delete it", "Stays for ever")
	if !strings.Contains(p.body, `<meter min="0" max="1000000000"`) {
		t.Error("no bar shows how much room is taken")
	}
	p = b.post("/settings/retention", url.Values{"keep-mail": {"2"}, "keep-trash": {"30"}, "keep-spam": {"nonsense"}})
	p.says("Saved.", "1 message is older than that")
	b.post("/sync", url.Values{"back": {"/inbox"}})
	b.awaitMail(2)
	b.get("/trash").says("ancient")
	b.get("/settings/retention").says("No message is older than that")
	if !strings.Contains(b.get("/more").body, `href="/settings/retention"`) {
		t.Error("nothing leads to the page")
	}
}
