package pop3client

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// Secrets planted below. They share no run of letters with anything else.
const (
	plantedPassword = "Wq7-zKp9_Vx2 Jf"
	plantedToken    = "ya29.Qx8zT5vKp2WmR7bNcJ4hL"
)

// spellings are the ways in which a secret could be found in a text.
func spellings(secret string) []string {
	all := []string{secret, hex.EncodeToString([]byte(secret))}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		all = append(all, encoding.EncodeToString([]byte(secret)))
	}
	// As part of something longer, where the ends are shared with its neighbours.
	for _, before := range []string{"x", "xx"} {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(before + secret + "xx"))
		all = append(all, encoded[4:len(encoded)-4])
	}
	return all
}

// leaks returns the spelling of a secret that a text has, or a piece of one
// that is long enough to be more than chance.
func leaks(text string, secrets ...string) string {
	const piece = 8
	text = strings.ToLower(text)
	for _, secret := range secrets {
		for _, spelling := range spellings(secret) {
			spelling = strings.ToLower(spelling)
			for i := 0; i+piece <= len(spelling); i++ {
				if strings.Contains(text, spelling[i:i+piece]) {
					return spelling[i : i+piece]
				}
			}
		}
	}
	return ""
}

// parrot answers every line of an exchange with a refusal, or a challenge, that
// repeats all that it was ever sent, in every way it can think of.
func parrot(p *peer, challenges int, end string) {
	var heard []string
	p.send("+OK <12.34@host.example>\r\n")
	for {
		line, err := p.in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "CAPA" {
			p.send("+OK\r\nUSER\r\nSASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 OAUTHBEARER XOAUTH2\r\n.\r\n")
			continue
		}
		words := strings.Fields(line)
		heard = append(heard, line)
		if len(words) > 0 {
			last := words[len(words)-1]
			heard = append(heard, last, hex.EncodeToString([]byte(last)), code(last), "<"+last[:len(last)*2/3])
			if decoded := decodeChallenge(last); decoded != nil {
				heard = append(heard, strings.ReplaceAll(string(decoded), "\x00", " "), hex.EncodeToString(decoded))
			}
		}
		echo := strings.ReplaceAll(strings.Join(heard[max(0, len(heard)-6):], " "), "\n", "")
		switch {
		case challenges > 0 && strings.HasPrefix(line, "AUTH SCRAM"):
			p.send("+\r\n")
		case challenges > 0 && strings.HasPrefix(line, "USER"):
			p.send("+OK " + echo + "\r\n")
		case challenges > 0:
			p.send("+ " + code("<1@b>") + "\r\n")
		default:
			p.send(end + echo + "\r\n")
		}
		challenges--
	}
}

func TestC11NoSecretReachesAnErrorATraceOrALog(t *testing.T) {
	ends := []string{"-ERR ", "-ERR [", "-ERR [X] ", "garbage ", "+OK ", "+ ", strings.Repeat("x", 8000)}
	for _, mechanism := range []string{"USER", "APOP", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2"} {
		for challenges := range 4 {
			for _, end := range ends {
				for _, at := range []bool{false, true} {
					var text strings.Builder
					log := slog.New(slog.NewTextHandler(&text, nil))
					o := &Options{Mechanisms: []string{mechanism}, InitialResponse: at, Trace: func(e TraceEvent) {
						fmt.Fprintf(&text, "%v %+v %#v\n", e, e, e)
						log.Info("trace", "event", e)
					}}
					c, err := New(t.Context(), play(t, func(p *peer) { parrot(p, challenges, end) }), o)
					if err != nil {
						t.Fatal(err)
					}
					cred := Credentials{User: "ann", Password: plantedPassword}
					if strings.HasSuffix(mechanism, "2") || strings.HasPrefix(mechanism, "O") {
						cred = Credentials{User: "ann", Token: func(context.Context, bool) (string, error) { return plantedToken, nil }}
					}
					err = c.Authenticate(t.Context(), cred)
					_, _, later := c.Stat(t.Context())
					for _, each := range []error{err, later} {
						var refusal *ServerError
						errors.As(each, &refusal)
						fmt.Fprintf(&text, "%v %+v %#v %#v\n", each, each, each, refusal)
						log.Error("login", "err", each, "refusal", refusal, "cred", cred)
					}
					if leak := leaks(text.String(), plantedPassword, plantedToken); leak != "" {
						t.Fatalf("%s, %d challenges, then %.10q: %q in\n%s", mechanism, challenges, end, leak, text.String())
					}
					c.Close()
				}
			}
		}
	}
}

func TestC11ProofsAndDigestsAreSecretsToo(t *testing.T) {
	const challenge = "<1896.697170952@dbc.mtview.ca.us>"
	server := scramPeer{hash: sha256.New, password: "another", rounds: 4096, binding: "n,,"}
	for mechanism, test := range map[string]struct {
		password string
		script   func(p *peer) (secret string) // what the refusal repeats
	}{
		"CRAM-MD5": {"tanstaaf", func(p *peer) string {
			p.answer("AUTH CRAM-MD5", "+ "+code(challenge)+"\r\n")
			_, digest, _ := strings.Cut(server.read(p), " ")
			return strings.ToUpper(digest)
		}},
		"APOP": {"tanstaaf", func(p *peer) string {
			p.want("APOP mrose c4c9334bac560ecc979e58001b3e22fb")
			return "c4c9334bac560ecc979e58001b3e22fb"
		}},
		"SCRAM-SHA-256": {"tanstaaf", func(p *peer) string {
			p.answer("AUTH SCRAM-SHA-256", "+\r\n")
			_, nonce, _ := strings.Cut(server.read(p), ",r=")
			p.send("+ " + code("r="+nonce+"X,s=QSXCR+Q6sek8bf92,i=4096") + "\r\n")
			_, proof, _ := strings.Cut(server.read(p), ",p=")
			return proof
		}},
		"PLAIN": {"pw", func(p *peer) string { // too short to be found in the code of more
			p.answer("AUTH PLAIN", "+\r\n")
			p.want(code("\x00mrose\x00pw"))
			return code("\x00mrose\x00pw")
		}},
	} {
		var text strings.Builder
		var secret string
		c := capable(t, traced(&text, mechanism), "SASL "+mechanism, func(p *peer) {
			secret = test.script(p)
			p.send("-ERR not " + secret + " at all\r\n")
		})
		err := c.Login(t.Context(), "mrose", test.password)
		var refusal *ServerError
		if !errors.As(err, &refusal) || !strings.HasPrefix(refusal.Text, "not ***") || !strings.HasSuffix(refusal.Text, " at all") {
			t.Errorf("%s: %v, want it without the secret", mechanism, err)
		}
		if strings.Contains(text.String()+err.Error(), secret[:12]) {
			t.Errorf("%s: %q is in %v or in the trace:\n%s", mechanism, secret, err, text.String())
		}
	}
	c := capable(t, &Options{InitialResponse: true}, "SASL PLAIN", func(p *peer) {
		line := code("\x00mrose\x00pw")
		p.answer("AUTH PLAIN "+line, "-ERR not "+line+"\r\n")
	})
	var refusal *ServerError
	if err := c.Login(t.Context(), "mrose", "pw"); !errors.As(err, &refusal) || refusal.Text != "not ***" {
		t.Errorf("sent at once: %v, want it without the line", err)
	}
}

func TestConcealing(t *testing.T) {
	var c concealer
	if got := c.conceal("nothing is secret"); got != "nothing is secret" {
		t.Errorf("without secrets: %q", got)
	}
	for _, secret := range []string{"abcdefghijkl", "pin7", "é"} {
		c.add(secret)
	}
	for text, want := range map[string]string{
		"bad abcdefghijkl here":  "bad *** here",
		"bad ABCDEFGHijkl here":  "bad *** here",
		"part bcdefghi of it":    "part *** of it",
		"cut abcdefg":            "cut abcdefg", // seven in a row may be chance
		"abcdefghijklabcdefghij": "***",
		"pin7pin7 pin":           "*** pin",
		"PIN7":                   "***",
		"hex 70696E37":           "hex ***",
		"base64 cGluNw==":        "base64 ***w==", // the last letter depends on what follows
		"café":                   "caf***",
		"cafe":                   "cafe",
	} {
		if got := c.conceal(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzConceal: no spelling of a secret of some length survives, wherever a
// server puts it, and what has nothing of it stays.
func FuzzConceal(f *testing.F) {
	f.Add("before ", plantedPassword, " after")
	f.Add("", "\xff\x00secret word", "==")
	f.Add("cGFzc3dvcmQ", "password", "-_")
	f.Fuzz(func(t *testing.T, before, secret, after string) {
		secret = cleaned(secret)
		if len(secret) < 14 || strings.Contains(secret, "*") || strings.Contains(strings.ToLower(hex.EncodeToString([]byte(secret))), "2a2a") {
			return
		}
		var c concealer
		c.add(secret)
		for _, spelling := range spellings(secret) {
			text := c.conceal(cleaned(before + spelling + after))
			if strings.Contains(strings.ToLower(text), strings.ToLower(spelling)) {
				t.Fatalf("%q survives in %q", spelling, text)
			}
		}
	})
}
