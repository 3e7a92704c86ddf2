package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
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
	b.post("/settings/reading/untrust", url.Values{"addr": {"news@shop.example"}}).says("Nobody yet")
	for _, wrong := range []string{"", "ana", "@x", "a@", "a@b c", "Ana <a@b>", strings.Repeat("a", 300) + "@b"} {
		if p := b.post("/settings/reading/trust", url.Values{"addr": {wrong}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%q is answered with %d", wrong, p.status)
		}
	}
	b.get("/settings/reading").says("Nobody yet")
	b.post("/settings/reading/trust", url.Values{"addr": {" bo@shop.example "}}).says("bo@shop.example", "Saved")
	if shown() {
		t.Error("the picture of a sender who is not trusted any more is shown")
	}
}

// labelOn is where a page leads to a label, the only one.
func labelOn(t *testing.T, p page, text string) string {
	t.Helper()
	found := regexp.MustCompile(`href="(/label/[0-9]+)"`).FindStringSubmatch(p.body)
	if found == nil || !strings.Contains(p.body, text) {
		t.Fatalf("there is no link to %s on %s", text, p.path)
	}
	return found[1]
}

// ui.md section 8, point 25: the layout is chosen at the list, and is there on another computer. The list beside a message
// is the one that the person came from, around the message.
func TestPoint25ListsAndMessagesStandBesideEachOther(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	for i := range 9 {
		h.mailbox.Deliver(letter("bo@example.org", fmt.Sprintf("subject-%d", i+1), "garden", time.Duration(i+1)*time.Hour))
	}
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(9).rows()
	if p := b.get("/m/" + rows[5]); strings.Contains(p.body, "subject-5") || !strings.Contains(p.body, `href="/m/`+rows[4]+`"`) || !strings.Contains(p.body, `href="/m/`+rows[6]+`"`) {
		t.Error("a message by itself has a list beside it, or no neighbours")
	}
	if p := b.post("/settings/appearance", url.Values{"layout": {"split"}, "back": {"/inbox"}}); !strings.HasPrefix(p.path, "/inbox?") || !p.root(`data-layout="split"`) {
		t.Errorf("choosing a layout leads to %s", p.path)
	}
	other := h.browser()
	other.signIn()
	if p := other.get("/inbox"); !p.root(`data-layout="split"`) {
		t.Error("the layout is not there on another computer")
	}
	p := b.get("/m/" + rows[5])
	p.says("subject-6", "subject-3", "subject-9")
	p.saysNot("subject-2", `id="m`+rows[2]+`"`)
	if n := strings.Count(p.body, `aria-current="page"`); n != 2 || !strings.Contains(p.body, `id="r`+rows[5]+`"`) { // the place, and the row
		t.Errorf("%d things are where one is", n)
	}
	b.post("/messages", url.Values{"do": {"star"}, "id": {rows[1], rows[5], rows[8]}})
	p = b.get("/m/" + rows[5] + "?from=/starred")
	p.says("Starred", "subject-2", "subject-9")
	p.saysNot("subject-5")
	aside := func(p page) string { _, list, _ := strings.Cut(p.body, "lp beside"); return list }
	const messages = `name="scope" value="message"` // what is done is done to messages, not to their conversations
	if !strings.Contains(aside(p), messages) || strings.Contains(aside(b.get("/m/"+rows[5])), messages) {
		t.Error("what is done beside a message is done to something else than in its list")
	}
	p = b.post("/messages", url.Values{"do": {"give"}, "label": {"Choir"}, "id": {rows[4], rows[5]}})
	b.get("/m/"+rows[5]+"?from="+labelOn(t, p, "Choir")).says("Choir", "subject-5")
	p = b.get("/m/" + rows[5] + "?from=" + url.QueryEscape("/search?q=subject-6 OR subject-8"))
	p.says("subject-8")
	p.saysNot("subject-5", "subject-9")
	for _, from := range []string{"/label/77", "/settings/stored", "/search?q=nothing", "//evil.example/inbox"} {
		b.get("/m/"+rows[5]+"?from="+url.QueryEscape(from)).says("subject-6", "garden")
	}
}

// A page speaks the language that the browser asks for, until the person has chosen one, also where it fails.
func TestPagesSpeakTheLanguageOfWhoReads(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	const german, french = "Accept-Language: de-AT,de;q=0.9,en;q=0.5", "Accept-Language: fr"
	b.get("/login", german).says("Passwort", "Anmelden")
	if p := b.get("/login", french); !p.root(`lang="en"`) {
		t.Error("who asks for a language that there is not is not answered in English")
	}
	b.signIn()
	b.awaitMail(2)
	if p := b.get("/inbox", german); !p.root(`lang="de"`) {
		t.Error("the language of the page is not German")
	} else {
		p.says("Posteingang", "Archivieren", "abgerufen")
	}
	b.get("/nowhere", german).says("Diese Seite gibt es nicht", "Posteingang")
	b.post("/settings/appearance", url.Values{"language": {"de"}})
	b.get("/inbox", french).says("Posteingang")
	b.get("/m/459731526656", french).says("Diese Nachricht ist nicht mehr hier")
	b.get("/search?q=form:x").says("Meinten Sie")
	b.post("/settings/appearance", url.Values{"language": {"en"}})
	b.get("/inbox", german).says("Inbox", "Archive")
	b.post("/settings/appearance", url.Values{"language": {"kl"}})
	b.get("/inbox", german).says("Posteingang")
}

func TestTimesAreThoseOfTheReadersZone(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver([]byte("From: bo@example.org\r\nTo: ana@example.org\r\nSubject: late\r\nDate: Sat, 10 Jan 2026 23:30:00 +0000\r\n\r\nMARKER\r\n"))
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	b.get("/m/" + id).says("Saturday, 10 January 2026 at 23:30")
	b.post("/settings/appearance", url.Values{"zone": {" Asia/Tokyo "}}).says("Saved")
	b.get("/m/" + id).says("Sunday, 11 January 2026 at 08:30")
	b.get("/search?q=on:2026-01-11").says("late")
	for _, wrong := range []string{"Tokyo", "Local", "../../etc/passwd", strings.Repeat("x", 200)} {
		p := b.post("/settings/appearance", url.Values{"zone": {wrong}, "theme": {"dark"}})
		p.says("There is no time zone of this name")
		if !strings.HasPrefix(p.title(), "Error: ") || !strings.Contains(p.body, `value="Asia/Tokyo"`) || p.root("data-theme") {
			t.Errorf("%q: %s", wrong, p.title())
		}
	}
	b.post("/settings/appearance", url.Values{"zone": {""}})
	b.get("/m/" + id).says("10 January 2026 at 23:30")
}

// Many trusted senders can be searched, in any case.
func TestTrustedSendersAreSearched(t *testing.T) {
	_, b := reader(t)
	for i := range 11 {
		p := b.get("/settings/reading")
		p.saysNot("/settings/reading/find")
		b.post("/settings/reading/trust", url.Values{"addr": {fmt.Sprintf("sender%d@Shop.example", i)}})
	}
	b.get("/settings/reading").says("Search these senders", "sender0@shop.example", "sender9@shop.example")
	p := b.post("/settings/reading/find", url.Values{"sender": {" R1@SHOP "}})
	p.says("sender1@shop.example")
	p.saysNot("sender0@shop.example", "sender10@shop.example")
	b.post("/settings/reading/find", url.Values{"sender": {"nobody"}}).says("None of them.", "Search these senders")
	b.post("/settings/reading/find", nil).says("sender0@shop.example", "sender10@shop.example")
}
