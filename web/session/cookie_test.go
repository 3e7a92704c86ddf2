package session_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante/web/session"
)

func TestCookiesAreWhatTheirKindDemands(t *testing.T) {
	for _, c := range []struct {
		kind   session.Kind
		secure bool
		want   string
	}{
		{session.Private, true, "__Host-sid=T; Path=/; Max-Age=7776000; HttpOnly; Secure; SameSite=Lax"},
		{session.Private, false, "sid=T; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"},
		{session.Shared, true, "__Host-sid=T; Path=/; HttpOnly; Secure; SameSite=Strict"},
		{session.Kiosk, true, "__Host-sid=T; Path=/; HttpOnly; Secure; SameSite=Strict"},
	} {
		h := newHouse(t)
		start := h.start(c.kind)
		start.Secure = c.secure
		cookie, _, err := h.Begin(t.Context(), start)
		if err != nil {
			t.Fatal(err)
		}
		if len(cookie.Value) != 43 {
			t.Errorf("%s: the value has %d characters", c.kind, len(cookie.Value))
		}
		cookie.Value = "T"
		if got := cookie.String(); got != c.want {
			t.Errorf("%s, HTTPS %v:\n got %s\nwant %s", c.kind, c.secure, got, c.want)
		}
	}
}

func TestClearingNamesEveryCookie(t *testing.T) {
	var got []string
	for _, c := range session.Clear() {
		got = append(got, c.String())
	}
	want := []string{
		"__Host-turn=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
		"__Host-contrast=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
		"__Host-sid=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
		"turn=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict",
		"contrast=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict",
		"sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A browser's way through a real server, by HTTPS and without.
func TestABrowserSignsInReadsAndSignsOut(t *testing.T) {
	for name, start := range map[string]func(http.Handler) *httptest.Server{"HTTPS": httptest.NewTLSServer, "HTTP": httptest.NewServer} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			mux := http.NewServeMux()
			mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
				start := h.start(session.Private)
				start.Secure = r.TLS != nil
				cookie, _, err := h.Begin(r.Context(), start)
				if err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
					return
				}
				http.SetCookie(w, cookie)
			})
			mux.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) {
				if _, err := h.End(r.Context(), r); err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
					return
				}
				for _, c := range session.Clear() {
					http.SetCookie(w, c)
				}
			})
			mux.HandleFunc("GET /inbox", func(w http.ResponseWriter, r *http.Request) {
				s, err := h.Open(r.Context(), r)
				if err != nil || !s.Key.Equal(h.key) {
					http.Error(w, "sign in", http.StatusForbidden)
				}
			})
			server := start(mux)
			t.Cleanup(server.Close)
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			client := server.Client()
			client.Jar = jar
			for i, step := range []struct {
				method, path string
				want         int
				cookies      int
			}{
				{"GET", "/inbox", 403, 0}, {"POST", "/login", 200, 1}, {"GET", "/inbox", 200, 1}, {"POST", "/logout", 200, 0}, {"GET", "/inbox", 403, 0},
			} {
				r, err := http.NewRequestWithContext(t.Context(), step.method, server.URL+step.path, nil)
				if err != nil {
					t.Fatal(err)
				}
				resp, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if got := len(jar.Cookies(r.URL)); resp.StatusCode != step.want || got != step.cookies {
					t.Errorf("step %d, %s %s: %d with %d cookies, want %d with %d", i, step.method, step.path, resp.StatusCode, got, step.want, step.cookies)
				}
			}
		})
	}
}
