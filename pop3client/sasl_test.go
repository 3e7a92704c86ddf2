package pop3client

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func marshalled(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// using returns options that name mechanisms.
func using(names ...string) *Options { return &Options{Mechanisms: names} }

func TestMechanismsOnTheWire(t *testing.T) {
	cred := Credentials{User: "tim", Password: "tanstaaftanstaaf"}
	as := cred
	as.Authorization = "box"
	for name, test := range map[string]struct {
		o      *Options
		cred   Credentials
		script func(p *peer)
	}{
		"PLAIN": {using("PLAIN"), cred, func(p *peer) {
			p.answer("AUTH PLAIN", "+\r\n")
			p.want(code("\x00tim\x00tanstaaftanstaaf"))
		}},
		"PLAIN as another": {using("PLAIN"), as, func(p *peer) {
			p.answer("AUTH PLAIN", "+\r\n")
			p.want(code("box\x00tim\x00tanstaaftanstaaf"))
		}},
		"LOGIN": {using("LOGIN"), cred, func(p *peer) {
			p.answer("AUTH LOGIN", "+ VXNlcm5hbWU6\r\n")
			p.answer(code("tim"), "+ UGFzc3dvcmQ6\r\n")
			p.want(code("tanstaaftanstaaf"))
		}},
		"CRAM-MD5": {using("CRAM-MD5"), cred, func(p *peer) { // RFC 2195, section 2
			p.answer("AUTH CRAM-MD5", "+ "+code("<1896.697170952@postoffice.reston.mci.net>")+"\r\n")
			p.want(code("tim b913a602c7eda7a495b4e6e7334d3890"))
		}},
		"EXTERNAL": {using("EXTERNAL"), Credentials{}, func(p *peer) {
			p.answer("AUTH EXTERNAL", "+\r\n")
			p.want("")
		}},
		"EXTERNAL as another": {using("EXTERNAL"), Credentials{Authorization: "box"}, func(p *peer) {
			p.answer("AUTH EXTERNAL", "+\r\n")
			p.want(code("box"))
		}},
		"EXTERNAL, at once": {&Options{Mechanisms: []string{"EXTERNAL"}, InitialResponse: true}, Credentials{}, func(p *peer) {
			p.want("AUTH EXTERNAL =")
		}},
		"PLAIN, at once": {&Options{Mechanisms: []string{"PLAIN"}, InitialResponse: true}, cred, func(p *peer) {
			p.want("AUTH PLAIN " + code("\x00tim\x00tanstaaftanstaaf"))
		}},
		"LOGIN, never at once": {&Options{Mechanisms: []string{"LOGIN"}, InitialResponse: true}, cred, func(p *peer) {
			p.answer("AUTH LOGIN", "+\r\n")
			p.answer(code("tim"), "+\r\n")
			p.want(code("tanstaaftanstaaf"))
		}},
	} {
		mechanism := test.o.Mechanisms[0]
		c := capable(t, test.o, "SASL "+mechanism, func(p *peer) {
			test.script(p)
			p.send("+OK signed in\r\n")
			p.answer("CAPA", "+OK\r\nUIDL\r\n.\r\n")
		})
		if err := c.Authenticate(t.Context(), test.cred); err != nil || c.Mechanism() != mechanism {
			t.Errorf("%s: %v by %q", name, err, c.Mechanism())
		}
		if c.Has("SASL") || !c.Has("UIDL") {
			t.Errorf("%s: the capabilities are not those of the new state", name)
		}
	}
}

func TestACommandOfMoreThan255OctetsGoesInTwoSteps(t *testing.T) {
	// "AUTH PLAIN " and the line end leave 242, which hold 180 octets (240).
	fits, tooLong := strings.Repeat("p", 180-5), strings.Repeat("p", 181-5)
	for password, script := range map[string]func(p *peer){
		fits: func(p *peer) { p.want("AUTH PLAIN " + code("\x00ann\x00"+fits)) },
		tooLong: func(p *peer) {
			p.answer("AUTH PLAIN", "+\r\n")
			p.want(code("\x00ann\x00" + tooLong))
		},
	} {
		c := capable(t, &Options{InitialResponse: true}, "SASL PLAIN", func(p *peer) {
			script(p)
			p.send("+OK\r\n")
			p.noCAPA()
		})
		if err := c.Login(t.Context(), "ann", password); err != nil {
			t.Errorf("a password of %d octets: %v", len(password), err)
		}
	}
}

func TestARefusalOfAnInitialResponseIsOneOfTheCredentials(t *testing.T) {
	c := capable(t, &Options{InitialResponse: true}, "USER\nSASL PLAIN", func(p *peer) {
		p.answer("AUTH PLAIN "+code("\x00ann\x00secret"), "-ERR no\r\n")
		p.wantEnd()
	})
	if err := c.Login(t.Context(), "ann", "secret"); !errors.Is(err, ErrAuth) {
		t.Errorf("Login: %v, want ErrAuth", err)
	}
	c.Close()
}

func TestC6ContinuationsAsServersWriteThem(t *testing.T) {
	for _, prompt := range []string{"+", "+ ", "+  ", "+go ahead", "+ please, in base64", "+OK", "+OK go on", "+Okay", "+ VXNlcm5hbWU6", "+VXNlcm5hbWU6", "+ VXNl cm5hbWU6"} {
		c := capable(t, using("LOGIN"), "SASL LOGIN", func(p *peer) {
			p.answer("AUTH LOGIN", prompt+"\r\n")
			p.answer(code("ann"), prompt+"\r\n")
			p.answer(code("secret"), "+OK\r\n")
			p.noCAPA()
		})
		if err := c.Login(t.Context(), "ann", "secret"); err != nil {
			t.Errorf("%q: %v", prompt, err)
		}
	}
}

func TestC6ChallengesWithoutPaddingCanBeRead(t *testing.T) {
	challenge := strings.TrimRight(code("<12@host.example>"), "=")
	for _, prompt := range []string{"+ " + challenge, "+" + challenge, "+OK " + challenge, "+ " + challenge + "==", "+ " + challenge[:8] + " " + challenge[8:]} {
		c := capable(t, using("CRAM-MD5"), "SASL CRAM-MD5", func(p *peer) {
			p.answer("AUTH CRAM-MD5", prompt+"\r\n")
			p.answer(code("ann d6e39eb67f9fb8ae23ccf7ad3d12643f"), "+OK\r\n")
			p.noCAPA()
		})
		if err := c.Login(t.Context(), "ann", "secret"); err != nil {
			t.Errorf("%q: %v", prompt, err)
		}
	}
}

func TestAnExchangeThatCannotGoOnIsCancelled(t *testing.T) {
	for name, test := range map[string]struct {
		mechanism string
		script    func(p *peer)
	}{
		"one step too many": {"PLAIN", func(p *peer) { p.answer("AUTH PLAIN", "+\r\n"); p.answer(code("\x00ann\x00secret"), "+ more\r\n") }},
		"not SCRAM":         {"SCRAM-SHA-256", func(p *peer) { p.answer("AUTH SCRAM-SHA-256", "+\r\n"); p.in.ReadString('\n'); p.send("+ eA==\r\n") }},
	} {
		c := capable(t, using(test.mechanism), "SASL "+test.mechanism, func(p *peer) {
			test.script(p)
			p.want("*")
			p.wantEnd()
		})
		if err := c.Login(t.Context(), "ann", "secret"); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %v, want ErrProtocol", name, err)
		}
	}
}

func TestAMechanismWithoutAChallengeGivesWayToTheNext(t *testing.T) {
	for _, challenge := range []string{"+", "+ ???", "+OK", "+ Rubbish"} {
		c := capable(t, using("CRAM-MD5", "PLAIN"), "SASL CRAM-MD5 PLAIN", func(p *peer) {
			p.answer("AUTH CRAM-MD5", challenge+"\r\n")
			p.answer("*", "-ERR cancelled\r\n")
			p.answer("AUTH PLAIN", "+\r\n")
			p.answer(code("\x00ann\x00secret"), "+OK\r\n")
			p.noCAPA()
		})
		if err := c.Login(t.Context(), "ann", "secret"); err != nil || c.Mechanism() != "PLAIN" {
			t.Errorf("%q: %v by %q, want PLAIN", challenge, err, c.Mechanism())
		}
	}
	c := capable(t, using("CRAM-MD5", "PLAIN"), "SASL CRAM-MD5 PLAIN", func(p *peer) {
		p.answer("AUTH CRAM-MD5", "+\r\n")
		p.answer("*", "+OK\r\n") // it must be a refusal
		p.wantEnd()
	})
	if err := c.Login(t.Context(), "ann", "secret"); !errors.Is(err, ErrProtocol) || c.Mechanism() != "" {
		t.Errorf("cancelled and accepted: %v, want ErrProtocol", err)
	}
}

func TestRepliesInAnExchangeThatAreNone(t *testing.T) {
	for _, reply := range []string{"garbage\r\n", "\r\n\r\n\r\n\r\n\r\n", "* no\r\n", strings.Repeat("+", 10_000) + "\r\n", "+\r\n+OK\r\n"} {
		c := capable(t, using("PLAIN"), "SASL PLAIN", func(p *peer) {
			p.answer("AUTH PLAIN", reply)
		})
		if err := c.Login(t.Context(), "ann", "secret"); !errors.Is(err, ErrProtocol) {
			t.Errorf("%.20q: %v, want ErrProtocol", reply, err)
		}
	}
}

// FuzzDecodeChallenge: whatever encoding/base64 writes is read back, also as
// servers mistreat it, and nothing else makes more octets than it has.
func FuzzDecodeChallenge(f *testing.F) {
	for _, s := range []string{"", "VXNlcm5hbWU6", "a", "====", "a-_/+", "go ahead"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := decodeChallenge(s); len(got) > len(s) {
			t.Fatalf("%q became %d octets", s, len(got))
		}
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString([]byte(s))
			broken := encoded[:len(encoded)/2] + " " + encoded[len(encoded)/2:]
			if got := decodeChallenge(broken); got == nil || !bytes.Equal(got, []byte(s)) {
				t.Fatalf("%q became %q", broken, got)
			}
		}
	})
}

// FuzzOAuthStatus: the reason of a refused token is a word or nothing.
func FuzzOAuthStatus(f *testing.F) {
	for _, s := range []string{`{"status":"401"}`, `{"status":"invalid_token","schemes":"bearer"}`, `{"status":7}`, `[]`, `{"status":"a b"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, challenge []byte) {
		status := parseOAuthStatus(challenge)
		if len(status) > 64 || strings.ContainsFunc(status, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' }) {
			t.Fatalf("%q: %q", challenge, status)
		}
		if status == "" {
			return
		}
		if again := parseOAuthStatus([]byte(`{"status":"` + status + `"}`)); again != status {
			t.Fatalf("%q was read back as %q", status, again)
		}
	})
}

// FuzzExchange: whatever a server answers to a login, nothing of the password
// shows, SCRAM never takes it for a proof, and nobody is signed in without +OK.
func FuzzExchange(f *testing.F) {
	for _, s := range []string{"+\r\n+OK\r\n-ERR\r\n", "+ VXNlcm5hbWU6\r\n+OK\r\n+OK\r\n", "-ERR [AUTH] no\r\n", "+ cj1hLHM9QUE9PSxpPTQwOTY=\r\n", "\r\n\r\n+Okay\r\n*"} {
		f.Add(uint8(0), s)
		f.Add(uint8(5), s)
	}
	mechanisms := []string{"USER", "APOP", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2"}
	f.Fuzz(func(t *testing.T, which uint8, said string) {
		mechanism := mechanisms[int(which)%len(mechanisms)]
		var trace strings.Builder
		conn := new(chunkConn)
		for line := range strings.Lines(said) {
			conn.chunks = append(conn.chunks, []byte(line))
		}
		c := clientOn(conn, traced(&trace, mechanism))
		c.challenge = "<a@b>"
		cred := Credentials{User: "ann", Password: plantedPassword}
		if mechanism == "XOAUTH2" {
			cred.Token = func(context.Context, bool) (string, error) { return plantedToken, nil }
		}
		err := c.Authenticate(t.Context(), cred)
		if leak := leaks(fmt.Sprintf("%v %#v %s", err, err, trace.String()), plantedPassword, plantedToken); leak != "" && leaks(said, plantedPassword, plantedToken) == "" {
			t.Fatalf("%s, %q: %q shows in %v or\n%s", mechanism, said, leak, err, trace.String())
		}
		if c.signedIn != (c.mechanism != "") || c.signedIn && (strings.HasPrefix(mechanism, "SCRAM") || !strings.Contains(strings.ToUpper(said), "+OK")) {
			t.Fatalf("%s, %q: signed in by %q", mechanism, said, c.mechanism)
		}
	})
}
