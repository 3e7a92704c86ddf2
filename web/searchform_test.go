package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
	"restante/web/session"
)

// A search can be asked for piece by piece, without its language, and the form then says what was asked.
func TestASearchCanBeAskedForPieceByPiece(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	form := url.Values{
		"form": {"1"}, "words": {`garden "summer party"`}, "not": {"rain -wind"}, "from": {"ana example"}, "to": {""}, "subject": {"x"}, "after": {"2024-05-17"},
		"before": {""}, "larger": {"1M"}, "has": {"pdf"}, "in": {"anywhere"},
	}
	p := b.get("/search?" + form.Encode())
	u, err := url.Parse(p.path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := u.Query().Get("q"), `garden "summer party" from:"ana example" subject:x after:2024-05-17 larger:1M has:pdf in:anywhere -rain -wind`; got != want {
		t.Errorf("the form asks for %q, want %q", got, want)
	}
	for _, want := range []string{
		`name="words" value="garden &#34;summer party&#34;"`, `name="not" value="rain wind"`, `name="from" value="ana example"`, `name="after" value="2024-05-17"`,
		`<option value="pdf" selected>`, `<option value="anywhere" selected>`, `<option value="1M" selected>`,
	} {
		if !strings.Contains(p.body, want) {
			t.Errorf("the form does not say %s", want)
		}
	}
	if p := b.get("/search?q=" + url.QueryEscape("after:2024 from:ana from:bo")); !strings.Contains(p.body, `name="words" value="after:2024 from:bo"`) {
		t.Error("what no field can say is not among the words")
	}
}

func TestOnASharedComputerTheFormOfASearchStandsInNoAddress(t *testing.T) {
	_, b, _ := onShared(t, session.Limits{})
	p := b.post("/search", url.Values{"form": {"1"}, "words": {"garden"}, "from": {"nobody"}})
	if !strings.HasPrefix(p.path, "/o/") {
		t.Errorf("it leads to %s", p.path)
	}
	p.says("No messages match")
}

// ui.md 2.7: the mail of people whom one knows can be looked at alone; 2.9: a search can be narrowed to its main sender.
func TestListsLeadToThePeopleInThem(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	for i, from := range []string{"ana@example.org", "Bo <bo@example.org>", "cy@example.org", "Bo <bo@example.org>"} {
		h.mailbox.Deliver(letter(from, "plant "+string(rune('a'+i)), "garden", time.Duration(i)*25*time.Hour))
	}
	b := h.browser()
	b.signIn()
	p := b.awaitMail(4)
	p.says("From people I know", "Today", "Yesterday", "Last 7 days")
	p = b.get("/search?q=" + url.QueryEscape("in:inbox is:known"))
	if got := len(p.rows()); got != 2 {
		t.Errorf("%d messages are from people who are known, want the two of Bo:\n%s", got, p.text())
	}
	b.get("/search?q=garden").says("From Bo")
	b.get("/search?q=" + url.QueryEscape("garden from:bo")).saysNot("From Bo")
}
