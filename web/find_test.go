package web_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"restante/pop3client"
	"restante/pop3client/discover"
	"restante/pop3client/pop3test"
	"restante/web"
)

// finding makes a site look for mail servers at a provider that publishes one for example.org, and nowhere else.
func finding(t *testing.T, server string) func(*web.Server) {
	t.Helper()
	cert, roots, err := pop3test.Certificate("autoconfig.example.org")
	if err != nil {
		t.Fatal(err)
	}
	provider := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "autoconfig.example.org" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, `<clientConfig><emailProvider><incomingServer type="pop3"><hostname>%s</hostname><port>995</port><socketType>SSL</socketType><username>%%EMAILLOCALPART%%</username></incomingServer></emailProvider></clientConfig>`, server)
	}))
	provider.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	provider.StartTLS()
	t.Cleanup(provider.Close)
	nowhere := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no route") }
	return func(s *web.Server) {
		s.Mail = nil
		s.Finder = &discover.Finder{
			HTTP: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				var d net.Dialer
				return d.DialContext(ctx, network, provider.Listener.Addr().String())
			}}},
			Resolver: &net.Resolver{PreferGo: true, Dial: nowhere}, List: "https://list.example/", Client: pop3client.Options{Dial: nowhere},
		}
	}
}

// Who does not know their mail server is shown what is found before the password goes anywhere.
func TestAMailServerIsFoundAndShownFirst(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, finding(t, "pop.example.org"))
	b := h.browser()
	login := b.get("/login")
	login.says("Leave it empty to have it looked for.")
	found := b.post("/login", url.Values{"user": {user}, "password": {password}, "server": {" "}, "next": {"/starred"}})
	found.says("Your mail provider names this mail server: pop.example.org. If that is right, give your password.")
	found.saysNot(password)
	for _, want := range []string{`value="pop.example.org"`, `value="ana"`, `value="/starred"`} {
		if !strings.Contains(found.body, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	if found.status != 200 || len(h.mail.Transcript()) > 0 {
		t.Errorf("%d; the mail server has heard %v", found.status, h.mail.Transcript())
	}
	if _, after, ok := strings.Cut(found.body, `id="password"`); !ok || !strings.Contains(after[:min(len(after), 300)], "autofocus") {
		t.Error("the password does not have the focus")
	}
}

func TestAMailServerThatIsNotFound(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, finding(t, "pop.example.org"))
	b := h.browser()
	p := b.post("/login", url.Values{"user": {"ana@nowhere.example"}, "password": {password}})
	p.says("No mail server was found for this address")
	p.saysNot(password)
	if p.status != 422 || !strings.Contains(p.body, `value="ana@nowhere.example"`) {
		t.Errorf("%d:\n%s", p.status, p.text())
	}
	b.post("/login", url.Values{"user": {"ana"}, "password": {password}}).says("mail server") // there is nothing to go by
	for range 30 {
		p = b.post("/login", url.Values{"user": {"ana@nowhere.example"}, "password": {password}})
	}
	p.says("very often from here")
}

// For another account, too.
func TestAMailServerIsFoundForAnotherAccount(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, finding(t, "pop.example.org"))
	b := h.browser()
	if p := b.post("/login", url.Values{"user": {user}, "password": {password}, "server": {"pop3+insecure://mail.example.org"}}); p.path != "/inbox" {
		t.Fatalf("signing in leads to %s:\n%s", p.path, p.text())
	}
	b.get("/accounts/new").says("Leave it empty to have it looked for.")
	found := b.post("/accounts/new", url.Values{"user": {"bo@example.org"}, "password": {"x"}})
	found.says("Your mail provider names this mail server: pop.example.org.")
	if !strings.Contains(found.body, `value="bo"`) {
		t.Errorf("the form is:\n%s", found.body)
	}
	b.post("/accounts/new", url.Values{"user": {"bo@nowhere.example"}, "password": {"x"}}).says("No mail server was found")
}
