package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/oauth2-proxy/mockoidc"

	"restante/cache/vault"
	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/front"
)

// byProxy makes a site believe the proxy of the tests, which names people.
func byProxy(key vault.Key) func(*web.Server) {
	return func(s *web.Server) {
		s.AuthHeader, s.InstanceKey, s.Fleet.Absent = "Remote-User", key, true
		s.Front = front.Front{Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	}
}

const anaHere, boHere = "Remote-User: Ana", "Remote-User: bo"

// Whom a trusted proxy names is in, with a file of their own, beneath which mail accounts hang; also after a restart.
func TestWhomATrustedProxyNamesIsIn(t *testing.T) {
	key, dir := vault.NewKey(), t.TempDir()
	h, addr := newHouseIn(t, dir, byProxy(key))
	h.threeLetters()
	b := h.browser()
	p := b.get("/starred", anaHere)
	if p.path != "/starred" || p.status != 200 {
		t.Fatalf("it leads to %s (%d):\n%s", p.path, p.status, p.text())
	}
	b.get("/inbox", anaHere).says("No mail account yet", "Ana")
	b.get("/settings/stored", anaHere).saysNot("/settings/absent")
	if p := b.post("/accounts/new", url.Values{"user": {user}, "password": {password}}, anaHere); p.status != 200 {
		t.Fatalf("adding an account: %d\n%s", p.status, p.text())
	}
	h.awaitHere(3)
	h.stop()
	h.open(dir, addr, byProxy(key))
	h.browser().get("/inbox", "Remote-User: ANA").says("garden", "bill") // the same person, in another browser
}

// Who signs out at the proxy is signed out here, and who comes after sees their own.
func TestTheProxysWordCountsAtEachRequest(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, byProxy(vault.NewKey()))
	h.threeLetters()
	b := h.browser()
	b.get("/inbox", anaHere)
	b.post("/accounts/new", url.Values{"user": {user}, "password": {password}}, anaHere)
	h.awaitHere(3)
	if p := b.get("/inbox"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("when nobody is named any more: %s", p.path)
	}
	p := b.get("/inbox", boHere)
	p.says("No mail account yet", "bo")
	p.saysNot("garden")
	b.get("/inbox", anaHere).says("garden")
	for name, lines := range map[string][]string{
		"two names": nil, "a control character": {"Remote-User: a\tb"}, "a long one": {"Remote-User: " + strings.Repeat("x", 400)},
	} {
		c := h.browser()
		if name == "two names" {
			r := httptest.NewRequest(http.MethodGet, "/inbox", nil)
			r.RemoteAddr = "127.0.0.1:1"
			r.Header["Remote-User"] = []string{"ana", "bo"}
			w := httptest.NewRecorder()
			h.site.Handler().ServeHTTP(w, r)
			if w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/login") {
				t.Errorf("%s: %d %s", name, w.Code, w.Header().Get("Location"))
			}
			continue
		}
		if p := c.get("/inbox", lines...); p.status != 403 {
			t.Errorf("%s: %d %s", name, p.status, p.path)
		}
	}
}

// Nobody names themselves: the field counts from a trusted proxy alone, and --allow-user goes by it.
func TestTheFieldOfAStrangerCountsForNothing(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		byProxy(vault.NewKey())(s)
		s.Front.Trusted = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	})
	if p := h.browser().get("/inbox", anaHere); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("it leads to %s", p.path)
	}
	if people, err := h.site.People.People(t.Context()); err != nil || len(people) > 0 {
		t.Errorf("there are %v, %v", people, err)
	}
	h = newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		byProxy(vault.NewKey())(s)
		s.Allow = web.Allowed{"bo"}
	})
	p := h.browser().get("/inbox", anaHere)
	p.says("This name may not sign in here.")
	if p.status != 403 {
		t.Errorf("%d", p.status)
	}
	h.browser().get("/inbox", boHere).says("No mail account yet")
}

// byProvider makes a site that is reached by HTTPS, with an OpenID provider that vouches for people.
func byProvider(t *testing.T) (*house, *mockoidc.MockOIDC, *browser) {
	t.Helper()
	provider, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = provider.Shutdown() })
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		s.InstanceKey, s.Fleet.Absent = vault.NewKey(), true
		s.OIDC = &web.OIDC{Issuer: provider.Issuer(), ClientID: provider.ClientID, ClientSecret: provider.ClientSecret, Name: "Example ID", HTTP: http.DefaultClient}
	})
	h.http.Close()
	h.http = httptest.NewTLSServer(h.site.Handler())
	h.site.OIDC.Redirect = web.RedirectOf(h.http.URL)
	return h, provider, h.guest()
}

func somebody(subject, email string, verified bool) *mockoidc.MockUser {
	return &mockoidc.MockUser{Subject: subject, Email: email, EmailVerified: verified, PreferredUsername: "nick of " + subject}
}

// By the word of an OpenID provider people are in: known by the subject, called by their verified address.
func TestAnOpenIDProviderVouchesForPeople(t *testing.T) {
	h, provider, b := byProvider(t)
	h.threeLetters()
	b.get("/login?next=/starred").says("Sign in with Example ID", "Or with the user name and password of a mailbox:")
	provider.QueueUser(somebody("s-1", "ana@id.example", true))
	p := b.get("/oidc/start?next=/starred")
	if p.path != "/starred" || p.status != 200 {
		t.Fatalf("it leads to %s (%d):\n%s", p.path, p.status, p.text())
	}
	p.says("ana@id.example")
	if p := b.post("/accounts/new", url.Values{"user": {user}, "password": {password}}); p.status != 200 {
		t.Fatalf("adding an account: %d\n%s", p.status, p.text())
	}
	b.awaitMail(2)
	b.post("/logout", nil)
	provider.QueueUser(somebody("s-1", "ana.new@id.example", true))
	again := b.get("/oidc/start")
	again.says("garden", "ana.new@id.example")
	other := h.guest()
	provider.QueueUser(somebody("s-2", "ana@id.example", false)) // calls herself so
	p = other.get("/oidc/start")
	p.says("No mail account yet", "nick of s-2")
	p.saysNot("garden")
}

// What a provider does not say, or says to another browser, or twice, lets nobody in.
func TestWhatLetsNobodyInByAProvider(t *testing.T) {
	h, provider, b := byProvider(t)
	start := func(b *browser) (state, code string) {
		t.Helper()
		b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if r.URL.Path == "/oidc/callback" {
				state, code = r.URL.Query().Get("state"), r.URL.Query().Get("code")
				return http.ErrUseLastResponse
			}
			return nil
		}
		defer func() { b.http.CheckRedirect = nil }()
		provider.QueueUser(somebody("s-1", "ana@id.example", true))
		b.get("/oidc/start")
		return state, code
	}
	refused := func(what string, p page, status int) {
		t.Helper()
		if p.status != status || p.path == "/inbox" {
			t.Errorf("%s: %d %s\n%s", what, p.status, p.path, p.text())
		}
	}
	refused("without a beginning", b.get("/oidc/callback?state=x&code=y"), 400)
	state, code := start(b)
	thief := h.guest()
	refused("in another browser", thief.get("/oidc/callback?state="+state+"&code="+code), 400)
	start(thief)
	refused("the code of another", thief.get("/oidc/callback?state="+state+"&code="+code), 400)
	state, _ = start(b)
	refused("with another code", b.get("/oidc/callback?state="+state+"&code=guess"), 502)
	state, _ = start(b)
	refused("when the provider refuses", b.get("/oidc/callback?state="+state+"&error=access_denied"), 502)
	state, code = start(b)
	refused("with another state", b.get("/oidc/callback?state="+state+"x&code="+code), 400)
	refused("with a state that was used", b.get("/oidc/callback?state="+state+"&code="+code), 400)
	h.site.Allow = web.Allowed{"bo@id.example"}
	provider.QueueUser(somebody("s-1", "ana@id.example", true))
	refused("who is not on the list", b.get("/oidc/start"), 403)
	h.site.Allow = nil
	provider.QueueUser(somebody("s-1", "ana@id.example", true))
	if p := b.get("/oidc/start"); p.path != "/inbox" {
		t.Errorf("after all that: %s\n%s", p.path, p.text())
	}
	site, _ := url.Parse(b.base)
	for _, c := range b.http.Jar.Cookies(site) {
		if c.Name != "__Host-sid" {
			t.Errorf("the browser keeps %s", c.Name)
		}
	}
}

// A provider that does not answer keeps nobody from a mailbox's own way in.
func TestAProviderThatIsDown(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		s.InstanceKey = vault.NewKey()
		s.OIDC = &web.OIDC{Issuer: "http://127.0.0.1:1", ClientID: "x", HTTP: http.DefaultClient}
	})
	b := h.browser()
	b.get("/login").says("Sign in with 127.0.0.1:1")
	p := b.get("/oidc/start")
	p.says("The provider has not let you in, or did not answer.")
	if p.status != 502 {
		t.Errorf("%d", p.status)
	}
	b.signIn()
}
