package web_test

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client"
	"restante/pop3client/pop3test"
	"restante/web"
)

// try signs in and returns the page that answers.
func (b *browser) try(user, password string) page {
	b.t.Helper()
	return b.post("/login", url.Values{"user": {user}, "password": {password}})
}

func TestPoint48EachWayToFailIsAnotherSentence(t *testing.T) {
	const secret = "s3cret-that-must-not-come-back"
	sentences := map[string]string{}
	for name, test := range map[string]struct {
		fault pop3test.Fault
		says  string
	}{
		"wrong password": {pop3test.Fault{}, "did not accept"},
		"no answer":      {pop3test.Fault{Command: "", Action: pop3test.Hang()}, "did not answer in time"},
		"closed":         {pop3test.Fault{Command: "", Action: pop3test.Close()}, "reach"},
		"garbage":        {pop3test.Fault{Command: "", Action: pop3test.Garbage()}, "POP3"},
		"in use":         {pop3test.Fault{Command: "PASS", Action: pop3test.Err("[IN-USE] busy")}, "another program"},
		"too soon":       {pop3test.Fault{Command: "PASS", Action: pop3test.Err("[LOGIN-DELAY] slowly")}, "again"},
		"not now":        {pop3test.Fault{Command: "PASS", Action: pop3test.Err("[SYS/TEMP] later")}, "cannot let anyone in"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &pop3test.Server{}
			if test.says != "did not accept" {
				s.Faults = []pop3test.Fault{test.fault}
			}
			h := newHouse(t, s, nil)
			p := h.browser().try(user, secret)
			if p.status < 400 || p.path != "/login" || !strings.HasPrefix(p.title(), "Error: ") {
				t.Errorf("answer %d at %s with title %q", p.status, p.path, p.title())
			}
			p.says(test.says)
			p.saysNot(secret)
			if !strings.Contains(p.body, `role="alert"`) || !strings.Contains(p.body, `value="`+user+`"`) {
				t.Error("there is no alert, or the user name is gone")
			}
			if other, ok := sentences[p.text()]; ok {
				t.Errorf("the page is the same as for %q", other)
			}
			sentences[p.text()] = name
			if log := h.logged(); strings.Contains(log, secret) || strings.Contains(log, user) {
				t.Errorf("the log tells too much: %s", log)
			}
		})
	}
}

func TestWhoIsNotAllowedIsNotEvenAskedAbout(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Allow = web.Allowed{"*@example.com", "bo@example.org"} })
	b := h.browser()
	if p := b.try(user, password); p.status != 403 {
		t.Errorf("answer %d, want 403", p.status)
	}
	if n := h.mail.Seen("PASS"); n > 0 {
		t.Error("the server was asked")
	}
	h.mail.AddUser("BO@example.org", "x")
	if p := b.try("BO@example.org", "x"); p.path != "/inbox" {
		t.Errorf("somebody who is allowed comes to %s", p.path)
	}
}

func TestAllowedPatterns(t *testing.T) {
	for _, bad := range []string{"", "*", "*x@y", "a@*", "*@", "a*b"} {
		if _, err := web.ParseAllowed([]string{bad}); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	a, err := web.ParseAllowed([]string{"Ana", "*@Example.org"})
	if err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]bool{"ana": true, "bo@example.org": true, "bo@EXAMPLE.ORG": true, "bo@sub.example.org": false, "bo@example.org.evil.com": false, "bo": false, "": false} {
		if a.Includes(who) != want {
			t.Errorf("%q: %v, want %v", who, !want, want)
		}
	}
}

// Where all have one domain, what stands before it is enough, and is the same person.
func TestADomainThatAllHaveMayBeLeftOut(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.UserDomain = "example.org" })
	h.threeLetters()
	b := h.browser()
	b.get("/login").says("What stands before @example.org is enough.")
	for _, name := range []string{"ana", user} {
		if p := h.browser().try(name, password); p.path != "/inbox" {
			t.Errorf("%s leads to %s", name, p.path)
		}
	}
	if people, err := h.site.People.People(t.Context()); err != nil || len(people) != 1 {
		t.Errorf("there are %v, %v", people, err)
	}
}

func TestMailCanBeReadWhileTheServerIsDown(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	b.post("/logout", nil)
	h.mail.SetFaults(pop3test.Fault{Command: "", Action: pop3test.Close()})

	if p := h.browser().try(user, "wrong"); p.path != "/login" {
		t.Errorf("a wrong password while the server is down leads to %s", p.path)
	}
	again := h.browser()
	again.signIn()
	again.awaitMail(2)

	// Once the server has refused the password, it opens nothing any more, server or no server.
	h.mail.SetFaults(pop3test.Fault{Command: "PASS", Action: pop3test.Err("[AUTH] no longer")})
	if p := h.browser().try(user, password); p.path != "/login" {
		t.Errorf("a refused password leads to %s", p.path)
	}
	h.mail.SetFaults(pop3test.Fault{Command: "", Action: pop3test.Close()})
	if p := h.browser().try(user, password); p.path != "/login" {
		t.Errorf("a password that was refused leads to %s while the server is down", p.path)
	}
}

func TestAPasswordChangedOnTheServerOpensTheSameMail(t *testing.T) {
	for name, signOut := range map[string]bool{"with a live session": false, "with none": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, &pop3test.Server{}, nil)
			h.threeLetters()
			b := h.browser()
			b.signIn()
			bill := b.awaitMail(2).rows()[1]
			b.post("/m/"+bill+"/star", url.Values{"star": {"1"}})
			if signOut {
				b.post("/logout", nil)
			}
			h.mail.AddUser(user, "new password")
			fresh := h.browser()
			if p := fresh.try(user, "new password"); p.path != "/inbox" {
				t.Fatalf("the new password leads to %s: %s", p.path, p.text())
			}
			if got := fresh.get("/starred").rows(); len(got) != 1 || got[0] != bill {
				t.Errorf("starred are %v, want what was starred before", got)
			}
			if p := h.browser().try(user, password); p.path != "/login" {
				t.Errorf("the old password leads to %s", p.path)
			}
			h.mailbox.Deliver(letter("di@example.org", "since then", "x", time.Minute))
			fresh.post("/sync", url.Values{"back": {"/inbox"}})
			fresh.awaitMail(3)
		})
	}
}

func TestOnePersonNeverSeesAnothersMail(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	h.mail.AddUser("eve@example.org", "evil")
	ana, eve := h.browser(), h.browser()
	ana.signIn()
	id := ana.awaitMail(2).rows()[0]
	if p := eve.try("eve@example.org", "evil"); p.path != "/inbox" {
		t.Fatal(p.text())
	}
	for _, path := range []string{"/m/" + id, "/t/" + id, "/m/" + id + "/raw", "/m/" + id + "/part/0/download"} {
		if p := eve.get(path); p.status != 404 {
			t.Errorf("%s answers %d, want 404", path, p.status)
		}
	}
	archived := ana.post("/messages", url.Values{"do": {"archive"}, "id": {id}, "back": {"/inbox"}})
	eve.post(archived.undo(), url.Values{"back": {"/inbox"}})
	eve.post("/messages", url.Values{"do": {"trash"}, "id": {id}, "back": {"/inbox"}})
	if got := ana.get("/archive").rows(); len(got) != 1 {
		t.Errorf("Eve moved Ana's mail: %d in the archive, want 1", len(got))
	}
}

func TestAPersonMayNameTheServerWhereTheOperatorDoesNot(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Mail = nil })
	b := h.browser()
	b.get("/login").says("Mail server")
	if p := b.post("/login", url.Values{"user": {user}, "password": {password}}); p.status != 422 {
		t.Errorf("without a server: %d, want 422", p.status)
	}
	b.post("/login", url.Values{"user": {user}, "password": {password}, "server": {"imap://x"}}).says("pop3s://")
	p := b.post("/login", url.Values{"user": {user}, "password": {password}, "server": {"pop3+insecure://mail.example.org"}})
	if p.path != "/inbox" {
		t.Errorf("with a server: %s: %s", p.path, p.text())
	}
}

func TestACertificateThatDoesNotVerifyIsNamedAndNothingIsSent(t *testing.T) {
	certificate, roots, err := pop3test.Certificate("mail.example.org")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*web.Server)
		says   string
	}{
		"of an unknown authority": {func(s *web.Server) { s.Mail.Security = pop3client.STLS }, "authority"},
		"of another name": {func(s *web.Server) {
			s.Mail.Security, s.Mail.Host, s.Fleet.Client.TLS = pop3client.STLS, "other.example.org", &tls.Config{RootCAs: roots}
		}, "another"},
		"that it has none": {func(s *web.Server) { s.Mail.Security = pop3client.STLS }, "does not offer an encrypted"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &pop3test.Server{TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}}
			if test.says == "does not offer an encrypted" {
				s.TLS = nil
			}
			h := newHouse(t, s, test.change)
			h.browser().try(user, password).says(test.says)
			if n := s.Seen("USER") + s.Seen("PASS"); n > 0 {
				t.Error("credentials were sent")
			}
		})
	}
}

func TestNoForwardedHeaderIsBelieved(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	p := b.get("/login", "X-Forwarded-Proto: https", "X-Forwarded-For: 10.0.0.1", "Forwarded: proto=https")
	p.says("This page is not encrypted")
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	in := b.post("/login", url.Values{"user": {user}, "password": {password}}, "X-Forwarded-Proto: https")
	if c := in.header.Get("Set-Cookie"); !strings.HasPrefix(c, "sid=") || strings.Contains(c, "Secure") {
		t.Errorf("over plain HTTP the cookie is %q", c)
	}
}
