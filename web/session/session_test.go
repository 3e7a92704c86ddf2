package session_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante/cache/registry"
	"restante/cache/vault"
	"restante/web/session"
)

// clock is a time that tests set.
type clock struct{ now time.Time }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

var noon = time.Date(2026, 11, 26, 12, 0, 0, 700, time.UTC)

// house is a registry in which anna has a mailbox, and its keeper.
type house struct {
	*session.Keeper
	clock     *clock
	enrolment registry.Enrolment
	key       vault.Key
}

func newHouse(t *testing.T) house {
	t.Helper()
	return houseIn(t, openRegistry(t, t.TempDir()))
}

func houseIn(t *testing.T, r *registry.Registry) house {
	t.Helper()
	person, err := r.AddPerson(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	enrolment, err := r.Enrol(t.Context(), registry.Enrolment{
		Mailbox: registry.Mailbox{Server: "pop3s://mail.example.org", User: "anna"},
		Person:  person, Account: 7, SignsIn: true, Made: noon,
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{noon}
	return house{&session.Keeper{Registry: r, Now: func() time.Time { return c.now }}, c, enrolment, vault.NewKey()}
}

func openRegistry(t *testing.T, dir string) *registry.Registry {
	t.Helper()
	r, err := registry.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func (h house) start(kind session.Kind) session.Start {
	return session.Start{Enrolment: h.enrolment, Key: h.key, Kind: kind, Secure: true, Agent: "Firefox"}
}

func (h house) begin(t *testing.T, kind session.Kind) (*http.Cookie, session.Session) {
	t.Helper()
	cookie, s, err := h.Begin(t.Context(), h.start(kind))
	if err != nil {
		t.Fatal(err)
	}
	return cookie, s
}

// request is one by HTTPS that carries the cookies.
func request(cookies ...*http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "https://restante.example/inbox", nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return r
}

// plain is the same by HTTP.
func plain(cookies ...*http.Cookie) *http.Request {
	r := request(cookies...)
	r.TLS = nil
	return r
}

func TestASessionOpensWithItsCookie(t *testing.T) {
	h := newHouse(t)
	cookie, begun := h.begin(t, session.Private)
	want := session.Session{
		ID: begun.ID, Person: h.enrolment.Person, Mailbox: h.enrolment.Mailbox, Account: 7, Name: "anna", Kind: session.Private, Key: h.key,
		Made: noon.Truncate(time.Second), Seen: noon.Truncate(time.Second),
		Idle: noon.Truncate(time.Second).Add(14 * 24 * time.Hour), Absolute: noon.Truncate(time.Second).Add(90 * 24 * time.Hour),
	}
	if diff := cmp.Diff(want, begun); diff != "" {
		t.Errorf("the session that was begun (-want +got):\n%s", diff)
	}
	opened, err := h.Open(t.Context(), request(cookie))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, opened); diff != "" {
		t.Errorf("the session that was opened (-want +got):\n%s", diff)
	}
}

func TestEverySignInHasItsOwnToken(t *testing.T) {
	h := newHouse(t)
	first, _ := h.begin(t, session.Private)
	second, _ := h.begin(t, session.Private)
	if first.Value == second.Value {
		t.Error("two sessions share a token")
	}
	// Signing in keeps nothing of a cookie that the browser brought.
	for _, c := range []*http.Cookie{first, second} {
		if _, err := h.Open(t.Context(), request(c)); err != nil {
			t.Errorf("one of two sessions: %v", err)
		}
	}
}

func TestRequestsWithoutASession(t *testing.T) {
	h := newHouse(t)
	good, _ := h.begin(t, session.Private)
	stranger := *good
	stranger.Value = vault.NewToken().Cookie()
	broken := *good
	broken.Value = good.Value[:42]
	renamed := *good
	renamed.Name = "sid"
	for _, c := range []struct {
		name    string
		request *http.Request
		want    error
	}{
		{"no cookie", request(), session.ErrNone},
		{"another cookie", request(&http.Cookie{Name: "theme", Value: "dark"}), session.ErrNone},
		{"not a token", request(&broken), session.ErrNone},
		{"an unknown token", request(&stranger), session.ErrExpired},
		{"the plain cookie by HTTPS", request(&renamed), session.ErrNone},
		{"the secure cookie by HTTP", plain(good), session.ErrNone},
	} {
		if _, err := h.Open(t.Context(), c.request); !errors.Is(err, c.want) {
			t.Errorf("%s: Open = %v, want %v", c.name, err, c.want)
		}
		if person, err := h.End(t.Context(), c.request); err != nil || person != "" {
			t.Errorf("%s: End = %q, %v, want nobody", c.name, person, err)
		}
	}
	if _, err := h.Open(t.Context(), request(good)); err != nil {
		t.Errorf("the session itself: %v", err)
	}
}

func TestTheKeeperBelievesWhoKnowsAboutHTTPS(t *testing.T) {
	h := newHouse(t)
	h.Secure = func(r *http.Request) bool { return r.Header.Get("X-Forwarded-Proto") == "https" }
	cookie, _ := h.begin(t, session.Private)
	r := plain(cookie)
	r.Header.Set("X-Forwarded-Proto", "https")
	if _, err := h.Open(t.Context(), r); err != nil {
		t.Errorf("behind a proxy: %v", err)
	}
	if _, err := h.Open(t.Context(), request(cookie)); !errors.Is(err, session.ErrNone) {
		t.Errorf("Open = %v, want ErrNone", err)
	}
}

func TestEndedSessionsDoNotOpen(t *testing.T) {
	h := newHouse(t)
	mine, s := h.begin(t, session.Private)
	other, _ := h.begin(t, session.Shared)
	person, err := h.End(t.Context(), request(mine))
	if err != nil || person != h.enrolment.Person {
		t.Errorf("End = %q, %v, want %q", person, err, h.enrolment.Person)
	}
	if _, err := h.Open(t.Context(), request(mine)); !errors.Is(err, session.ErrExpired) {
		t.Errorf("after signing out: %v, want ErrExpired", err)
	}
	if _, err := h.Touch(t.Context(), s); err != nil {
		t.Errorf("a touch too soon to be recorded: %v", err)
	}
	h.clock.pass(2 * time.Minute)
	if _, err := h.Touch(t.Context(), s); !errors.Is(err, session.ErrExpired) {
		t.Errorf("touched after signing out: %v, want ErrExpired", err)
	}
	if _, err := h.Open(t.Context(), request(other)); err != nil {
		t.Errorf("the person's other session: %v", err)
	}
	if _, err := h.Registry.EndOtherSessions(t.Context(), person, registry.SessionID{}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Open(t.Context(), request(other)); !errors.Is(err, session.ErrExpired) {
		t.Errorf("ended from another device: %v, want ErrExpired", err)
	}
}

// A row that is changed in the file gives nobody another person's key.
func TestAWrapOpensInItsOwnRowOnly(t *testing.T) {
	h := newHouse(t)
	cookie, s := h.begin(t, session.Shared)
	row, err := h.Registry.Session(t.Context(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	bens, err := h.Registry.AddPerson(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	enrolment, err := h.Registry.Enrol(t.Context(), registry.Enrolment{Mailbox: h.enrolment.Mailbox, Person: bens, Account: 1, Made: noon})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*registry.Session){
		"another person": func(s *registry.Session) { s.Enrolment = enrolment },
		"another kind":   func(s *registry.Session) { s.Kind = "private" },
		"another wrap":   func(s *registry.Session) { s.Wrap = s.Wrap[1:] },
	} {
		changed := row
		change(&changed)
		if err := h.Registry.EndSession(t.Context(), bens, s.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Registry.EndSession(t.Context(), h.enrolment.Person, s.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Registry.AddSession(t.Context(), changed); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Open(t.Context(), request(cookie)); !errors.Is(err, session.ErrExpired) || !errors.Is(err, vault.ErrWrongKey) {
			t.Errorf("%s: %v, want ErrExpired and ErrWrongKey", name, err)
		}
	}
}

func TestWhatASessionCannotBeginWith(t *testing.T) {
	h := newHouse(t)
	for name, change := range map[string]func(*session.Start){
		"no key":          func(s *session.Start) { s.Key = vault.Key{} },
		"an unknown kind": func(s *session.Start) { s.Kind = "eternal" },
		"no mailbox":      func(s *session.Start) { s.Enrolment.ID++ },
	} {
		start := h.start(session.Private)
		change(&start)
		if cookie, _, err := h.Begin(t.Context(), start); err == nil || cookie != nil {
			t.Errorf("%s: Begin = %v, %v", name, cookie, err)
		}
	}
	for _, kind := range []session.Kind{session.Shared, session.Kiosk} {
		start := h.start(kind)
		start.Secure = false
		if _, _, err := h.Begin(t.Context(), start); !errors.Is(err, session.ErrInsecure) {
			t.Errorf("%s over plain HTTP: %v, want ErrInsecure", kind, err)
		}
	}
	if all, err := h.Registry.Sessions(t.Context(), h.enrolment.Person, noon); err != nil || len(all) != 0 {
		t.Errorf("%d sessions are stored, %v", len(all), err)
	}
}
