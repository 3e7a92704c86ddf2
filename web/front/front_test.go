package front

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func proxies(t testing.TB, texts ...string) []netip.Prefix {
	t.Helper()
	list, err := ParseProxies(texts)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The forms in which nginx, Caddy, Traefik and HAProxy write what they forward, and what somebody writes who is no proxy.
func TestWhoSentARequest(t *testing.T) {
	for name, c := range map[string]struct {
		peer   string
		header map[string]string
		tls    bool
		want   string // address
		secure bool
		host   string
	}{
		"no proxy":                   {peer: "203.0.113.9:5000", want: "203.0.113.9", host: "asked.example"},
		"no proxy, HTTPS":            {peer: "203.0.113.9:5000", tls: true, want: "203.0.113.9", secure: true, host: "asked.example"},
		"IPv4 within IPv6":           {peer: "[::ffff:203.0.113.9]:5000", want: "203.0.113.9", host: "asked.example"},
		"somebody who is no proxy":   {peer: "203.0.113.9:5000", header: map[string]string{"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}, want: "203.0.113.9", host: "asked.example"},
		"nginx":                      {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}, want: "203.0.113.9", secure: true, host: "asked.example"},
		"Caddy":                      {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "mail.example.org"}, want: "203.0.113.9", secure: true, host: "mail.example.org"},
		"Traefik":                    {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "mail.example.org", "X-Forwarded-Port": "443", "X-Forwarded-Server": "t", "X-Real-Ip": "203.0.113.9"}, want: "203.0.113.9", secure: true, host: "mail.example.org"},
		"HAProxy":                    {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}, want: "203.0.113.9", secure: true, host: "asked.example"},
		"a proxy that speaks HTTP":   {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}, want: "203.0.113.9", host: "asked.example"},
		"two proxies":                {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "203.0.113.9, 172.18.0.7", "X-Forwarded-Proto": "http, https"}, want: "203.0.113.9", secure: true, host: "asked.example"},
		"what the browser claims":    {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "10.1.1.1, 203.0.113.9"}, want: "203.0.113.9", host: "asked.example"},
		"it claims to be a proxy":    {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "198.51.100.1, 172.18.0.7, 203.0.113.9"}, want: "203.0.113.9", host: "asked.example"},
		"with ports, and in IPv6":    {peer: "[fd00::2]:5000", header: map[string]string{"X-Forwarded-For": "[2001:db8::9]:4711"}, want: "2001:db8::9", host: "asked.example"},
		"nonsense":                   {peer: "172.18.0.2:5000", header: map[string]string{"X-Forwarded-For": "unknown, <script>"}, want: "172.18.0.2", host: "asked.example"},
		"by a socket":                {peer: "@", header: map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}, want: "203.0.113.9", secure: true, host: "asked.example"},
		"by a socket, without words": {peer: "", want: "invalid IP", host: "asked.example"},
	} {
		t.Run(name, func(t *testing.T) {
			f := Front{Trusted: proxies(t, "172.18.0.0/16", "fd00::2")}
			r := httptest.NewRequest("GET", "http://asked.example/inbox", nil)
			r.RemoteAddr, r.TLS = c.peer, nil
			if c.tls {
				r.TLS = new(tls.ConnectionState)
			}
			for name, value := range c.header {
				r.Header.Set(name, value)
			}
			v := f.Visitor(r)
			if v.Addr.String() != c.want || v.Secure != c.secure || v.Host != c.host {
				t.Errorf("%+v, want %s, secure %v, host %s", v, c.want, c.secure, c.host)
			}
		})
	}
}

// A list without end costs no more than a short one.
func TestOnlySoManyHopsAreRead(t *testing.T) {
	f := Front{Trusted: proxies(t, "0.0.0.0/0")}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:1"
	r.Header.Set("X-Forwarded-For", "203.0.113.9"+strings.Repeat(", 10.0.0.2", 2*maxHops))
	if v := f.Visitor(r); v.Addr.String() != "10.0.0.2" {
		t.Errorf("%v, want the last that was looked at", v.Addr)
	}
}

func TestTheSiteAsItIsReached(t *testing.T) {
	at := func(public, base string) Front {
		f := Front{Base: base}
		if public != "" {
			var err error
			if f.Public, _, err = ParsePublic(public); err != nil {
				t.Fatal(err)
			}
		}
		return f
	}
	for _, c := range []struct {
		front      Front
		asked      string
		status     int
		path       string // that the site sees
		secure     bool
		remembered bool // HSTS
	}{
		{at("", ""), "http://any.example/inbox", 200, "/inbox", false, false},
		{at("http://mail.example.org", ""), "http://mail.example.org/inbox", 200, "/inbox", false, false},
		{at("https://mail.example.org", ""), "http://MAIL.example.org/inbox", 200, "/inbox", true, true},
		{at("https://mail.example.org", ""), "http://mail.example.org:443/inbox", 200, "/inbox", true, true},
		{at("https://mail.example.org:8443", ""), "http://mail.example.org:8443/inbox", 200, "/inbox", true, true},
		{at("https://mail.example.org", ""), "http://rebound.example/inbox", 421, "", false, false},
		{at("https://mail.example.org", ""), "http://mail.example.org.evil.example/inbox", 421, "", false, false},
		{at("https://mail.example.org", ""), "http://127.0.0.1:8080/healthz", 200, "/healthz", true, true},
		{at("", "/mail"), "http://x/mail/inbox", 200, "/inbox", false, false},
		{at("", "/mail"), "http://x/inbox", 200, "/inbox", false, false}, // the proxy took it off
		{at("", "/mail"), "http://x/mail", 200, "/", false, false},
		{at("", "/mail"), "http://x/mail/", 200, "/", false, false},
		{at("", "/mail"), "http://x/mailing", 200, "/mailing", false, false},
		{at("", "/mail"), "http://x/mail/m/a%2Fb", 200, "/m/a/b", false, false},
	} {
		var seen *http.Request
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", c.asked, nil)
		c.front.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r })).ServeHTTP(w, r)
		if w.Code != c.status || (seen == nil) != (c.path == "") {
			t.Errorf("%s: %d, seen %v", c.asked, w.Code, seen != nil)
			continue
		}
		if seen == nil {
			continue
		}
		if seen.URL.Path != c.path || From(seen.Context()).Secure != c.secure || (w.Header().Get("Strict-Transport-Security") != "") != c.remembered {
			t.Errorf("%s: path %s, secure %v, header %v", c.asked, seen.URL.Path, From(seen.Context()).Secure, w.Header())
		}
	}
}

func TestHowTheSiteIsReachedIsReadOrRefused(t *testing.T) {
	for text, want := range map[string]string{
		"https://Mail.example.org": "https://mail.example.org ", "https://example.org/mail/": "https://example.org /mail", "http://127.0.0.1:8080": "http://127.0.0.1:8080 ",
		"mail.example.org": "", "ftp://example.org": "", "https://": "", "https://a:b@example.org": "", "https://example.org?x": "", "https://example.org/a/../b": "", "https://exa mple.org": "",
	} {
		u, base, err := ParsePublic(text)
		if got := strings.TrimPrefix(asText(u)+" "+base, " "); err == nil && got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{"": "", "/": "", "/mail": "/mail", "/a/mail/": "/a/mail"} {
		if got, err := ParseBase(text); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"mail", "//mail", "/a/../b", "/mail?x", "/mail#x", "/ä", "/a b", `/a\b`} {
		if got, err := ParseBase(text); err == nil {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
	if _, err := ParseProxies([]string{"10.0.0.5", "proxy.example"}); err == nil {
		t.Error("a name is taken for the address of a proxy")
	}
}

func asText(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// Whatever is forwarded, the address found is that of the peer or one that a proxy named, and is no proxy unless all are.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"203.0.113.9", "1.2.3.4, 172.18.0.7", "[2001:db8::9]:1,::1", ",,", "fe80::1%eth0", "::ffff:1.2.3.4"} {
		f.Add(seed)
	}
	front := Front{Trusted: proxies(f, "172.18.0.0/16")}
	f.Fuzz(func(t *testing.T, text string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "172.18.0.2:5000"
		r.Header["X-Forwarded-For"] = []string{text}
		found := front.Visitor(r).Addr
		if !found.IsValid() {
			t.Fatalf("%q: no address", text)
		}
		hops := strings.Split(text, ",")
		for n := range min(len(hops), maxHops) {
			a, err := parseHop(strings.TrimSpace(hops[len(hops)-1-n]))
			if err != nil {
				break
			}
			if !front.trusts(a) {
				if found != a {
					t.Errorf("%q: %v, want %v, the first that is no proxy", text, found, a)
				}
				return
			}
		}
		if !front.trusts(found) {
			t.Errorf("%q: %v, which no proxy named", text, found)
		}
	})
}
