package web_test

import (
	"encoding/json"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante/cmd/check/corpus"
	policy "restante/pop3client/dial"
	"restante/pop3client/pop3test"
	"restante/web"
)

// fromCorpus reads a list of the corpus' security cases.
func fromCorpus[T any](t *testing.T, name string) (list []T) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(corpus.Dir(t), "security", name))
	if err == nil {
		err = json.Unmarshal(content, &list)
	}
	if err != nil || len(list) == 0 {
		t.Fatalf("%s: %d cases, %v", name, len(list), err)
	}
	return list
}

// Whoever names a server inside, however they write it, is told the same whether something listens there or not, and no
// connection is opened.
func TestTargetsInsideCannotBeNamedAtTheSignIn(t *testing.T) {
	open, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		s.Mail, s.Fleet.Client.Dial = nil, policy.Policy{}.DialContext
		s.Hurry(5*time.Second, 5*time.Second)
	})
	for i, c := range fromCorpus[struct{ ID, Host string }](t, "ssrf-targets.json") {
		if net.ParseIP(strings.Trim(c.Host, "[]")) == nil && c.Host != "localhost" && i%4 != 0 {
			continue // names of others are looked up where there is a network: a fourth of them will do
		}
		var said []string
		for _, l := range []net.Listener{open, closed} {
			server := c.Host + ":" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
			p := h.browser().post("/login", url.Values{"user": {c.ID}, "password": {"x"}, "server": {server}})
			if p.status < 400 {
				t.Errorf("%s leads to %s (%d)", server, p.path, p.status)
			}
			text := strings.NewReplacer(server, "TARGET", strconv.Quote(server), "TARGET", l.Addr().String()[10:], "PORT").Replace(p.text())
			said = append(said, text)
		}
		if said[0] != said[1] {
			t.Errorf("%s: where something listens it says\n%s\nand where not\n%s", c.Host, said[0], said[1])
		}
	}
	if err := open.(*net.TCPListener).SetDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if c, err := open.Accept(); err == nil {
		c.Close()
		t.Error("a connection was opened")
	}
}

// No name and no password says more to the mail server than itself. Nothing is sent from here, so that the other fields of
// the corpus have nobody to deceive.
func TestNamesAndPasswordsSayNothingElseToTheMailServer(t *testing.T) {
	tried := 0
	for _, c := range fromCorpus[struct{ ID, Field, Value string }](t, "header-injection.json") {
		if c.Field != "username" && c.Field != "password" {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			tried++
			h := newHouse(t, &pop3test.Server{}, nil)
			h.threeLetters()
			form := url.Values{"user": {user}, "password": {password}}
			form.Set(map[string]string{"username": "user", "password": "password"}[c.Field], c.Value)
			if p := h.browser().post("/login", form); p.status < 400 {
				t.Errorf("it leads to %s", p.path)
			}
			h.mail.WaitIdle(t.Context())
			for _, line := range h.mail.Transcript() {
				if verb, _, _ := strings.Cut(line.Text, " "); !slices.Contains([]string{"", "CAPA", "AUTH", "USER", "PASS", "QUIT", "APOP", "+"}, strings.ToUpper(verb)) {
					t.Errorf("the mail server has heard %q", line.Text)
				}
			}
			if n := len(h.mailbox.Messages()); n != 3 {
				t.Errorf("%d messages are left", n)
			}
		})
	}
	if tried == 0 {
		t.Error("nothing was tried")
	}
}
