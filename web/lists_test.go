package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

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
