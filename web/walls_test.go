package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	login := b.get("/login")
	b.signIn()
	id := b.awaitMail(2).rows()[0]
	answers := map[string]page{"/login": login}
	for _, path := range []string{"/inbox", "/m/" + id, "/m/" + id + "/raw", "/search?q=x", "/nowhere", "/m/999", "/m/x", "/help/search", "/healthz", "/more"} {
		answers[path] = b.get(path)
	}
	answers["POST /nowhere"] = b.post("/nowhere", url.Values{})
	answers["a form too large"] = b.post("/messages", url.Values{"x": {strings.Repeat("x", 1<<20)}})
	for path, p := range answers {
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex",
			"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := p.header.Get(name); got != want {
				t.Errorf("%s (%d): %s is %q, want %q", path, p.status, name, got, want)
			}
		}
		csp := p.header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	asset := b.get(strings.Split(strings.Split(login.body, `rel="stylesheet" href="`)[1], `"`)[0])
	if got := asset.header.Get("Cache-Control"); asset.status != 200 || !strings.Contains(got, "immutable") {
		t.Errorf("the style sheet answers %d with Cache-Control %q", asset.status, got)
	}
}

func TestErrorsAreAdviceWithTheRightStatus(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	id := b.awaitMail(2).rows()[0]
	for _, test := range []struct {
		answer page
		status int
	}{
		{b.get("/nowhere"), 404},
		{b.get("/m/1"), 404},
		{b.get("/m/0" + id), 404},
		{b.get("/m/" + id + "?before=x"), 200},
		{b.get("/inbox?before=x"), 404},
		{b.get("/accounts/7/sync"), 404},
		{b.post("/inbox", url.Values{}), 405},
		{b.post("/messages", url.Values{"do": {"explode"}, "id": {id}}), 400},
		{b.post("/messages", url.Values{"do": {"star"}, "id": {"x"}}), 400},
		{b.post("/undo/x", url.Values{}), 404},
		{b.post("/messages", url.Values{"x": {strings.Repeat("x", 1<<20)}}), 413},
	} {
		if test.answer.status != test.status {
			t.Errorf("%s answers %d, want %d", test.answer.path, test.answer.status, test.status)
		}
		if !strings.Contains(test.answer.body, `href="/archive"`) && test.answer.path != "/nowhere" && test.status != 405 && test.status != 413 {
			t.Errorf("%s (%d) has no navigation", test.answer.path, test.status)
		}
		if !strings.Contains(test.answer.body, "<h1>") && !strings.Contains(test.answer.body, "<h1 ") {
			t.Errorf("%s has no page: %q", test.answer.path, test.answer.body)
		}
	}
}

func TestNoOtherSiteActsInAPersonsName(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	id := b.awaitMail(2).rows()[0]
	forms := map[string]url.Values{
		"/messages": {"do": {"trash"}, "id": {id}}, "/m/" + id + "/star": {"star": {"1"}}, "/logout": {}, "/sync": {},
		"/login": {"user": {user}, "password": {password}}, "/undo/1": {},
	}
	for path, form := range forms {
		for _, header := range []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example", "Origin: null"} {
			if p := b.post(path, form, header); p.status != 403 {
				t.Errorf("%s with %s answers %d, want 403", path, header, p.status)
			}
		}
	}
	if got := b.get("/inbox").rows(); len(got) != 2 {
		t.Errorf("%d rows are left in the inbox, want 2", len(got))
	}
}

func TestAFormLeadsNowhereElse(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p := b.post("/login", url.Values{"user": {user}, "password": {password}, "next": {"//evil.example/"}})
	for _, back := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "/\n/evil.example", "evil", "javascript:alert(1)", "/\t/evil.example"} {
		p = b.post("/sync", url.Values{"back": {back}})
		if got := p.header.Get("Location"); got != "/inbox" {
			t.Errorf("back=%q leads to %q", back, got)
		}
	}
	if p := b.post("/sync", url.Values{"back": {"/search?q=a&before=5"}}); p.header.Get("Location") != "/search?q=a&before=5" {
		t.Errorf("a path of ours became %q", p.header.Get("Location"))
	}
}

func TestWhoIsNotSignedInGoesToTheSignInPageAndThenBack(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	p := b.get("/search?q=garden")
	if !strings.HasPrefix(p.path, "/login") {
		t.Fatalf("a search without a session is at %s", p.path)
	}
	for _, path := range []string{"/m/1", "/m/1/raw", "/t/1", "/more", "/accounts/1/sync"} {
		if p := b.get(path); !strings.HasPrefix(p.path, "/login") {
			t.Errorf("%s without a session is at %s", path, p.path)
		}
	}
	if p := b.post("/messages", url.Values{"do": {"trash"}, "id": {"1"}}); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("a form without a session leads to %s", p.path)
	}
	p = b.post("/login", url.Values{"user": {user}, "password": {password}, "next": {"/search?q=garden"}})
	if p.path != "/search?q=garden" {
		t.Errorf("after signing in: %s", p.path)
	}
}

func TestNothingForeignBecomesMarkup(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	const evil = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>`
	h.mailbox.Deliver(letter(`"`+strings.ReplaceAll(evil, `"`, `\"`)+`" <eve@example.org>`, evil, evil, 0))
	h.mailbox.Deliver(letter("eve@example.org", "html", `<body onload=alert(1)><script>alert(2)</script><img src="https://evil.example/x.gif" width=1 height=1>`+
		`<a href="javascript:alert(3)">click</a><form action="https://evil.example"><input name=q></form><style>@import "https://evil.example/x.css"</style>MARKER</body>`, 0,
		"MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8"))
	b := h.browser()
	b.signIn()
	pages := []page{b.awaitMail(2), b.get("/search?q=" + url.QueryEscape(evil)), b.get("/search?q=marker")}
	for _, id := range pages[0].rows() {
		pages = append(pages, b.get("/m/"+id), b.get("/m/"+id+"?view=text"), b.get("/t/"+id))
	}
	for _, p := range pages {
		p.saysNot("<img", "<script", "evil.example/", "javascript:", "<style", "onload=alert", "<input name=q")
	}
	pages[2].says("MARKER")
}

// What stands in an address comes back in the page, so its length beside what is secret must tell nothing (BREACH).
func TestNoPageIsCompressedWhoseAddressAStrangerMayHaveWritten(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	id := b.awaitMail(2).rows()[0]
	for path, zipped := range map[string]bool{
		"/inbox": true, "/m/" + id: true, "/inbox?before=999999999999999&did=5": true, "/search?q=guess": false, "/inbox?guess": false, "/inbox?before=1&x=guess": false,
		"/m/" + id + "?from=/search?q=guess": false, "/m/" + id + "/raw": false,
	} {
		p := b.get(path, "Accept-Encoding: gzip")
		if got := p.header.Get("Content-Encoding") == "gzip"; got != zipped {
			t.Errorf("%s: compressed %v, want %v", path, got, zipped)
		}
	}
}

func TestAVeryLongSearchMakesNoVeryLongPage(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	for i := range 20 {
		h.mailbox.Deliver(letter("bo@example.org", "garden "+string(rune('a'+i)), "x", time.Duration(i)*time.Hour))
	}
	b := h.browser()
	b.signIn()
	b.awaitMail(20)
	q := strings.Repeat("garden+", 2000)
	if p := b.get("/search?q=" + q); p.status != 200 || len(p.rows()) != 20 || len(p.body) > 10*len(q) {
		t.Errorf("a search of %d bytes answers %d with %d rows in %d bytes", len(q), p.status, len(p.rows()), len(p.body))
	}
	if p := h.browser().get("/search?q=" + q); p.path != "/login" {
		t.Errorf("without a session it leads to %d bytes of address", len(p.path))
	}
}

func TestTheHostOfARequestComesBackNowhere(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, path := range []string{"/", "/inbox", "/login", "/nowhere", "/bye"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "evil.example"
		res, err := b.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var answer strings.Builder
		if err := res.Write(&answer); err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if strings.Contains(answer.String(), "evil.example") {
			t.Errorf("%s says where it was asked:\n%s", path, answer.String())
		}
	}
}

func TestNoParameterBreaksAPage(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	id := b.awaitMail(2).rows()[0]
	for _, evil := range []string{`'`, `"`, `)`, `--`, `;`, `" OR "`, `NEAR(a b)`, `*`, `subject:"`, `a AND`, `{`, "\x00", "\xff\xfe", `-`, `before:`, `^a`, `+`, `%`, `0x1`, `-1`, `9223372036854775808`} {
		e := url.QueryEscape(evil)
		for path, want := range map[string]int{
			"/search?q=" + e: 200, "/inbox?before=" + e: 404, "/inbox?did=" + e: 200, "/m/" + id + "?view=" + e: 200, "/m/" + id + "?from=" + e: 200,
			"/m/" + url.PathEscape(evil): 404, "/t/" + url.PathEscape(evil): 404, "/search?q=a&after=" + e: 404, "/login?next=" + e: 200,
		} {
			if p := b.get(path); p.status != want {
				t.Errorf("%s answers %d, want %d", path, p.status, want)
			}
		}
	}
}

func TestAPageThatIsNotThereIsNotCalledAMessage(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.signIn()
	b.get("/m/1").says("This message is not here any more")
	for _, path := range []string{"/nowhere", "/inbox?before=x", "/accounts/9/sync", "/inbox/", "//inbox", "/%69nbox", "/debug/pprof/", "/metrics"} {
		if p := b.get(path); p.status != 404 || !strings.Contains(p.text(), "This page does not exist") {
			t.Errorf("%s answers %d: %s", path, p.status, p.text())
		}
	}
}

func TestWhatIsNotReadyTriesAgainByItself(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.signIn()
	if err := h.site.Boxes.Close(); err != nil {
		t.Fatal(err)
	}
	p := b.get("/inbox")
	if p.status != 503 || p.header.Get("Refresh") != "15" {
		t.Errorf("the inbox answers %d and loads again after %q seconds", p.status, p.header.Get("Refresh"))
	}
	if p := b.post("/sync", nil); p.status != 503 || p.header.Get("Refresh") != "" {
		t.Errorf("a form answers %d and is sent again after %q seconds", p.status, p.header.Get("Refresh"))
	}
}

// A hundred long answers are a page that can be shown.
func TestALongConversationIsNotShownWhole(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	text := strings.Repeat("A sentence of fifty bytes is repeated many times.\n", 24000) // more than a megabyte
	for i := range 5 {
		h.mailbox.Deliver(letter("bo@example.org", "Re: long"+strings.Repeat(" ", i), "<p>"+text, time.Duration(6-i)*time.Hour,
			"References: <long@x>", "MIME-Version: 1.0", "Content-Type: text/html"))
	}
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	top := b.get("/inbox").rows()[0]
	p := b.get("/t/" + top)
	if p.status != 200 || len(p.body) > 6<<20 {
		t.Errorf("the conversation answers %d with %d bytes", p.status, len(p.body))
	}
	p.says("too long to be shown whole", "Open this message")
	if m := b.get("/m/" + top); len(m.body) < 1<<20 {
		t.Errorf("alone, the message has %d bytes", len(m.body))
	}
}
