package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/images"
	"restante/web/session"
)

const (
	user     = "ana@example.org"
	password = "correct horse"
	patience = 20 * time.Second // a guard against hanging, never a verdict about speed
)

// house is a site with its mail server, all in this process.
type house struct {
	t       *testing.T
	mail    *pop3test.Server
	mailbox *pop3test.Mailbox
	site    *web.Server
	http    *httptest.Server
	log     *safeLog
	stop    func()
}

// safeLog is a log that can be read while it is written.
type safeLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *safeLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// logged is what the site has written to its log.
func (h *house) logged() string {
	h.log.mu.Lock()
	defer h.log.mu.Unlock()
	return h.log.text.String()
}

// newHouse starts a site for the server s, after change has had its say about it.
func newHouse(t *testing.T, s *pop3test.Server, change func(*web.Server)) *house {
	t.Helper()
	h := &house{t: t, mail: s, log: new(safeLog)}
	h.mailbox = s.AddUser(user, password)
	addr := pop3test.Start(t, s)
	h.open(t.TempDir(), addr, change)
	return h
}

// newHouseIn starts a site on a data folder, with a mail server at addr, so that it can be stopped and opened again.
func newHouseIn(t *testing.T, dir string, change func(*web.Server)) (h *house, addr string) {
	t.Helper()
	h = &house{t: t, mail: &pop3test.Server{}, log: new(safeLog)}
	h.mailbox = h.mail.AddUser(user, password)
	addr = pop3test.Start(t, h.mail)
	h.open(dir, addr, change)
	return h, addr
}

// open starts the site on a data folder.
func (h *house) open(dir, addr string, change func(*web.Server)) {
	t := h.t
	people, err := registry.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	boxes := cache.NewPool(filepath.Join(dir, "users"), time.Now)
	hasher, err := vault.NewHasher(vault.Cost{Passes: 1, Threads: 1, Memory: 8})
	if err != nil {
		t.Fatal(err)
	}
	server := pop3client.Address{Host: "mail.example.org", Port: 110, Security: pop3client.Insecure}
	log := slog.New(slog.NewTextHandler(h.log, nil))
	fleet := &fetch.Fleet{
		Boxes: boxes, Registry: people, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Client: pop3client.Options{MaxInFlight: 1, ReplyTimeout: 2 * time.Second, ConnectTimeout: 2 * time.Second, IdleTimeout: 2 * time.Second, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, addr)
		}},
	}
	h.site = &web.Server{
		Boxes: boxes, People: people, Fleet: fleet, Hasher: hasher, Sessions: &session.Keeper{Registry: people},
		Mail: &server, Ready: func() error { return nil }, Images: images.New(images.Options{}), Tickets: images.NewSigner(), Location: time.UTC, Now: time.Now, Log: log,
	}
	if change != nil {
		change(h.site)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- fleet.Run(ctx) }()
	h.http = httptest.NewServer(h.site.Handler())
	h.stop = func() {
		h.site.EndStreams()
		h.http.Close()
		stop()
		if err := errors.Join(<-ended, boxes.Close(), people.Close()); err != nil {
			t.Error(err)
		}
		h.stop = func() {}
	}
	t.Cleanup(func() { h.stop() })
}

// browser keeps cookies and follows redirects, as a browser without scripts does.
type browser struct {
	t    *testing.T
	base string
	http *http.Client
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h.t, h.http.URL, &http.Client{Jar: jar, Timeout: patience}}
}

// page is an answer.
type page struct {
	t      *testing.T
	status int
	path   string // where it was in the end, with its query
	header http.Header
	body   string
}

func (b *browser) get(path string, header ...string) page {
	b.t.Helper()
	return b.send(http.MethodGet, path, nil, header...)
}

func (b *browser) post(path string, form url.Values, header ...string) page {
	b.t.Helper()
	return b.send(http.MethodPost, path, form, header...)
}

func (b *browser) send(method, path string, form url.Values, header ...string) page {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{b.t, res.StatusCode, res.Request.URL.RequestURI(), res.Header, string(body)}
}

// signIn signs in and fails the test unless that leads to the inbox.
func (b *browser) signIn() page {
	b.t.Helper()
	p := b.post("/login", url.Values{"user": {user}, "password": {password}})
	if p.path != "/inbox" || p.status != 200 {
		b.t.Fatalf("signing in leads to %s (%d):\n%s", p.path, p.status, p.text())
	}
	return p
}

// awaitMail waits until n conversations are in the inbox, and returns it.
func (b *browser) awaitMail(n int) page {
	b.t.Helper()
	return b.awaitRows(n, func(p page) bool { return !strings.Contains(p.body, "Not downloaded yet") })
}

// awaitHeaders is awaitMail for messages of which no more than the header needs to be here.
func (b *browser) awaitHeaders(n int) page {
	b.t.Helper()
	return b.awaitRows(n, func(page) bool { return true })
}

func (b *browser) awaitRows(n int, good func(page) bool) page {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		p := b.get("/inbox")
		if len(p.rows()) == n && good(p) {
			return p
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%d rows in the inbox, want %d:\n%s", len(p.rows()), n, p.text())
		}
	}
}

// awaitIdle waits until the collection is over, and returns the inbox.
func (b *browser) awaitIdle() page {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		p := b.get("/inbox")
		if strings.Contains(p.text(), "Up to date") {
			return p
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("the collection does not end:\n%s", p.text())
		}
	}
}

var (
	titleTag = regexp.MustCompile(`<title>(.*?)</title>`)
	rowTag   = regexp.MustCompile(`(?s)<li class="row[^"]*" id="m(\d+)">.*?</li>`)
	undoForm = regexp.MustCompile(`action="(/undo/\d+)"`)
)

func (p page) title() string {
	if m := titleTag.FindStringSubmatch(p.body); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

// rows are the ids of the rows of a list.
func (p page) rows() (ids []string) {
	for _, m := range rowTag.FindAllStringSubmatch(p.body, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// text is what a person reads on the page.
func (p page) text() string {
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		p.t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// says fails unless the page shows all of the texts.
func (p page) says(texts ...string) {
	p.t.Helper()
	for _, want := range texts {
		if !strings.Contains(p.text(), want) {
			p.t.Errorf("%s (%d) does not say %q; it says:\n%s", p.path, p.status, want, p.text())
		}
	}
}

func (p page) saysNot(texts ...string) {
	p.t.Helper()
	body := p.markup()
	for _, not := range texts {
		if strings.Contains(body, not) {
			p.t.Errorf("%s says %q", p.path, not)
		}
	}
}

// ownScript is the one element of pages that names a script.
var ownScript = regexp.MustCompile(`<script type="module" src="/assets/[0-9a-f]+\.js"></script>`)

// markup is the page less that.
func (p page) markup() string { return ownScript.ReplaceAllString(p.body, "") }

// undo is the address that undoes what the page's banner says.
func (p page) undo() string {
	p.t.Helper()
	m := undoForm.FindStringSubmatch(p.body)
	if m == nil {
		p.t.Fatalf("%s offers no undo:\n%s", p.path, p.text())
	}
	return m[1]
}

// form is what the hidden fields of the page's first form to an address say.
func (p page) form(action string) url.Values {
	p.t.Helper()
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		p.t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "form" && attribute(n, "action") == action {
			form := url.Values{}
			for field := range n.Descendants() {
				if field.Data == "input" && attribute(field, "type") == "hidden" {
					form.Add(attribute(field, "name"), attribute(field, "value"))
				}
			}
			return form
		}
	}
	p.t.Fatalf("%s has no form to %s", p.path, action)
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// letter is a message to the owner of the mailbox.
func letter(from, subject, body string, ago time.Duration, fields ...string) []byte {
	header := append([]string{
		"From: " + from, "To: Ana <" + user + ">", "Subject: " + subject, "Date: " + time.Now().Add(-ago).Format(time.RFC1123Z),
		fmt.Sprintf("Message-ID: <%s@x>", strings.ReplaceAll(subject, " ", "-")),
	}, fields...)
	return []byte(strings.Join(header, "\r\n") + "\r\n\r\n" + strings.ReplaceAll(body, "\n", "\r\n") + "\r\n")
}

// deleteAtOnce makes the site delete on the server what it has collected.
func (h *house) deleteAtOnce() {
	h.t.Helper()
	everybody, err := h.site.People.People(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	box, done, err := h.site.Boxes.Get(h.t.Context(), string(everybody[0]))
	if err != nil {
		h.t.Fatal(err)
	}
	defer done()
	if err := box.SetPolicy(h.t.Context(), 1, cache.Policy{Rule: cache.DeleteAtOnce, SameSession: true}); err != nil {
		h.t.Fatal(err)
	}
}

// threeLetters are two conversations: one of two messages, one of one, newest last.
func (h *house) threeLetters() {
	h.mailbox.Deliver(letter("Bo Berg <bo@example.org>", "garden", "Shall we meet in the garden?", 3*time.Hour))
	h.mailbox.Deliver(letter("Cy <cy@example.net>", "bill", "The bill is attached.", 2*time.Hour, "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"))
	h.mailbox.Deliver(letter("Ana <"+user+">", "Re: garden", "Yes, at noon.", time.Hour, "In-Reply-To: <garden@x>"))
}
