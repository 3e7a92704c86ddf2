package web_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

func TestATextCanBeReadAsAnotherCharset(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(letter("bo@example.org", "polish", "<p>Za\xbf\xf3\xb3\xe6", time.Hour, "MIME-Version: 1.0", "Content-Type: text/html; charset=iso-8859-1"))
	h.mailbox.Deliver(letter("bo@example.org", "plain", "nothing odd", 2*time.Hour))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	b.get("/m/" + rows[1]).saysNot("Are the characters wrong?")
	p := b.get("/m/" + rows[0])
	p.says("Za¿ó³æ", "Are the characters wrong?", "Central European (iso-8859-2)")
	p = b.get("/m/" + rows[0] + "?charset=iso-8859-2")
	p.says("Zażółć")
	if !strings.Contains(p.body, `<option value="iso-8859-2" selected>`) {
		t.Error("the form forgets what was chosen")
	}
	b.get("/m/" + rows[0] + "?charset=iso-8859-2&view=text").says("Zażółć")
	frame := frameAddress.FindStringSubmatch(b.get("/m/" + rows[0] + "?charset=iso-8859-2&view=original").body)
	if frame == nil {
		t.Fatal("no frame")
	}
	b.get(strings.ReplaceAll(frame[1], "&amp;", "&")).says("Zażółć")
	b.get("/m/" + rows[0] + "?view=reader&charset=x-evil").says("Za¿ó³æ")
}

func TestTheViewOfASenderIsRemembered(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(htmlLetter("first", "<p>MARKER one"))
	h.mailbox.Deliver(letter("Shop <NEWS@shop.example>", "second", "<p>MARKER two", 2*time.Hour, "MIME-Version: 1.0", "Content-Type: text/html"))
	h.mailbox.Deliver(letter("bo@example.org", "other", "<p>MARKER three", 3*time.Hour, "MIME-Version: 1.0", "Content-Type: text/html"))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(3).rows()
	framed := func(id string) bool { return strings.Contains(b.get("/m/"+id).body, "<iframe") }
	b.get("/m/"+rows[0]+"?view=original", "Sec-Purpose: prefetch")
	if framed(rows[0]) {
		t.Error("a page that was only fetched in advance is a choice")
	}
	b.get("/m/" + rows[0] + "?view=original")
	if !framed(rows[0]) || !framed(rows[1]) || framed(rows[2]) {
		t.Errorf("original for %v %v, not for %v", framed(rows[0]), framed(rows[1]), framed(rows[2]))
	}
	b.get("/m/" + rows[1] + "/print").says("MARKER two")
	if b.get("/m/" + rows[1] + "?view=reader"); framed(rows[0]) {
		t.Error("the reader was chosen since")
	}
}

func TestALongTextIsShownToItsEndOnDemand(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(letter("bo@example.org", "long", strings.Repeat("A line of a text that is long.\n", 8_000)+"THE END", time.Hour))
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	p := b.get("/m/" + id)
	p.says("Show all")
	p.saysNot("THE END")
	b.get("/m/" + id + "?view=text&all=1").says("THE END")
}

func TestOfManyRecipientsTheFirstAreShown(t *testing.T) {
	var all []string
	for i := range 30 {
		all = append(all, "p"+strconv.Itoa(i)+"@example.net")
	}
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(letter("bo@example.org", "many", "x", time.Hour, "Cc: "+strings.Join(all, ", ")))
	b := h.browser()
	b.signIn()
	p := b.get("/m/" + b.awaitMail(1).rows()[0])
	p.says("p4@example.net and 25 more p5@example.net", "p29@example.net")
}

func TestLinksOfAPrintedMessageAreNotes(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(htmlLetter("links", `<a href="https://a.example/one">one</a> and <a href="https://b.example/two">two</a>`))
	b := h.browser()
	b.signIn()
	b.get("/m/"+b.awaitMail(1).rows()[0]+"/print").says("one and two", "Links https://a.example/one https://b.example/two")
}

func TestAPDFOpensByPolicy(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(withFile("a pdf", "application/octet-stream", `attachment; filename="a.pdf"`, []byte("%PDF-1.4\n%END")))
	h.mailbox.Deliver(withFile("no pdf", "application/pdf", `attachment; filename="b.pdf"`, []byte("<script>alert(1)</script>")))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	open := func(id string) page { return b.get("/m/" + id + "/part/2/open") }
	if p := open(rows[0]); p.status != 404 {
		t.Errorf("without the policy it answers %d", p.status)
	}
	h.site.OpenPDF = true
	for _, id := range rows {
		p := open(id)
		page := b.get("/m/" + id + "/part/2")
		switch offered := strings.Contains(page.body, "/part/2/open"); {
		case strings.Contains(page.title(), "a.pdf") && (p.status != 200 || p.header.Get("Content-Type") != "application/pdf" || p.body != "%PDF-1.4\n%END" || !offered ||
			p.header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(p.header.Get("Content-Security-Policy"), "default-src 'none'") || !strings.HasPrefix(p.header.Get("Content-Disposition"), "inline")):
			t.Errorf("the PDF answers %d, %v, offered %v", p.status, p.header, offered)
		case strings.Contains(page.title(), "b.pdf") && (p.status != 404 || offered):
			t.Errorf("what is no PDF answers %d, offered %v", p.status, offered)
		}
	}
}

func TestAFileIsReadFromWhereItLies(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(withFile("one", "application/octet-stream", `attachment; filename="a b.bin"`, []byte("CONTENT ONE")))
	h.mailbox.Deliver(withFile("two", "application/octet-stream", `attachment; filename="c.bin"`, []byte("CONTENT TWO")))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	link := func(id string) string {
		m := regexp.MustCompile(`href="(/m/` + id + `/part/2/download\?at=[A-Za-z0-9_-]+)"`).FindStringSubmatch(b.get("/m/" + id).body)
		if m == nil {
			t.Fatalf("message %s has no such link", id)
		}
		return m[1]
	}
	for _, id := range rows {
		with, without := b.get(link(id)), b.get("/m/"+id+"/part/2/download")
		if with.status != 200 || with.body != without.body || with.header.Get("Content-Disposition") != without.header.Get("Content-Disposition") {
			t.Errorf("with a ticket: %d %q %q, without %q %q", with.status, with.body, with.header.Get("Content-Disposition"), without.body, without.header.Get("Content-Disposition"))
		}
	}
	_, foreign, _ := strings.Cut(link(rows[0]), "?")
	if p := b.get("/m/" + rows[1] + "/part/2/download?" + foreign); p.body != b.get("/m/"+rows[1]+"/part/2/download").body {
		t.Errorf("a ticket for one message opens another: %q", p.body)
	}
	if p := h.browser().get(link(rows[0])); strings.Contains(p.body, "CONTENT") {
		t.Error("a ticket is good without the session")
	}
}
