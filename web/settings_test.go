package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// root reports whether the page's root element has an attribute.
func (p page) root(attribute string) bool {
	_, rest, _ := strings.Cut(p.body, "<html")
	tag, _, _ := strings.Cut(rest, ">")
	return strings.Contains(tag, attribute)
}

func TestPagesLookAsAPersonChose(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	for _, attribute := range []string{"data-theme", "data-density", "data-lines", "data-rows", "data-size"} {
		if b.get("/inbox").root(attribute) {
			t.Errorf("%s was not chosen", attribute)
		}
	}
	b.get("/more").says("Appearance", "Reading")
	b.post("/settings/appearance", url.Values{"theme": {"hc-dark"}, "density": {"compact"}, "lines": {"2"}, "rows": {"stacked"}, "size": {"125"}}).says("Saved")
	b.post("/settings/appearance", url.Values{"theme": {"dark\" onload=\"x"}, "lines": {""}})
	if p := b.get("/settings/appearance"); !strings.Contains(p.body, `name="density" value="compact" checked`) || strings.Contains(p.body, `name="density" value="" checked`) {
		t.Error("the page forgets what was chosen")
	}
	other := h.browser() // another computer
	other.signIn()
	p := other.get("/inbox")
	for attribute, want := range map[string]bool{`data-density="compact"`: true, `data-rows="stacked"`: true, `data-size="125"`: true, "data-theme": false, "data-lines": false, "onload": false} {
		if p.root(attribute) != want {
			t.Errorf("%s: %v, want %v", attribute, !want, want)
		}
	}
}

func TestMessagesAreReadAsAPersonChose(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(htmlLetter("first", `<p>MARKER one<img src="https://pictures.example/1.png">`))
	h.mailbox.Deliver(letter("bo@example.org", "second", "<p>MARKER two", 2*time.Hour, "MIME-Version: 1.0", "Content-Type: text/html"))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	b.get("/settings/reading").says("Nobody yet")
	b.post("/settings/reading", url.Values{"view": {"original"}, "read": {"hand"}})
	unread := func() int { return strings.Count(b.get("/inbox").body, `class="row u`) }
	framed := func(id string) bool { return strings.Contains(b.get("/m/"+id).body, "<iframe") }
	if !framed(rows[0]) || !framed(rows[1]) || unread() != 2 {
		t.Errorf("originals: %v %v, %d unread", framed(rows[0]), framed(rows[1]), unread())
	}
	b.get("/m/" + rows[1] + "?view=reader")
	if !framed(rows[0]) || framed(rows[1]) {
		t.Error("what was chosen for a sender counts less than what was for all")
	}
	b.post("/settings/reading", url.Values{"view": {""}, "read": {""}})
	if framed(rows[0]) || unread() != 1 {
		t.Errorf("original: %v, %d unread", framed(rows[0]), unread())
	}
	b.post("/m/"+rows[0]+"/images", url.Values{"do": {"always"}})
	shown := func() bool { return strings.Contains(b.get("/m/"+rows[0]).body, `src="/i/`) }
	if !shown() {
		t.Fatal("a trusted sender's picture is not shown")
	}
	if b.post("/settings/reading", url.Values{"pictures": {"never"}}); shown() {
		t.Error("pictures are shown to who never wants any")
	}
	b.post("/settings/reading", url.Values{"pictures": {""}})
	b.get("/settings/reading").says("news@shop.example", "Ask again")
	b.post("/settings/reading", url.Values{"untrust": {"news@shop.example"}}).says("Nobody yet")
	if shown() {
		t.Error("the picture of a sender who is not trusted any more is shown")
	}
}
