package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// What is spam is in its own list and in no other, until somebody says that it is none. All mail has everything else.
func TestSpamIsSetAside(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	b.get("/spam").says("No spam")
	b.get("/m/" + rows[0]).says("Spam")
	all := len(b.get("/all").rows())
	p := b.post("/messages", url.Values{"do": {"spam"}, "id": {rows[0]}, "back": {"/inbox"}})
	p.says("Moved to spam")
	has := func(path string) bool { return slices.Contains(b.get(path).rows(), rows[0]) }
	if has("/inbox") || has("/all") || has("/search?q=from:*") || !has("/spam") || !has("/search?q=in:spam") {
		t.Errorf("inbox %v, all %v, spam %v, in:spam %v", has("/inbox"), has("/all"), has("/spam"), has("/search?q=in:spam"))
	}
	b.post(p.undo(), nil)
	if !has("/inbox") || has("/spam") {
		t.Error("undoing does not bring it back")
	}
	b.post("/messages", url.Values{"do": {"spam"}, "id": {rows[0]}})
	b.get("/spam").says("Not spam")
	b.post("/messages", url.Values{"do": {"restore"}, "id": {rows[0]}, "back": {"/spam"}}).says("Moved to inbox", "No spam")
	b.post("/messages", url.Values{"do": {"archive"}, "id": {rows[1]}})
	if n := len(b.get("/all").rows()); n != all || !has("/all") {
		t.Errorf("%d messages are all, want %d", n, all)
	}
	b.get("/all").says("Archive", "Inbox")
}

// ui.md section 8, point 40, and the ways from a list to a part of it.
func TestPoint40ASearchLeadsToNarrowerAndWiderOnes(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	p := b.get("/inbox")
	if !strings.Contains(p.body, `href="/search?q=in%3Ainbox+is%3Aunread"`) || !strings.Contains(p.body, `href="/search?q=in%3Ainbox+has%3Aattachment"`) {
		t.Errorf("no way to a part of the inbox in %s", p.text())
	}
	b.post("/messages", url.Values{"do": {"read"}, "id": {rows[0]}})
	if got := b.get("/search?q=in:inbox+is:unread").rows(); len(got) != 1 || got[0] != rows[1] {
		t.Errorf("unread are %v, want %s", got, rows[1])
	}
	if p := b.get("/search?q=before:2030"); strings.Contains(p.body, "after%3A") || !strings.Contains(p.body, "before%3A2030+is%3Aunread") {
		t.Error("a search by date is narrowed by another one, or not at all")
	}
	b.post("/messages", url.Values{"do": {"trash"}, "id": {rows[0]}})
	p = b.get("/search?q=rfc822msgid:none+garden")
	p.says("Search trash and spam, too", "Remove")
	if !strings.Contains(p.body, `href="/search?q=rfc822msgid%3Anone+garden+in%3Aanywhere"`) {
		t.Error("no way to search everywhere")
	}
	b.get("/search?q=rfc822msgid:none+in:anywhere").saysNot("Search trash and spam, too")
}

// What stands behind a row is said by icons, whose twins are heard: an answer, an invitation, encryption, files, and that mail
// is on no server any more, unless it is wanted so.
func TestRowsSayWhatIsToBeKnown(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	parts := func(kind, body string) []byte {
		return letter("bo@example.org", kind, "--b\n"+body+"\n--b--", time.Hour, "MIME-Version: 1.0", "Content-Type: multipart/"+kind+"; boundary=b")
	}
	h.mailbox.Deliver(parts("mixed", "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=a.png\n\nx"))
	h.mailbox.Deliver(parts("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nx"))
	h.mailbox.Deliver(letter("bo@example.org", "question", "Shall we?", 2*time.Hour))
	h.mailbox.Deliver(letter("Ana <"+user+">", "Re: question", "Yes.", time.Hour, "In-Reply-To: <question@x>"))
	gone := h.mailbox.Deliver(letter("bo@example.org", "gone", "la la la", time.Hour))
	b := h.browser()
	b.signIn()
	b.awaitMail(4)
	b.awaitIdle()
	const all = "Invitation,Encrypted,Replied,Has attachment,Only here"
	marked := func(subject string, want ...string) {
		t.Helper()
		row := rowTag.FindString(b.get("/search?q=from:bo+subject:" + subject).body)
		for mark := range strings.SplitSeq(all, ",") {
			if has := strings.Contains(row, mark); has != slices.Contains(want, mark) {
				t.Errorf("that %s has the mark %q is %v:\n%s", subject, mark, has, row)
			}
		}
	}
	marked("mixed", "Invitation", "Has attachment")
	marked("encrypted", "Encrypted", "Has attachment")
	marked("question", "Replied")
	marked("gone")
	h.mailbox.Remove(gone)
	b.post("/sync", nil)
	for deadline := time.Now().Add(patience); !strings.Contains(b.get("/inbox").body, "Only here") && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	marked("gone", "Only here")
	h.deleteAtOnce()
	marked("gone")
}

// A name that is there to deceive is none in a list.
func TestListsShowTheAddressOfWhoPosesAsSomebody(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	for name, address := range map[string]string{
		"P\u0430ypal": "one@evil.example", "Support\u03bfr": "two@evil.example", "service@bank.example": "three@evil.example",
		"\u0410\u043d\u043d\u0430 Karlsson": "four@example.org", "\u0391\u03bd\u03bd\u03b1": "five@example.org", "Zoë": "six@example.org",
	} {
		h.mailbox.Deliver(letter(`"`+name+`" <`+address+">", address, "la la la", time.Hour))
	}
	b := h.browser()
	b.signIn()
	b.awaitMail(6)
	b.awaitIdle()
	p := b.get("/inbox")
	p.says("Select “one@evil.example” from one@evil.example", "from two@evil.example", "from three@evil.example", "from \u0410\u043d\u043d\u0430 Karlsson", "from \u0391\u03bd\u03bd\u03b1", "from Zoë")
	p.saysNot("P\u0430ypal", "Support\u03bfr", "service@bank.example")
}
