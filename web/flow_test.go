package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

func TestAPersonReadsAndOrganisesTheirMail(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	inbox := b.awaitMail(2)
	inbox.says("Bo, me 2", "Re: garden", "Cy", "bill", "Yes, at noon.")
	garden, bill := inbox.rows()[0], inbox.rows()[1]

	b.get("/t/"+garden).says("Re: garden", "Yes, at noon.", "Shall we meet in the garden?", "bo@example.org")
	b.get("/m/"+bill).says("bill", "cy@example.net", "to me")
	if p := b.get("/inbox"); strings.Contains(p.title(), "(") {
		t.Errorf("after reading everything the title is %q", p.title())
	}

	starred := b.post("/m/"+bill+"/star", url.Values{"back": {"/inbox"}, "star": {"1"}})
	starred.says("Starred")
	if got := b.get("/starred").rows(); len(got) != 1 || got[0] != bill {
		t.Errorf("starred are %v, want %v", got, bill)
	}

	archived := b.post("/messages", url.Values{"do": {"archive"}, "id": {garden}, "back": {"/inbox"}})
	if !strings.HasPrefix(archived.title(), "Archived") || len(archived.rows()) != 1 {
		t.Errorf("after archiving: title %q, %d rows", archived.title(), len(archived.rows()))
	}
	b.get("/archive").says("Re: garden")
	if undone := b.post(archived.undo(), url.Values{"back": {"/inbox"}}); len(undone.rows()) != 2 {
		t.Errorf("after undoing %d rows are in the inbox, want 2", len(undone.rows()))
	}
	b.post(archived.undo(), url.Values{"back": {"/inbox"}}).says("othing to undo")

	b.post("/messages", url.Values{"do": {"trash"}, "id": {garden, bill}, "back": {"/inbox"}}).says("Inbox empty")
	if got := b.get("/trash").rows(); len(got) != 2 {
		t.Errorf("%d rows in the trash, want 2", len(got))
	}
	b.post("/messages", url.Values{"do": {"restore"}, "id": {garden}, "back": {"/trash"}})
	b.post("/messages", url.Values{"do": {"unread"}, "id": {garden}, "back": {"/inbox"}})
	if p := b.get("/inbox"); len(p.rows()) != 1 || !strings.Contains(p.title(), "(1)") {
		t.Errorf("after restoring and marking unread: %d rows, title %q", len(p.rows()), p.title())
	}

	b.get("/search?q=noon").says("1 result", "Yes, at", "noon")
	b.get("/search?q=from%3Acy").says("No messages match")
	b.get("/search?q=from%3Acy+in%3Atrash").says("1 result")
	b.get("/search?q=form%3Abo").says("from:")

	b.post("/logout", nil).says("signed out")
	if p := b.get("/inbox"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("after signing out the inbox is at %s", p.path)
	}
}

func TestMailIsReadableWhileTheRestIsCollectedAndAStarAnswersAtOnce(t *testing.T) {
	gate := pop3test.NewGate()
	h := newHouse(t, &pop3test.Server{NoTOP: true, ExclusiveLock: true, Faults: []pop3test.Fault{{Command: "RETR", Nth: 3, Action: pop3test.Pause(gate)}}}, nil)
	for i := range 5 {
		h.mailbox.Deliver(letter("bo@example.org", "letter "+string(rune('a'+i)), "x", time.Duration(5-i)*time.Hour))
	}
	b := h.browser()
	b.signIn()
	<-gate.Reached()
	inbox := b.awaitMail(2)
	inbox.says("letter e", "letter d", "Still downloading older mail: 2 of 5")
	b.get("/accounts/1/sync").says("Getting your mail", "2 of 5")
	b.post("/m/"+inbox.rows()[0]+"/star", url.Values{"back": {"/inbox"}, "star": {"1"}}).says("Starred")

	// The maildrop is locked by our own session: the server cannot judge a second sign-in, the password can.
	second := h.browser()
	second.signIn().says("letter e")
	third := h.browser()
	p := third.post("/login", url.Values{"user": {user}, "password": {"wrong"}})
	if p.path != "/login" || !strings.HasPrefix(p.title(), "Error: ") {
		t.Errorf("a wrong password during the collection leads to %s", p.path)
	}
	gate.Open()
	b.awaitMail(5)
	b.awaitIdle().saysNot("Still downloading")
	if p := b.get("/accounts/1/sync"); p.path != "/inbox" {
		t.Errorf("when all is here the progress page leads to %s", p.path)
	}
}

func TestNewMailIsThereAfterCheckMail(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.signIn()
	b.awaitIdle().says("Inbox empty")
	h.threeLetters()
	b.post("/sync", url.Values{"back": {"/inbox"}})
	b.awaitMail(2)
}

func TestPoint29LookingAheadDoesNotMarkAsRead(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	bill := b.awaitMail(2).rows()[1]
	for _, header := range []string{"Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender", "Purpose: prefetch", "X-Moz: prefetch", "Sec-Fetch-Mode: no-cors"} {
		b.get("/m/"+bill, header)
	}
	b.send(http.MethodHead, "/m/"+bill, nil)
	if p := b.get("/inbox"); !strings.Contains(p.title(), "(3)") {
		t.Errorf("after looking ahead the title is %q, want 3 unread", p.title())
	}
	b.get("/m/" + bill)
	if p := b.get("/inbox"); !strings.Contains(p.title(), "(2)") {
		t.Errorf("after opening the title is %q, want 2 unread", p.title())
	}
}

func TestDownloadsAreExactAndNeverShown(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	raw := []byte("From: bo@example.org\r\nSubject: x/../\u00fc\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n" +
		"--b\r\nContent-Type: text/html; name=\"../../a\\\"b.html\"\r\nContent-Disposition: attachment; filename=\"../../a\\\"b.html\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		"PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\r\n--b--\r\n")
	h.mailbox.Deliver(raw)
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	whole := b.get("/m/" + id + "/raw")
	if whole.body != string(raw) {
		t.Errorf("the message is not what was delivered: %q", whole.body)
	}
	message := b.get("/m/" + id)
	_, rest, ok := strings.Cut(message.body, `href="/m/`+id+`/part/`)
	n, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("no attachment on the page: %s", message.text())
	}
	file := b.get("/m/" + id + "/part/" + n + "/download")
	if file.body != "<script>alert(1)</script>" {
		t.Errorf("the file is %q", file.body)
	}
	for what, p := range map[string]page{"message": whole, "file": file} {
		if got := p.header.Get("Content-Type"); got != "application/octet-stream" {
			t.Errorf("%s: type %q", what, got)
		}
		if d := p.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename") || strings.ContainsAny(d, "/\\") {
			t.Errorf("%s: disposition %q", what, d)
		}
		if csp := p.header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || p.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: policy %q", what, csp)
		}
	}
	for _, n := range []string{"-1", "99", "x", "00000000000000000000"} {
		if p := b.get("/m/" + id + "/part/" + n + "/download"); p.status != 404 {
			t.Errorf("part %s answers %d, want 404", n, p.status)
		}
	}
}

// Every address that a page shows leads somewhere.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	seen, queue := map[string]bool{"/inbox": true}, []string{"/inbox"}
	for len(queue) > 0 && len(seen) < 300 {
		p := b.get(queue[0])
		if p.status != 200 {
			t.Errorf("%s answers %d", queue[0], p.status)
		}
		queue = queue[1:]
		if !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, part := range strings.Split(p.body, `href="`)[1:] {
			link, _, _ := strings.Cut(part, `"`)
			link, _, _ = strings.Cut(strings.ReplaceAll(link, "&amp;", "&"), "#")
			if strings.HasPrefix(link, "/") && !seen[link] {
				seen[link] = true
				queue = append(queue, link)
			}
		}
	}
	for _, must := range []string{"/starred", "/archive", "/trash", "/more"} {
		if !seen[must] {
			t.Errorf("nothing leads to %s; followed were %d links", must, len(seen))
		}
	}
}

func TestMailThatDoesNotParseIsShownAsText(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver([]byte("no header here, only MARKER-ONE text\r\n<script>alert(1)</script>\r\n"))
	h.mailbox.Deliver([]byte("Subject: broken\r\nContent-Type: multipart/mixed; boundary\r\n\r\n--x\r\nMARKER-TWO\r\n"))
	h.mailbox.Deliver([]byte{0, 1, 2, 0xff, 0xfe, '\r', '\n'})
	b := h.browser()
	b.signIn()
	all := ""
	for _, id := range b.awaitMail(3).rows() {
		p := b.get("/m/" + id)
		if p.status != 200 {
			t.Errorf("%d for message %s", p.status, id)
		}
		p.saysNot("<script>")
		all += p.text()
	}
	for _, marker := range []string{"MARKER-ONE", "MARKER-TWO"} {
		if !strings.Contains(all, marker) {
			t.Errorf("%s cannot be read", marker)
		}
	}
}

func TestARestartSignsNobodyOutAndCollectsAgain(t *testing.T) {
	dir := t.TempDir()
	h, addr := newHouseIn(t, dir, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	old, err := url.Parse(b.base)
	if err != nil {
		t.Fatal(err)
	}
	cookies := b.http.Jar.Cookies(old)
	h.stop()

	h.open(dir, addr, nil)
	again := h.browser()
	now, err := url.Parse(again.base)
	if err != nil {
		t.Fatal(err)
	}
	again.http.Jar.SetCookies(now, cookies)
	again.awaitMail(2)
	h.mailbox.Deliver(letter("di@example.org", "after the restart", "x", time.Minute))
	again.post("/sync", url.Values{"back": {"/inbox"}})
	again.awaitMail(3)
}

func TestHealthAndRobots(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	if p := b.get("/healthz"); p.status != 200 || p.body != "ok\n" {
		t.Errorf("/healthz: %d %q", p.status, p.body)
	}
	if p := b.get("/robots.txt"); !strings.Contains(p.body, "Disallow: /\n") {
		t.Errorf("/robots.txt: %q", p.body)
	}
	h.site.Ready = func() error { return io.ErrShortWrite }
	if p := b.get("/healthz"); p.status != 503 {
		t.Errorf("/healthz with unusable data: %d, want 503", p.status)
	}
}

func TestFromAMessageAVerbLeadsBackToItsList(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	bill := b.awaitMail(2).rows()[1]
	for _, list := range []string{"/inbox", "/search?q=bill"} {
		p := b.get("/m/" + bill + "?from=" + url.QueryEscape(list))
		form := p.form("/messages")
		form.Set("do", "unread")
		back := b.post("/messages", form)
		if path, _, _ := strings.Cut(list, "?"); !strings.HasPrefix(back.path, path) || strings.Contains(list, "?") != strings.Contains(back.path, "q=bill") || !strings.HasPrefix(back.title(), "Marked as unread") {
			t.Errorf("from %s: at %s with title %q", list, back.path, back.title())
		}
	}
	if p := b.get("/m/" + bill + "?from=//evil.example"); strings.Contains(p.body, `href="//evil`) || p.form("/messages").Get("back") != "/inbox#m"+bill {
		t.Error("a foreign address became the way back")
	}
}

// Each condition of a search is a link to the search without it, and a link orders the result otherwise.
func TestASearchIsNarrowedAndOrderedByLinks(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(letter("bo@example.org", "garden", "x", 2*time.Hour))
	h.mailbox.Deliver(letter("bo@example.org", "text", "garden", time.Hour))
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	p := b.get("/search?q=" + url.QueryEscape("garden -from:(cy OR di)"))
	p.says("2 results", "-(from:cy OR from:di)", "Best match first")
	if !strings.Contains(p.body, `href="/search?q=garden"`) {
		t.Errorf("no link leads to the search without its second condition")
	}
	if !p.root(`data-rows="stacked"`) || b.get("/search?q=subject:garden").root(`data-rows="stacked"`) {
		t.Error("what matches in a text has a line of its own, and nothing else")
	}
	b.get("/m/" + p.rows()[0]).says("text")
	best := b.get("/search?sort=best&q=garden")
	best.says("Newest first")
	if got := best.rows(); len(got) != 2 || got[0] != p.rows()[1] {
		t.Errorf("the best is not first: %v of %v", got, p.rows())
	}
}

// All that a search finds can be acted on at once, and undone at once; an empty search acts on nothing.
func TestAWholeResultIsActedOn(t *testing.T) {
	h := newHouse(t, &pop3test.Server{NoTOP: true}, nil)
	for i := range 60 {
		h.mailbox.Deliver(letter("bo@example.org", fmt.Sprint("common ", i), "x", time.Duration(i+1)*time.Hour))
	}
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	p := b.get("/search?q=common")
	p.says("60 results", "All 60 results")
	form := p.form("/messages")
	form.Set("do", "archive")
	form.Set("all", "1")
	done := b.post("/messages", form)
	done.says("Archived 60")
	if n := len(b.get("/inbox").rows()); n != 0 {
		t.Errorf("%d rows are left in the inbox", n)
	}
	b.post(done.undo(), url.Values{})
	if n := len(b.get("/inbox").rows()); n != 50 {
		t.Errorf("after undoing %d rows are on the first page of the inbox", n)
	}
	inbox := b.get("/inbox")
	inbox.says("All 60")
	all := inbox.form("/messages")
	all.Set("do", "archive")
	all.Set("all", "1")
	done = b.post("/messages", all)
	done.says("Archived 60")
	b.post(done.undo(), url.Values{})
	form.Set("q", " ")
	b.post("/messages", form)
	if n := len(b.get("/archive").rows()); n != 0 {
		t.Errorf("an empty search archived %d", n)
	}
	b.get("/search?q=subject:59").saysNot("All 1 result")
}

// What is done in a list is done to what its rows are: messages in a search, conversations in the inbox.
func TestAVerbTouchesWhatTheRowIs(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	garden := b.awaitMail(2).rows()[0]
	found := b.get("/search?q=noon")
	form := found.form("/messages")
	form.Set("do", "trash")
	form.Set("id", found.rows()[0])
	trashed := b.post("/messages", form)
	if got := b.get("/trash"); len(got.rows()) != 1 || strings.Contains(got.text(), "2 messages") {
		t.Errorf("deleting one message that was found leaves in the trash: %s", got.text())
	}
	b.post(trashed.undo(), url.Values{})

	older := b.get("/search?q=shall").rows()[0]
	b.post("/m/"+older+"/star", url.Values{"star": {"1"}, "scope": {"message"}})
	inbox := b.get("/inbox").form("/messages")
	inbox.Set("star", "0")
	b.post("/m/"+garden+"/star", inbox)
	if p := b.get("/inbox"); regexp.MustCompile(`class="star"[^>]*aria-pressed="true"`).MatchString(p.body) {
		t.Error("the star of a conversation cannot be taken away in the list")
	}
	for _, id := range []string{older, garden} {
		b.post("/m/"+id+"/star", url.Values{"star": {"1"}, "scope": {"message"}})
	}
	alone := b.get("/m/" + garden).form("")
	alone.Set("star", "0")
	b.post("/m/"+garden+"/star", alone)
	if got := b.get("/starred").rows(); len(got) != 1 || got[0] != older {
		t.Errorf("taking one message's star away leaves %v, want %v", got, older)
	}
}
