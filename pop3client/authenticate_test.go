package pop3client

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// capable returns a client whose server announces capabilities, one a line,
// and then plays script.
func capable(t *testing.T, o *Options, capabilities string, script func(p *peer)) *Client {
	t.Helper()
	conn := play(t, func(p *peer) {
		p.send("+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n")
		p.answer("CAPA", "+OK\r\n"+strings.ReplaceAll(capabilities, "\n", "\r\n")+"\r\n.\r\n")
		script(p)
	})
	c, err := New(t.Context(), conn, o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// noCAPA refuses the question that follows a login.
func (p *peer) noCAPA() { p.answer("CAPA", "-ERR\r\n") }

func code(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// tokens returns a source that gives one token after the other and notes
// whether a newer one was asked for.
func tokens(asked *[]bool, list ...string) func(context.Context, bool) (string, error) {
	return func(_ context.Context, refresh bool) (string, error) {
		*asked = append(*asked, refresh)
		if len(list) == 0 {
			return "", errors.New("no more tokens")
		}
		token := list[0]
		list = list[1:]
		return token, nil
	}
}

func TestTheOrderOfMechanisms(t *testing.T) {
	const all = "PLAIN LOGIN CRAM-MD5 NTLM EXTERNAL XOAUTH2 OAUTHBEARER SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 scram-sha-256-plus"
	token := Credentials{User: "ann", Token: tokens(new([]bool))}
	password := Credentials{User: "ann", Password: "secret"}
	for _, test := range []struct {
		sasl   string // "" for no such capability, "?" for no CAPA at all
		user   bool
		secure bool
		cred   Credentials
		want   string
	}{
		{all, true, true, password, "SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN USER"},
		{all, true, false, password, "SCRAM-SHA-256 SCRAM-SHA-1 PLAIN USER"},
		{all, false, true, password, "SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN"},
		{all, true, true, token, "OAUTHBEARER XOAUTH2"},
		{"XOAUTH2 PLAIN", true, true, token, "XOAUTH2"},
		{"PLAIN", true, true, token, ""},
		{"?", true, true, token, "OAUTHBEARER XOAUTH2"},
		{"?", true, true, password, "USER"},
		{"", true, true, password, "USER"},
		{"", false, true, password, "USER"},
		{"LOGIN", true, true, password, "USER"},
		{"LOGIN", false, true, password, "LOGIN"},
		{"LOGIN", false, false, password, "USER"},
		{"LOGIN PLAIN", false, true, password, "PLAIN"},
		{"CRAM-MD5 EXTERNAL NTLM XOAUTH2", false, true, password, "USER"},
		{all, true, true, Credentials{User: "ann", Password: "a\x07b"}, "PLAIN USER"},
		{all, true, true, Credentials{User: "ann", Password: "p\xe4ss"}, "PLAIN USER"},
		{all, true, true, Credentials{User: "ann", Password: "p", Authorization: "box"}, "SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN"},
		{all, true, true, Credentials{User: "ann", Token: token.Token, Authorization: "box"}, "OAUTHBEARER"},
		{"", true, true, Credentials{User: "ann", Password: "p", Authorization: "box"}, ""},
		{all, true, true, Credentials{User: "ann", Password: "\u00ad"}, "PLAIN USER"}, // nothing is left of it
		{all, true, true, Credentials{Password: "p"}, ""},
		{all, true, true, Credentials{User: "ann"}, ""},
	} {
		c := clientOn(new(chunkConn), nil)
		if test.secure {
			c, _ = handshaken(t, tlsVersion13)
		}
		if test.sasl != "?" {
			c.caps.list = append(c.caps.list, capability{name: "SASL", args: strings.Fields(test.sasl)})
		}
		if test.user && test.sasl != "?" {
			c.caps.list = append(c.caps.list, capability{name: "USER"})
		}
		names, err := c.choose(test.cred)
		if got := strings.Join(names, " "); got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%+v: %q, %v; want %q", test, got, err, test.want)
		}
		if err != nil && !errors.Is(err, ErrNoMechanism) {
			t.Errorf("%+v: %v, want ErrNoMechanism", test, err)
		}
	}
}

func TestNamedMechanismsReplaceTheOrder(t *testing.T) {
	cred := Credentials{User: "ann", Password: "secret"}
	for _, test := range []struct{ names, sasl, want string }{
		{"apop user cram-md5 external login plain", "PLAIN CRAM-MD5 EXTERNAL LOGIN", "APOP USER CRAM-MD5 EXTERNAL LOGIN PLAIN"},
		{"PLAIN CRAM-MD5", "CRAM-MD5", "CRAM-MD5"},
		{"CRAM-MD5", "", "CRAM-MD5"}, // AUTH without the capability
		{"CRAM-MD5", "PLAIN", ""},
		{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256-PLUS", ""}, // no TLS
		{"OAUTHBEARER", "OAUTHBEARER", ""},               // no token
	} {
		c := clientOn(new(chunkConn), &Options{Mechanisms: strings.Fields(test.names)})
		c.challenge = "<a@b>"
		c.caps.list = []capability{{name: "SASL", args: strings.Fields(test.sasl)}}
		names, err := c.choose(cred)
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%q of %q: %q, %v; want %q", test.names, test.sasl, got, err, test.want)
		}
	}
	c := clientOn(new(chunkConn), &Options{Mechanisms: []string{"NTLM"}})
	if err := c.Authenticate(t.Context(), cred); !errors.Is(err, ErrArgument) {
		t.Errorf("NTLM: %v, want ErrArgument", err)
	}
}

func TestAnUnknownMechanismGivesWayToTheNext(t *testing.T) {
	for _, refusal := range []string{"-ERR", "-ERR [AUTH] Unsupported authentication mechanism.", "-ERR [SYS/PERM] no", "-ERR busy"} {
		c := capable(t, nil, "USER\nSASL SCRAM-SHA-256 PLAIN", func(p *peer) {
			p.answer("AUTH SCRAM-SHA-256", refusal+"\r\n")
			p.answer("AUTH PLAIN", "-ERR unknown\r\n")
			p.answer("USER ann", "+OK\r\n")
			p.answer("PASS secret", "+OK\r\n")
			p.noCAPA()
		})
		if err := c.Login(t.Context(), "ann", "secret"); err != nil || c.Mechanism() != "USER" {
			t.Errorf("%s: %v by %q, want none by USER", refusal, err, c.Mechanism())
		}
	}
}

func TestARefusalOfTheCredentialsIsTheEnd(t *testing.T) {
	for reply, want := range map[string]error{
		"-ERR [AUTH] no":       ErrAuth,
		"-ERR no":              ErrAuth,
		"-ERR unknown command": ErrAuth,
		"-ERR [IN-USE] no":     ErrInUse,
	} {
		c := capable(t, nil, "USER\nSASL PLAIN", func(p *peer) {
			p.answer("AUTH PLAIN", "+ \r\n")
			p.answer(code("\x00ann\x00secret"), reply+"\r\n")
			p.wantEnd()
		})
		if err := c.Login(t.Context(), "ann", "secret"); kindOf(t, err) != want || c.Mechanism() != "" {
			t.Errorf("%s: %v by %q, want %v", reply, err, c.Mechanism(), want)
		}
		c.Close()
	}
}

func TestAFaultBeforeTheCredentialsIsNoUnknownMechanism(t *testing.T) {
	for reply, want := range map[string]error{
		"-ERR [SYS/TEMP] later":   ErrTemporary,
		"-ERR [LOGIN-DELAY] slow": ErrLoginDelay,
		"-ERR [IN-USE] no":        ErrInUse,
	} {
		c := capable(t, nil, "USER\nSASL PLAIN", func(p *peer) {
			p.answer("AUTH PLAIN", reply+"\r\n")
			p.wantEnd()
		})
		if err := c.Login(t.Context(), "ann", "secret"); kindOf(t, err) != want {
			t.Errorf("%s: %v, want %v", reply, err, want)
		}
		c.Close()
	}
}

func TestWhenNoMechanismIsKnownNothingWasJudged(t *testing.T) {
	c := capable(t, nil, "SASL SCRAM-SHA-1 PLAIN", func(p *peer) {
		p.answer("AUTH SCRAM-SHA-1", "-ERR [AUTH] what?\r\n")
		p.answer("AUTH PLAIN", "-ERR [AUTH] what?\r\n")
		p.answer("NOOP", "+OK\r\n")
	})
	err := c.Login(t.Context(), "ann", "secret")
	if !errors.Is(err, ErrNoMechanism) || errors.Is(err, ErrAuth) {
		t.Errorf("Login: %v, want ErrNoMechanism and not ErrAuth", err)
	}
	if err := c.Noop(t.Context()); err != nil {
		t.Errorf("the session does not go on: %v", err)
	}
}

func TestASessionSignsInOnce(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.answer("USER u", "+OK\r\n")
		p.answer("PASS p", "+OK\r\n")
		p.noCAPA()
		p.wantEnd()
	})
	if err := c.Login(t.Context(), "u", "p"); err != nil {
		t.Fatal(err)
	}
	if err := c.Login(t.Context(), "u", "p"); !errors.Is(err, ErrArgument) {
		t.Errorf("again: %v, want ErrArgument", err)
	}
	if err := c.UTF8(t.Context()); !errors.Is(err, ErrArgument) {
		t.Errorf("UTF8 after login: %v, want ErrArgument", err)
	}
	c.Close()
}

func TestC2ALoginDelayTellsItsTime(t *testing.T) {
	for _, test := range []struct {
		capa, reply string
		want        time.Duration
	}{
		{"UIDL", "-ERR [LOGIN-DELAY] minimum time between mail checks is 300 seconds", 5 * time.Minute},
		{"UIDL", "-ERR [LOGIN-DELAY] wait 15 minutes, please", 15 * time.Minute},
		{"UIDL", "-ERR [LOGIN-DELAY] 30s", 30 * time.Second},
		{"UIDL", "-ERR [LOGIN-DELAY] too soon", 0},
		{"LOGIN-DELAY 900 USER", "-ERR [LOGIN-DELAY] too soon", 15 * time.Minute},
		{"LOGIN-DELAY 900", "-ERR [LOGIN-DELAY] 99999 minutes", 15 * time.Minute},
		{"LOGIN-DELAY 900", "-ERR [IN-USE] 10 seconds", 0},
	} {
		c := capable(t, nil, test.capa, func(p *peer) {
			p.answer("USER ann", "+OK\r\n")
			p.answer("PASS secret", test.reply+"\r\n")
		})
		var refusal *ServerError
		err := c.Login(t.Context(), "ann", "secret")
		if !errors.As(err, &refusal) || refusal.Wait != test.want || refusal.Wait > 0 && !errors.Is(err, ErrLoginDelay) {
			t.Errorf("%q, %q: %+v, want to wait %v", test.capa, test.reply, refusal, test.want)
		}
	}
}

func TestC4AServerThatPromisesACodeDoesNotMeanThePasswordWithoutIt(t *testing.T) {
	for reply, want := range map[string]error{
		"-ERR [AUTH] no":           ErrAuth,
		"-ERR POP is switched off": ErrPermanent,
		"-ERR busy":                ErrInUse,
	} {
		c := capable(t, nil, "AUTH-RESP-CODE\nUSER", func(p *peer) {
			p.answer("USER ann", "+OK\r\n")
			p.answer("PASS secret", reply+"\r\n")
		})
		if err := c.Login(t.Context(), "ann", "secret"); kindOf(t, err) != want {
			t.Errorf("%s: %v, want %v", reply, err, want)
		}
	}
}

func TestC5HangingUpInAnExchange(t *testing.T) {
	for name, test := range map[string]struct {
		script func(p *peer)
		auth   bool
	}{
		"at AUTH":       {func(p *peer) { p.want("AUTH PLAIN") }, false},
		"at the answer": {func(p *peer) { p.answer("AUTH PLAIN", "+\r\n"); p.want(code("\x00ann\x00secret")) }, true},
	} {
		c := capable(t, nil, "SASL PLAIN", test.script)
		err := c.Login(t.Context(), "ann", "secret")
		if errors.Is(err, ErrAuth) != test.auth || !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v, want ErrClosed, and ErrAuth: %v", name, err, test.auth)
		}
	}
}

func TestC9CredentialsForSASLAreCheckedToo(t *testing.T) {
	token := func(s string) func(context.Context, bool) (string, error) { return tokens(new([]bool), s) }
	for _, cred := range []Credentials{
		{User: "a\rb", Password: "p"},
		{User: "a", Password: "p\n"},
		{User: "a", Password: "p", Authorization: "x\x00y"},
		{User: "a\x01auth=x", Token: token("t")},
		{User: "a", Token: token("")},
		{User: "a", Token: token("two words")},
		{User: "a", Token: token("t\x01")},
		{User: "a", Token: token(strings.Repeat("x", maxToken+1))},
		{User: "", Password: "p"},
		{User: "a"},
	} {
		conn := new(chunkConn)
		c := clientOn(conn, nil)
		if err := c.Authenticate(t.Context(), cred); !errors.Is(err, ErrArgument) || conn.sent.Len() > 0 {
			t.Errorf("%.10q: %v and sent %q, want ErrArgument and nothing", cred.User, err, conn.sent.String())
		}
	}
}

func TestC10PasswordsAreSentAsTheyAre(t *testing.T) {
	for _, password := range []string{"  two  spaces ", "p\xc3\xa4ss", "p\xe4ss", "\x01\x7f"} {
		c := capable(t, nil, "SASL PLAIN", func(p *peer) {
			p.answer("AUTH PLAIN", "+\r\n")
			p.answer(code("\x00ann\x00"+password), "+OK\r\n")
			p.noCAPA()
		})
		if err := c.Login(t.Context(), "ann", password); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestC7AndC8XOAUTH2InTwoSteps(t *testing.T) {
	const answer = "user=ann@example.org\x01auth=Bearer t1\x01\x01"
	var asked []bool
	c := capable(t, nil, "SASL PLAIN XOAUTH2", func(p *peer) {
		p.answer("AUTH XOAUTH2", "+ \r\n")
		p.answer(code(answer), "+OK\r\n")
		p.noCAPA()
	})
	cred := Credentials{User: "ann@example.org", Token: tokens(&asked, "t1")}
	if err := c.Authenticate(t.Context(), cred); err != nil || c.Mechanism() != "XOAUTH2" {
		t.Errorf("%v by %q", err, c.Mechanism())
	}
	if !slices.Equal(asked, []bool{false}) {
		t.Errorf("tokens were asked for as %v, want once and no newer one", asked)
	}
}

func TestC8ARefusedTokenIsRefreshedOnce(t *testing.T) {
	bearer := func(token string) string { return code("n,a=ann,\x01auth=Bearer " + token + "\x01\x01") }
	xoauth2 := func(token string) string { return code("user=ann\x01auth=Bearer " + token + "\x01\x01") }
	reason := "+ " + code(`{"status":"invalid_token","scope":"x"}`) + "\r\n"
	for name, test := range map[string]struct {
		mechanism string
		token     func(string) string
		challenge string // "" for a refusal at once
		sorry     string
	}{
		"OAUTHBEARER":                    {"OAUTHBEARER", bearer, reason, "AQ=="},
		"XOAUTH2":                        {"XOAUTH2", xoauth2, reason, ""},
		"OAUTHBEARER, bad JSON":          {"OAUTHBEARER", bearer, "+ !!\r\n", "AQ=="},
		"XOAUTH2 without a challenge":    {"XOAUTH2", xoauth2, "", ""},
		"OAUTHBEARER, empty challenge":   {"OAUTHBEARER", bearer, "+\r\n", "AQ=="},
		"XOAUTH2, a status of long text": {"XOAUTH2", xoauth2, "+ " + code(`{"status":"no \u001b[31m"}`) + "\r\n", ""},
	} {
		refuse := func(p *peer, token string) {
			p.answer("AUTH "+test.mechanism, "+\r\n")
			p.want(test.token(token))
			if test.challenge != "" {
				p.answer2(test.challenge, test.sorry)
			}
			p.send("-ERR refused\r\n")
		}
		for _, second := range []bool{true, false} {
			c := capable(t, nil, "SASL "+test.mechanism, func(p *peer) {
				refuse(p, "old")
				if !second {
					refuse(p, "new")
					p.answer("NOOP", "+OK\r\n")
					return
				}
				p.answer("AUTH "+test.mechanism, "+\r\n")
				p.answer(test.token("new"), "+OK\r\n")
				p.noCAPA()
				p.answer("NOOP", "+OK\r\n")
			})
			var asked []bool
			err := c.Authenticate(t.Context(), Credentials{User: "ann", Token: tokens(&asked, "old", "new", "third")})
			if second != (err == nil) || !second && !errors.Is(err, ErrAuth) {
				t.Errorf("%s, the second is good: %v: %v", name, second, err)
			}
			if !slices.Equal(asked, []bool{false, true}) {
				t.Errorf("%s: tokens were asked for as %v, want once each", name, asked)
			}
			if err != nil && test.challenge == reason != strings.Contains(err.Error(), "invalid_token") || strings.Contains(fmt.Sprint(err), "31m") {
				t.Errorf("%s: %v has not the right reason", name, err)
			}
			if err := c.Noop(t.Context()); err != nil {
				t.Errorf("%s: the session does not go on: %v", name, err)
			}
		}
	}
}

// answer2 sends a challenge and expects the answer.
func (p *peer) answer2(challenge, answer string) {
	p.t.Helper()
	p.send(challenge)
	p.want(answer)
}

func TestC8ARefusedTokenIsARefusalEvenWithAPromisedCode(t *testing.T) {
	c := capable(t, nil, "AUTH-RESP-CODE\nSASL XOAUTH2", func(p *peer) {
		p.answer("AUTH XOAUTH2", "+\r\n")
		p.want(code("user=ann\x01auth=Bearer old\x01\x01"))
		p.answer2("+ e30=\r\n", "")
		p.send("-ERR refused\r\n")
	})
	source := errors.New("the source is dry")
	cred := Credentials{User: "ann", Token: func(_ context.Context, refresh bool) (string, error) {
		if refresh {
			return "", source
		}
		return "old", nil
	}}
	if err := c.Authenticate(t.Context(), cred); !errors.Is(err, ErrAuth) || !errors.Is(err, source) {
		t.Errorf("%v, want ErrAuth and the error of the source", err)
	}
}

func TestC8AnOAuthServerThatChangesItsMind(t *testing.T) {
	c := capable(t, nil, "SASL XOAUTH2", func(p *peer) {
		p.answer("AUTH XOAUTH2", "+\r\n")
		p.want(code("user=ann\x01auth=Bearer t\x01\x01"))
		p.answer2("+ e30=\r\n", "")
		p.send("+OK\r\n")
		p.wantEnd()
	})
	cred := Credentials{User: "ann", Token: tokens(new([]bool), "t", "t")}
	if err := c.Authenticate(t.Context(), cred); !errors.Is(err, ErrProtocol) || c.Mechanism() != "" {
		t.Errorf("a yes after a no: %v, want ErrProtocol", err)
	}
}

func TestOAUTHBEARERSignsInAsAnother(t *testing.T) {
	x := bearerExchange(Credentials{User: "u", Authorization: "box"}, "tok", Address{})
	answer, err := x.steps[0](nil)
	if want := "n,a=box,\x01auth=Bearer tok\x01\x01"; err != nil || string(answer) != want {
		t.Errorf("%q, %v; want %q", answer, err, want)
	}
}

func TestOAUTHBEARERNamesTheServerItMeans(t *testing.T) {
	x := bearerExchange(Credentials{User: "u=,x"}, "tok", Address{Host: "pop.example.org", Port: 995})
	answer, err := x.steps[0](nil)
	want := "n,a=u=3D=2Cx,\x01host=pop.example.org\x01port=995\x01auth=Bearer tok\x01\x01"
	if err != nil || string(answer) != want {
		t.Errorf("%q, %v; want %q", answer, err, want)
	}
}

func TestAPOPIsUsedOnlyWhenNamed(t *testing.T) {
	// RFC 1939, section 7; the greeting of capable is from there as well.
	script := func(p *peer) {
		p.answer("APOP mrose c4c9334bac560ecc979e58001b3e22fb", "+OK maildrop has 1 message (369 octets)\r\n")
		p.noCAPA()
	}
	c := capable(t, &Options{Mechanisms: []string{"APOP"}}, "UIDL", script)
	if err := c.Login(t.Context(), "mrose", "tanstaaf"); err != nil || c.Mechanism() != "APOP" {
		t.Errorf("%v by %q", err, c.Mechanism())
	}
	c = capable(t, &Options{Mechanisms: []string{"APOP", "USER"}}, "UIDL", func(p *peer) {
		p.answer("APOP mrose c4c9334bac560ecc979e58001b3e22fb", "-ERR no\r\n")
		p.answer("NOOP", "+OK\r\n")
	})
	if err := c.Login(t.Context(), "mrose", "tanstaaf"); !errors.Is(err, ErrAuth) {
		t.Errorf("refused: %v, want ErrAuth, and no USER after it", err)
	}
	if err := c.Noop(t.Context()); err != nil {
		t.Error(err)
	}
	c = capable(t, nil, "UIDL", func(p *peer) {
		p.answer("USER mrose", "+OK\r\n")
		p.answer("PASS tanstaaf", "+OK\r\n")
		p.noCAPA()
	})
	if err := c.Login(t.Context(), "mrose", "tanstaaf"); err != nil {
		t.Error(err)
	}
}

func TestTheChallengeForAPOPIsAStrictMessageID(t *testing.T) {
	for greeting, want := range map[string]string{
		"ready <1896.697170952@dbc.mtview.ca.us>": "<1896.697170952@dbc.mtview.ca.us>",
		"<a@b> <c@d>":                 "<a@b>",
		"<first try> <a@[192.0.2.1]>": "<a@[192.0.2.1]>",
		"<a@[IPv6:2001:db8::1]> x":    "<a@[IPv6:2001:db8::1]>",
		"< <a@b>":                     "<a@b>",
		"<a@b":                        "",
		"no challenge":                "",
		"<a@>":                        "",
		"<@b>":                        "",
		"<a.@b>":                      "",
		"<a@b..c>":                    "",
		"<a@[]>":                      "",
		"<a@[x y]>":                   "",
		"<a@b@c>":                     "",
		"<a b@c>":                     "",
		"<a\x80@b>":                   "",
		"<a\x00@b>":                   "",
		"<é@b>":                       "",
		"<" + strings.Repeat("a", maxChallenge) + "@b>": "",
	} {
		if got := findChallenge(greeting); got != want {
			t.Errorf("%q: %q, want %q", greeting, got, want)
		}
	}
}

// FuzzChallenge: a challenge for APOP is part of the greeting, in brackets, with
// one @, and of visible ASCII only.
func FuzzChallenge(f *testing.F) {
	for _, s := range []string{"<1896.697170952@dbc.mtview.ca.us>", "<<a@b>", "<a@[::1]>", "a@b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, greeting string) {
		got := findChallenge(greeting)
		if got == "" {
			return
		}
		if !strings.Contains(greeting, got) || got[0] != '<' || got[len(got)-1] != '>' || strings.Count(got, "@") != 1 {
			t.Fatalf("%q: %q is no message id of it", greeting, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r > '~' }) || len(got) > maxChallenge+2 {
			t.Fatalf("%q: %q has what it must not", greeting, got)
		}
	})
}

func TestCredentialsPrintAsStars(t *testing.T) {
	cred := Credentials{User: "ann", Password: "secret"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		for _, v := range []any{cred, &cred, []Credentials{cred}, struct{ C Credentials }{cred}} {
			if s := fmt.Sprintf(format, v); !strings.Contains(s, "***") || strings.Contains(s, "ann") {
				t.Errorf("%s of %T: %s", format, v, s)
			}
		}
	}
	if diff := cmp.Diff(`"***"`, marshalled(t, cred)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("***", cred.LogValue().String()); diff != "" {
		t.Error(diff)
	}
}

func TestALoginWithoutConnectionIsNotARefusal(t *testing.T) {
	c := clientOn(new(chunkConn), nil)
	c.Close()
	if err := c.Login(t.Context(), "ann", "secret"); !errors.Is(err, ErrClosed) || errors.Is(err, io.EOF) {
		t.Errorf("Login: %v, want ErrClosed", err)
	}
}
