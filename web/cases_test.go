package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/cmd/check/corpus"
	"restante/pop3client/pop3test"
	"restante/web"
)

// twoPeople is a site by HTTPS with two people, of whom each has mail, some of it hostile.
type twoPeople struct {
	*house
	t       *testing.T
	ana, bo *browser
	ids     []string // of Ana's messages
}

const (
	bo       = "bo@example.org"
	markup   = `<script>alert(1)</script>`
	backward = "\u202egnp.exe"
)

func newTwoPeople(t *testing.T) *twoPeople {
	t.Helper()
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Operators = web.Allowed{"operator@example.org"} })
	h.http.Close()
	h.http = httptest.NewTLSServer(h.site.Handler())
	h.mail.AddUser(bo, password).Deliver(letter("Di <di@example.org>", "to bo", "of his own", 17*time.Minute))
	h.threeLetters()
	h.mailbox.Deliver(letter(fmt.Sprintf("%q <evil@example.com>", markup), "hostile "+markup+backward, markup, 10*time.Minute, "X-Evil: "+markup))
	h.mailbox.Deliver(letter("Ev <evil@example.com>", "files", "--b\nContent-Type: application/zip; name=\"../../x\"\n\nPK\n--b\nContent-Type: application/zip; name=\"C:\\\\y\"\n\nPK\n--b--", 5*time.Minute,
		"MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"))
	p := &twoPeople{house: h, t: t, ana: h.guest(), bo: h.guest()}
	p.ana.signIn()
	p.ids = p.ana.awaitMail(4).rows()
	if answer := p.bo.try(bo, password); answer.path != "/inbox" {
		t.Fatal(answer.text())
	}
	p.bo.awaitMail(1)
	p.ana.awaitIdle()
	p.bo.awaitIdle()
	return p
}

// row is the id of Ana's message whose row says a text.
func (p *twoPeople) row(text string) string {
	p.t.Helper()
	body := p.ana.get("/inbox").body
	for _, m := range rowTag.FindAllStringSubmatch(body, -1) {
		if strings.Contains(m[0], text) {
			return m[1]
		}
	}
	p.t.Fatalf("no row says %q", text)
	return ""
}

// cases are what must hold of a site with sessions, by the ids of the corpus. What there is not here cannot be abused: of
// that it is shown that there is none.
func cases() map[string]func(*testing.T, *twoPeople) {
	none := func(paths ...string) func(*testing.T, *twoPeople) {
		return func(t *testing.T, p *twoPeople) {
			for _, path := range paths {
				if got := p.ana.get(path).status; got != 404 {
					t.Errorf("%s: %d", path, got)
				}
			}
		}
	}
	return map[string]func(*testing.T, *twoPeople){
		"csrf-post": foreignForms, "csrf-login": foreignSignIn, "csrf-logout": foreignSignOut, "session-fixation": plantedCookie, "cookie-flags": cookieFlags,
		"csp": policies, "cache": keptNowhere, "idor-message": anothersIDs, "host-header": foreignHost, "xff": spoofedAddress, "path-norm": oddPaths,
		"open-redirect": foreignNext, "method": oddMethods, "mass-assign": moreFields, "sqli": quotes, "log-inject": brokenLines, "secret-in-ui": passwordNowhere,
		"pw-hash": passwordHashed, "enumeration": unknownPeople, "2fa-replay": none("/2fa", "/totp"), "upload": none("/compose", "/upload"), "draft-restore": none("/drafts", "/compose"),
		"robots": nothingElse, "hsts": strictTransport, "download-all": safeNames, "print": shownAsText, "i18n-bidi": isolatedText, "prefs-xss": hostileNames, "addressbook": hostileSender,
	}
}

func TestSessionCasesOfTheCorpus(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(corpus.Dir(t), "security", "web-session-cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ ID, Check, Must string }
	if err := json.Unmarshal(content, &list); err != nil || len(list) == 0 {
		t.Fatalf("%d cases, %v", len(list), err)
	}
	known := cases()
	for _, c := range list {
		check, ok := known[c.ID]
		if !ok {
			t.Errorf("the case %s is not looked at: %s", c.ID, c.Check)
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			p := newTwoPeople(t)
			check(t, p)
			if t.Failed() {
				t.Logf("it must hold: %s", c.Must)
			}
		})
	}
}

func foreignForms(t *testing.T, p *twoPeople) {
	before := p.ana.get("/inbox").text()
	for _, path := range p.site.Forms() {
		path = strings.NewReplacer(":id", p.ids[0], ":token", "1").Replace(path)
		form := url.Values{"id": p.ids, "do": {"trash"}, "confirm": {user}, "on": {"1"}}
		for _, header := range []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.invalid", "Origin: null"} {
			if got := p.ana.post(path, form, header); got.status != 403 {
				t.Errorf("%s with %s: %d", path, header, got.status)
			}
		}
	}
	if after := p.ana.get("/inbox").text(); after != before {
		t.Errorf("the inbox was\n%s\nand is\n%s", before, after)
	}
}

func foreignSignIn(t *testing.T, p *twoPeople) {
	b, before := p.guest(), p.mail.Seen("PASS")
	got := b.post("/login", url.Values{"user": {user}, "password": {password}}, "Sec-Fetch-Site: cross-site")
	if got.status != 403 || len(got.header.Values("Set-Cookie")) > 0 || p.mail.Seen("PASS") != before {
		t.Errorf("%d, cookies %v, %d passwords were sent", got.status, got.header.Values("Set-Cookie"), p.mail.Seen("PASS")-before)
	}
}

func foreignSignOut(t *testing.T, p *twoPeople) {
	if got := p.ana.post("/logout", nil, "Origin: https://evil.invalid"); got.status != 403 {
		t.Errorf("a form: %d", got.status)
	}
	if got := p.ana.get("/logout"); got.status != 405 && got.status != 404 {
		t.Errorf("a link: %d", got.status)
	}
	p.ana.get("/inbox").says("garden")
}

func plantedCookie(t *testing.T, p *twoPeople) {
	b := p.guest()
	site, _ := url.Parse(b.base)
	planted := p.bo.http.Jar.Cookies(site) // of a session that an attacker has
	b.http.Jar.SetCookies(site, planted)
	b.signIn().saysNot("of his own")
	own := b.http.Jar.Cookies(site)
	if len(own) != 1 || own[0].Value == planted[0].Value {
		t.Errorf("before %v, after %v", planted, own)
	}
	b.post("/logout", nil)
	b.http.Jar.SetCookies(site, own)
	if got := b.get("/inbox"); !strings.HasPrefix(got.path, "/login") {
		t.Errorf("the cookie of a session that was left opens %s", got.path)
	}
}

func cookieFlags(t *testing.T, p *twoPeople) {
	b := p.guest()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, form := range []url.Values{{"user": {user}, "password": {password}}, {"user": {user}, "password": {password}, "shared": {"1"}}} {
		got := b.post("/login", form).header.Values("Set-Cookie")
		if len(got) != 1 || !strings.HasPrefix(got[0], "__Host-sid=") || !strings.Contains(got[0], "Secure") || !strings.Contains(got[0], "HttpOnly") ||
			!strings.Contains(got[0], "SameSite=") || strings.Contains(got[0], "SameSite=None") || strings.Contains(got[0], "Domain") {
			t.Errorf("the cookie is %q", got)
		}
	}
}

// pages are addresses of Ana's that show something.
func (p *twoPeople) pages() []string {
	list := []string{"/inbox", "/archive", "/trash", "/starred", "/search?q=garden", "/more", "/accounts", "/accounts/1", "/accounts/1/test?after=0", "/accounts/new", "/organise",
		"/settings/sessions", "/settings/stored", "/settings/erase", "/help/search", "/login", "/nowhere"}
	for _, id := range p.ids {
		list = append(list, "/m/"+id, "/t/"+id, "/m/"+id+"/headers", "/m/"+id+"/source", "/m/"+id+"/print", "/m/"+id+"/original", "/m/"+id+"/raw", "/m/"+id+"/parts.zip")
	}
	return list
}

func policies(t *testing.T, p *twoPeople) {
	for _, path := range p.pages() {
		got := p.ana.get(path)
		policy := got.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "script-src 'unsafe") {
			t.Errorf("%s: %s", path, policy)
		}
		if isPage := strings.Contains(got.body, "<main"); isPage && (!strings.Contains(policy, "base-uri 'none'") || !strings.Contains(policy, "form-action 'self'") && !strings.Contains(policy, "form-action 'none'")) {
			t.Errorf("%s: %s", path, policy)
		}
	}
}

func keptNowhere(t *testing.T, p *twoPeople) {
	for _, path := range p.pages() {
		if got := p.ana.get(path).header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: %q", path, got)
		}
	}
	p.ana.post("/logout", nil)
	for _, path := range p.pages() {
		p.ana.get(path).saysNot("noon", "evil@example.com")
	}
}

func anothersIDs(t *testing.T, p *twoPeople) {
	for _, id := range p.ids {
		for _, path := range []string{"/m/ID", "/t/ID", "/m/ID/headers", "/m/ID/source", "/m/ID/print", "/m/ID/original", "/m/ID/raw", "/m/ID/part/0", "/m/ID/parts.zip", "/label/ID"} {
			hers, nobodys := p.bo.get(strings.Replace(path, "ID", id, 1)), p.bo.get(strings.Replace(path, "ID", "4711", 1))
			if hers.status != nobodys.status || strings.ReplaceAll(hers.text(), id, "") != strings.ReplaceAll(nobodys.text(), "4711", "") {
				t.Errorf("%s: %d for hers, %d for nobody's", path, hers.status, nobodys.status)
			}
			hers.saysNot("noon", "evil@example.com")
		}
	}
}

func foreignHost(t *testing.T, p *twoPeople) {
	ask := func(host string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(http.MethodGet, "/inbox", nil), httptest.NewRecorder()
		r.Host = host
		p.site.Handler().ServeHTTP(w, r)
		return w
	}
	if w := ask("evil.invalid"); strings.Contains(w.Body.String()+w.Header().Get("Location"), "evil.invalid") {
		t.Errorf("it is reflected: %s %s", w.Header().Get("Location"), w.Body)
	}
	p.site.Front.Public = &url.URL{Scheme: "https", Host: "mail.example.org"}
	if w := ask("evil.invalid"); w.Code != http.StatusMisdirectedRequest || strings.Contains(w.Body.String(), "evil.invalid") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func spoofedAddress(t *testing.T, p *twoPeople) {
	for _, name := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded"} {
		p.ana.get("/inbox", name+": "+markup).saysNot(markup)
	}
	if strings.Contains(p.logged(), "script") {
		t.Errorf("the log has it:\n%s", p.logged())
	}
}

func oddPaths(t *testing.T, p *twoPeople) {
	for _, path := range []string{"/%69nbox", "/./inbox", "/x/../inbox", "/x/%2e%2e/inbox", "//evil.invalid/", "/inbox/", "/inbox;x", "/inbox%00", "/%2finbox", "/m/" + p.ids[0] + "/..%2fraw", "/assets/../inbox", "/assets/%2e%2e/inbox"} {
		r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
		u, err := url.ParseRequestURI("https://example.com" + path)
		if err != nil {
			continue // a browser cannot ask for it
		}
		r.URL = u
		p.site.Handler().ServeHTTP(w, r)
		if w.Code == 200 || strings.Contains(w.Body.String(), "garden") || strings.HasPrefix(w.Header().Get("Location"), "//") {
			t.Errorf("%s, signed out: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
}

func foreignNext(t *testing.T, p *twoPeople) {
	for _, next := range []string{"//evil.invalid", "https:evil.invalid", `/\evil.invalid`, "javascript:alert(1)", "https://evil.invalid/", "/\t/evil.invalid", `\\evil.invalid`, "/%09/evil.invalid", "evil.invalid"} {
		b := p.guest()
		got := b.post("/login", url.Values{"user": {user}, "password": {password}, "next": {next}})
		if got.path != "/inbox" && !strings.HasPrefix(got.path, "/%09/") {
			t.Errorf("%q leads to %s", next, got.path)
		}
		p.ana.post("/sync", url.Values{"back": {next}}).saysNot(`href="//evil`, `href="https:evil`)
	}
}

func oddMethods(t *testing.T, p *twoPeople) {
	for _, method := range []string{http.MethodTrace, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "PROPFIND"} {
		got := p.ana.send(method, "/inbox", nil)
		if told := method == http.MethodOptions && got.status == 204 && got.body == ""; !told && got.status < 400 || strings.Contains(got.body, "garden") {
			t.Errorf("%s: %d", method, got.status)
		}
	}
	if got := p.ana.send(http.MethodHead, "/inbox", nil); got.status != 200 || got.body != "" {
		t.Errorf("HEAD: %d and %d bytes", got.status, len(got.body))
	}
	p.ana.get("/logout", "X-HTTP-Method-Override: POST")
	p.ana.get("/messages?do=trash&id="+p.ids[0], "X-HTTP-Method: POST")
	if got := p.ana.get("/inbox").rows(); !slices.Equal(got, p.ids) {
		t.Errorf("the inbox has %v, and had %v", got, p.ids)
	}
}

func moreFields(t *testing.T, p *twoPeople) {
	people, err := p.site.People.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	more := url.Values{"user": {bo}, "password": {password}, "is_admin": {"1"}, "operator": {"1"}, "kind": {"kiosk"}, "account": {"1"}}
	for _, person := range people {
		more.Add("person", string(person))
		more.Add("user_id", string(person))
	}
	b := p.guest()
	b.post("/login", more).saysNot("garden")
	b.post("/accounts/1/intake", more)
	b.get("/inbox").saysNot("garden")
	if got := b.get("/admin/status").status; got != 404 {
		t.Errorf("the operator's page: %d", got)
	}
}

func quotes(t *testing.T, p *twoPeople) {
	for _, text := range []string{`'`, `"`, `)`, `' OR 1=1 --`, `"; DROP TABLE messages; --`, `NEAR(a b)`, `subject:*`, `^a`, `{x} : y`, `a AND`, `-`, `*`, `(`, "\x00", `%27`, `from:"' OR 'a'='a`, `rowid:1`, `label:'`} {
		q := url.QueryEscape(text)
		for _, path := range []string{"/search?q=" + q, "/search?sort=best&q=" + q, "/inbox?before=" + q, "/inbox?did=" + q, "/m/" + p.ids[0] + "?view=" + q, "/m/" + p.ids[0] + "?charset=" + q, "/label/" + url.PathEscape(text), "/m/" + url.PathEscape(text)} {
			if got := p.bo.get(path); got.status >= 500 || strings.Contains(got.body, "garden") || strings.Contains(got.body, "SQL") {
				t.Errorf("%s: %d", path, got.status)
			}
		}
		for _, path := range []string{"/rules", "/searches", "/messages", "/labels/1"} {
			if got := p.bo.post(path, url.Values{"q": {text}, "query": {text}, "name": {text}, "label": {text}, "do": {text}, "id": {text}, "colour": {"0"}}); got.status >= 500 {
				t.Errorf("%s with %q: %d", path, text, got.status)
			}
		}
	}
	p.ana.get("/inbox").says("garden", "bill")
}

func brokenLines(t *testing.T, p *twoPeople) {
	p.mail.SetFaults(pop3test.Fault{Command: "PASS", Action: pop3test.Err("no\x1b[31m\x07 level=ERROR msg=forged")}, pop3test.Fault{Command: "AUTH", Action: pop3test.Err("no\x1b[31m level=ERROR msg=forged")})
	p.guest().try("ana\r\ntime=now level=ERROR msg=forged\x1b[31m", "x")
	p.guest().try(user, "wrong")
	p.ana.get("/search?q=" + url.QueryEscape("a\r\ntime=now msg=forged"))
	for line := range strings.Lines(p.logged()) {
		if !strings.HasPrefix(line, "time=2") || strings.ContainsAny(line, "\x1b\x07\r") || strings.Contains(line, " msg=forged") {
			t.Errorf("the log has the line %q", line)
		}
	}
}

func passwordNowhere(t *testing.T, p *twoPeople) {
	for _, path := range append(p.pages(), "/accounts/1/password", "/settings/export.mbox") {
		p.ana.get(path).saysNot(password)
	}
}

func passwordHashed(t *testing.T, p *twoPeople) {
	people, err := p.site.People.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range people {
		enrolments, err := p.site.People.Enrolments(t.Context(), person)
		if err != nil {
			t.Fatal(err)
		}
		wrap, err := p.site.People.PasswordWrap(t.Context(), enrolments[0].ID, time.Now())
		if err != nil || bytes.Contains(wrap.Blob, []byte(password)) {
			t.Errorf("of %s: %v", person, err)
		}
	}
}

func unknownPeople(t *testing.T, p *twoPeople) {
	known, unknown := p.guest().try(user, "wrong"), p.guest().try("cy@example.org", "wrong")
	if known.status != unknown.status || strings.ReplaceAll(known.body, user, "") != strings.ReplaceAll(unknown.body, "cy@example.org", "") {
		t.Errorf("%d\n%s\n%d\n%s", known.status, known.text(), unknown.status, unknown.text())
	}
}

func nothingElse(t *testing.T, p *twoPeople) {
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/vars", "/.git/config", "/.env", "/server-status", "/actuator", "/api", "/admin", "/admin/status"} {
		if got := p.ana.get(path); got.status != 404 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	p.guest().get("/robots.txt").says("Disallow: /")
}

func strictTransport(t *testing.T, p *twoPeople) {
	site, _ := url.Parse(p.http.URL)
	p.site.Front.Public = site
	p.http.Close()
	p.http = httptest.NewTLSServer(p.site.Handler())
	p.site.Front.Public.Host = strings.TrimPrefix(p.http.URL, "https://")
	// A handler has the address that the site had when it was made.
	served := httptest.NewTLSServer(p.site.Handler())
	defer served.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, served.URL+"/login", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = p.site.Front.Public.Host
	res, err := served.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=31536000") {
		t.Errorf("%d: %q", res.StatusCode, got)
	}
}

func safeNames(t *testing.T, p *twoPeople) {
	got := p.ana.get("/m/" + p.row("files") + "/parts.zip")
	z, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
	if err != nil || len(z.File) != 2 {
		t.Fatalf("%d: %v", got.status, err)
	}
	for _, f := range z.File {
		if strings.ContainsAny(f.Name, `/\:`) || strings.HasPrefix(f.Name, ".") {
			t.Errorf("it has %q", f.Name)
		}
	}
}

func shownAsText(t *testing.T, p *twoPeople) {
	id := p.row("hostile")
	for _, path := range []string{"/print", "/source", "/headers", ""} {
		got := p.ana.get("/m/" + id + path)
		got.saysNot(markup)
		if !strings.Contains(got.text(), "alert(1)") {
			t.Errorf("%s does not show it", path)
		}
	}
	if got := p.ana.get("/m/" + id + "/raw").header; got.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(got.Get("Content-Disposition"), "attachment") {
		t.Errorf("the message itself comes as %s, %s", got.Get("Content-Type"), got.Get("Content-Disposition"))
	}
}

func isolatedText(t *testing.T, p *twoPeople) {
	for _, m := range rowTag.FindAllStringSubmatch(p.ana.get("/inbox").body, -1) {
		if !strings.Contains(m[0], "<bdi>") || !strings.Contains(m[0], `dir="auto"`) || strings.Contains(m[0], "\u202e") {
			t.Errorf("a row is %s", m[0])
		}
	}
}

func hostileNames(t *testing.T, p *twoPeople) {
	p.ana.post("/messages", url.Values{"do": {"label"}, "id": p.ids[:1], "name": {markup}, "give": {"1"}})
	p.ana.post("/searches", url.Values{"name": {markup}, "q": {markup}})
	p.ana.post("/rules", url.Values{"q": {markup}, "label": {markup}, "star": {"1"}})
	for _, path := range []string{"/organise", "/inbox", "/m/" + p.ids[0], "/search?q=" + url.QueryEscape(markup)} {
		p.ana.get(path).saysNot(markup)
	}
	p.ana.get("/organise").says("alert(1)")
}

func hostileSender(t *testing.T, p *twoPeople) {
	for _, path := range []string{"/inbox", "/search?q=from:evil", "/m/" + p.row("hostile")} {
		got := p.ana.get(path)
		got.saysNot(markup)
	}
}
