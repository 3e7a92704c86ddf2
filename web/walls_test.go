package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

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
