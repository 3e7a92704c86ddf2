package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// reader is a house with three letters and a person who reads them.
func reader(t *testing.T) (*house, *browser) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	return h, b
}

// labels gives a label to messages of the inbox as a person does.
func (b *browser) label(name string, ids ...string) page {
	b.t.Helper()
	form := b.get("/inbox").form("/messages")
	form["id"], form["do"] = ids, []string{"label"}
	ask := b.post("/messages", form)
	ask.says("Name of the label", "Add label", "Remove label")
	form = ask.form("/messages")
	form.Set("label", name)
	form.Set("do", "give")
	return b.post("/messages", form)
}

// One of the two conversations has two messages.
func TestMessagesAreLabelled(t *testing.T) {
	_, b := reader(t)
	ids := b.get("/inbox").rows()
	p := b.label("Für später", ids[:2]...)
	p.says("Labelled 2 conversations “Für später”", "Undo")
	if !strings.HasPrefix(p.path, "/inbox") {
		t.Errorf("it leads to %s, want the inbox", p.path)
	}
	list := b.get("/label/1")
	list.says("Für später (3)", "Inbox")
	if got := list.rows(); len(got) != 2 {
		t.Errorf("the label lists %q", got)
	}
	b.get("/m/" + ids[0]).says("Für später")
	b.get("/label/1").says("Für später (2)") // it has been read
	b.get("/organise").says("3 messages, 2 unread")
	if got := b.get("/search?q=" + url.QueryEscape("label:\"fur spater\"")).rows(); len(got) != 3 {
		t.Errorf("a search for the label finds %q", got)
	}
	undone := b.post(p.undo(), url.Values{"back": {"/inbox"}})
	undone.says("Undone")
	b.get("/label/1").says("Nothing has this label")
	if p := b.get("/label/2"); p.status != 404 {
		t.Errorf("a label that there is not is answered with %d", p.status)
	}
}

func TestALabelWithoutANameIsAskedForAgain(t *testing.T) {
	_, b := reader(t)
	ids := b.get("/inbox").rows()
	for _, name := range []string{"", "  ", strings.Repeat("x", 61)} {
		p := b.label(name, ids[0])
		p.says("between 1 and 60 characters", "Label this message")
		if got := p.form("/messages")["id"]; len(got) != 1 || got[0] != ids[0] {
			t.Errorf("the page has forgotten what to label: %q", got)
		}
	}
	p := b.post("/messages", url.Values{"do": {"label"}, "back": {"/inbox"}})
	p.says("Nothing was selected")
}

func TestLabelsAreRenamedColouredAndDeleted(t *testing.T) {
	_, b := reader(t)
	ids := b.get("/inbox").rows()
	b.label("one", ids[0])
	b.label("two", ids[1])
	change := func(name, colour string) page {
		return b.post("/labels/1", url.Values{"name": {name}, "colour": {colour}})
	}
	change("Two", "3").says("There is a label “Two” already")
	change(" ", "3").says("between 1 and 60 characters")
	for _, colour := range []string{"", "red", "-1", "13"} {
		if p := change("one", colour); p.status != 400 {
			t.Errorf("the colour %q is answered with %d", colour, p.status)
		}
	}
	for _, path := range []string{"/inbox", "/m/" + ids[0]} {
		if p := b.get(path); strings.Contains(p.body, "data-hue") {
			t.Errorf("%s has a colour before there is one", path)
		}
	}
	change("first", "3").says("Saved", "first")
	for _, path := range []string{"/inbox", "/m/" + ids[0]} {
		p := b.get(path)
		if n := strings.Count(p.body, `data-hue="3"`); n != 2 { // in the list of mailboxes, and at the message
			t.Errorf("%s has the colour %d times:\n%s", path, n, p.body)
		}
	}
	p := b.post("/labels/1/delete", url.Values{})
	p.says("Label deleted")
	if p := b.get("/label/1"); p.status != 404 {
		t.Errorf("the deleted label is answered with %d", p.status)
	}
	b.post(p.undo(), url.Values{"back": {"/organise"}}).says("Undone", "first")
	if got := b.get("/label/1").rows(); len(got) != 1 {
		t.Errorf("the label that came back lists %q", got)
	}
}

func TestASearchIsKept(t *testing.T) {
	_, b := reader(t)
	found := b.get("/search?q=from:bo")
	found.says("Save, or make a rule")
	b.get("/organise?q=from:bo").says("Saved searches")
	p := b.post("/searches", url.Values{"q": {"from:bo"}, "name": {"Bo & co"}})
	p.says("Saved", "Bo & co")
	named := b.get("/search?q=from%3Abo")
	named.says("Bo & co")
	named.saysNot("Save, or make a rule")
	b.post("/searches", url.Values{"q": {" "}, "name": {"all"}}).says("between 1 and 60 characters")
	p = b.post("/searches/1/delete", url.Values{})
	p.says("Saved search deleted")
	b.post(p.undo(), url.Values{"back": {"/organise"}}).says("Bo & co")
}

func TestARuleIsMadeAndMeetsWhatArrives(t *testing.T) {
	h, b := reader(t)
	b.post("/rules", url.Values{"q": {"from:news"}}).says("A rule needs a search, and something to do")
	b.post("/rules", url.Values{"q": {""}, "star": {"1"}}).says("A rule needs a search, and something to do")
	b.post("/rules", url.Values{"q": {"from:news@example.org"}, "archive": {"1"}, "label": {"News"}}).says("Saved", "from:news@example.org", "Archive", "Label “News”", "met 0 messages")
	h.mailbox.Deliver(letter("news@example.org", "weekly", "all that happened", time.Minute))
	b.post("/sync", url.Values{})
	b.awaitIdle()
	b.get("/inbox").saysNot("weekly")
	b.get("/archive").says("weekly", "News")
	p := b.get("/organise")
	p.says("met 1 message")
	p = b.post("/rules/1/delete", url.Values{})
	p.says("Rule deleted", "There are no rules")
	b.post(p.undo(), url.Values{"back": {"/organise"}}).says("from:news@example.org")
}

func TestAConversationIsMuted(t *testing.T) {
	h, b := reader(t)
	h.mailbox.Deliver(letter("cy@example.net", "Choir", "on Monday?", time.Hour))
	b.post("/sync", url.Values{})
	b.awaitIdle()
	id := b.get("/inbox").rows()[0]
	p := b.get("/m/" + id)
	p.says("Mute")
	form := p.form("/messages")
	form.Set("do", "mute")
	b.post("/messages", form).says("goes to the archive")
	h.mailbox.Deliver(letter("cy@example.net", "Re: Choir", "or on Tuesday", time.Minute, "In-Reply-To: <Choir@x>"))
	b.post("/sync", url.Values{})
	b.awaitIdle()
	b.get("/inbox").saysNot("or on Tuesday")
	b.get("/archive").says("or on Tuesday")
	b.get("/t/"+id).says("Muted", "Unmute")
}

func TestTheNameOfAContactWithAnotherAddressIsSuspicious(t *testing.T) {
	h, b := reader(t)
	for i, from := range []string{"Cyd Charming <cyd@friends.example>", "Cyd Charming <cyd@friends.example>", "Cyd Charming <cyd@evil.example>", "Cyd Charming <cc@mail.friends.example>"} {
		h.mailbox.Deliver(letter(from, "hello", "hi", time.Duration(120-30*i)*time.Hour)) // each on a day of its own
	}
	b.post("/sync", url.Values{})
	b.awaitIdle()
	ids := b.get("/search?q=subject:hello").rows() // newest first
	b.get("/m/"+ids[1]).says("may be trying to deceive you", "the name of somebody who writes to you", "cyd@evil.example, not cyd@friends.example")
	for _, id := range []string{ids[0], ids[2], ids[3]} {
		b.get("/m/" + id).saysNot("the name of somebody")
	}
}

// All that a search finds is labelled in one go, and undone in one.
func TestAWholeResultIsLabelled(t *testing.T) {
	h, b := reader(t)
	for i := range 60 {
		h.mailbox.Deliver(letter("news@example.org", fmt.Sprint("weekly ", i), "all that happened", time.Duration(i+1)*time.Hour))
	}
	b.post("/sync", url.Values{})
	b.awaitIdle()
	found := b.get("/search?q=from:news")
	form := found.form("/messages")
	form.Set("all", "1")
	form.Set("do", "label")
	ask := b.post("/messages", form)
	ask.says("Label", "Add label")
	form = ask.form("/messages")
	form.Set("label", "News")
	form.Set("do", "give")
	p := b.post("/messages", form)
	p.says("Labelled 60 conversations “News”")
	b.get("/organise").says("60 messages")
	b.post(p.undo(), url.Values{"back": {"/organise"}}).says("0 messages")
}
