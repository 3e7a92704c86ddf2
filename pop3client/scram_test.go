package pop3client

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"strconv"
	"strings"
	"testing"
)

// The examples of RFC 5802, section 5, and RFC 7677, section 3.
var scramExamples = map[string]struct {
	hash                                                     func() hash.Hash
	nonce, clientFirst, serverFirst, clientFinal, serverLast string
}{
	"SCRAM-SHA-1": {
		sha1.New, "fyko+d2lbbFgONRv9qkxdawL",
		"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
		"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
		"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
		"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
	},
	"SCRAM-SHA-256": {
		sha256.New, "rOprNGfwEbeRWgbNEkqO",
		"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
		"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
		"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
	},
}

func TestTheExamplesOfTheRFCsForSCRAM(t *testing.T) {
	for name, example := range scramExamples {
		s := &scram{hash: example.hash, user: "user", password: "pencil", nonce: example.nonce, header: "n,,", conceal: func(string) {}}
		first, err := s.first(nil)
		if err != nil || string(first) != example.clientFirst {
			t.Errorf("%s: the first message is %q, %v; want %q", name, first, err, example.clientFirst)
		}
		final, err := s.final([]byte(example.serverFirst))
		if err != nil || string(final) != example.clientFinal {
			t.Errorf("%s: the last message is %q, %v; want %q", name, final, err, example.clientFinal)
		}
		if err := s.verify([]byte(example.serverLast)); err != nil {
			t.Errorf("%s: the server's signature: %v", name, err)
		}
		wrong := strings.Replace(example.serverLast, "v=", "v=A", 1)
		if err := s.verify([]byte(wrong)); !errors.Is(err, ErrImpostor) {
			t.Errorf("%s: a wrong signature: %v, want ErrImpostor", name, err)
		}
	}
}

// scramPeer is a server for SCRAM, written from RFC 5802 by itself.
type scramPeer struct {
	hash     func() hash.Hash
	password string
	rounds   int
	// binding is what c= must hold: the gs2-header and the data.
	binding string
	first   func(string) string // changes the server's first message; nil: as it is
}

// serve answers AUTH name up to the proof and returns the server's last
// message, "" when the proof is wrong.
func (s scramPeer) serve(p *peer, name string) string {
	p.t.Helper()
	p.answer("AUTH "+name, "+ \r\n")
	message := s.read(p)
	flag, rest, _ := strings.Cut(message, ",")
	authorization, bare, _ := strings.Cut(rest, ",")
	_, nonce, _ := strings.Cut(bare, ",r=")
	first := "r=" + nonce + "SERVER,s=" + code("some salt") + ",i=" + strconv.Itoa(s.rounds)
	if s.first != nil {
		first = s.first(first)
	}
	p.send("+ " + code(first) + "\r\n")

	final := s.read(p)
	without, proof, _ := strings.Cut(final, ",p=")
	if want := "c=" + code(s.binding) + ",r=" + nonce + "SERVER"; without != want || !strings.HasPrefix(s.binding, flag+","+authorization+",") {
		return ""
	}
	mac := func(key []byte, text string) []byte {
		mac := hmac.New(s.hash, key)
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	salted, err := pbkdf2.Key(s.hash, s.password, []byte("some salt"), s.rounds, s.hash().Size())
	if err != nil {
		p.t.Error(err)
	}
	all := bare + "," + first + "," + without
	clientKey := mac(salted, "Client Key")
	stored := s.hash()
	stored.Write(clientKey)
	shown, _ := base64.StdEncoding.DecodeString(proof)
	for i, b := range mac(stored.Sum(nil), all) {
		if i >= len(shown) || shown[i]^b != clientKey[i] {
			return ""
		}
	}
	return "v=" + base64.StdEncoding.EncodeToString(mac(mac(salted, "Server Key"), all))
}

func (s scramPeer) read(p *peer) string {
	line, _ := p.in.ReadString('\n')
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
	if err != nil {
		p.t.Errorf("the client sent %q: %v", line, err)
	}
	return string(decoded)
}

func TestSCRAMWithAServer(t *testing.T) {
	good := scramPeer{hash: sha256.New, password: "IX", rounds: 4096, binding: "n,,"}
	for name, end := range map[string]func(p *peer, last string){
		"as a challenge": func(p *peer, last string) { p.answer2("+ "+code(last)+"\r\n", ""); p.send("+OK\r\n") },
		"with the yes":   func(p *peer, last string) { p.send("+OK " + code(last) + "\r\n") },
	} {
		c := capable(t, nil, "SASL SCRAM-SHA-256", func(p *peer) {
			end(p, good.serve(p, "SCRAM-SHA-256"))
			p.noCAPA()
		})
		// The password is prepared: what is written differently is the same.
		if err := c.Login(t.Context(), "ann", "I\u00adX"); err != nil || c.Mechanism() != "SCRAM-SHA-256" {
			t.Errorf("%s: %v by %q", name, err, c.Mechanism())
		}
	}
}

func TestSCRAMSignsInAsAnother(t *testing.T) {
	server := scramPeer{hash: sha1.New, password: "secret", rounds: 5000, binding: "n,a=b=2Cx,"}
	c := capable(t, nil, "SASL SCRAM-SHA-1", func(p *peer) {
		p.answer2("+ "+code(server.serve(p, "SCRAM-SHA-1"))+"\r\n", "")
		p.send("+OK\r\n")
		p.noCAPA()
	})
	if err := c.Authenticate(t.Context(), Credentials{User: "a=b", Password: "secret", Authorization: "b,x"}); err != nil {
		t.Error(err)
	}
}

func TestAServerMustProveThatItKnowsThePassword(t *testing.T) {
	knows := scramPeer{hash: sha256.New, password: "secret", rounds: 4096, binding: "n,,"}
	for name, script := range map[string]func(p *peer){
		"yes and nothing else": func(p *peer) { knows.serve(p, "SCRAM-SHA-256"); p.send("+OK\r\n") },
		"a wrong signature": func(p *peer) {
			knows.serve(p, "SCRAM-SHA-256")
			p.answer2("+ "+code("v="+code("x"))+"\r\n", "*")
			p.wantEnd()
		},
		"no signature":            func(p *peer) { knows.serve(p, "SCRAM-SHA-256"); p.answer2("+\r\n", "*"); p.wantEnd() },
		"an unreadable signature": func(p *peer) { knows.serve(p, "SCRAM-SHA-256"); p.send("+OK " + code("v=!") + "\r\n") },
		"an empty signature":      func(p *peer) { knows.serve(p, "SCRAM-SHA-256"); p.send("+OK " + code("v=") + "\r\n") },
		"that of another password": func(p *peer) {
			p.send("+OK " + code("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=") + "\r\n")
		},
	} {
		c := capable(t, nil, "USER\nSASL SCRAM-SHA-256", func(p *peer) {
			if strings.HasPrefix(name, "that") {
				knows.serve(p, "SCRAM-SHA-256")
			}
			script(p)
		})
		if err := c.Login(t.Context(), "ann", "secret"); !errors.Is(err, ErrImpostor) || errors.Is(err, ErrAuth) || c.Mechanism() != "" {
			t.Errorf("%s: %v by %q, want ErrImpostor", name, err, c.Mechanism())
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: the session goes on: %v", name, err)
		}
	}
}

func TestAnEarlyYesIsNoneInSCRAM(t *testing.T) {
	for name, script := range map[string]func(p *peer){
		"at once": func(p *peer) { p.answer("AUTH SCRAM-SHA-256", "+OK\r\n"); p.in.ReadString('\n'); p.send("+OK\r\n") },
		"after one": func(p *peer) {
			p.answer("AUTH SCRAM-SHA-256", "+\r\n")
			p.in.ReadString('\n')
			p.send("+OK welcome\r\n")
		},
		"with a sign": func(p *peer) { p.answer("AUTH SCRAM-SHA-256", "+\r\n"); p.in.ReadString('\n'); p.send("+OK dj14\r\n") },
	} {
		c := capable(t, nil, "SASL SCRAM-SHA-256", func(p *peer) {
			script(p)
			p.want("*")
			p.wantEnd()
		})
		if err := c.Login(t.Context(), "ann", "secret"); !errors.Is(err, ErrProtocol) || c.Mechanism() != "" {
			t.Errorf("%s: %v, want ErrProtocol", name, err)
		}
	}
}

func TestWhatAServerSaysNoWithInSCRAM(t *testing.T) {
	server := scramPeer{hash: sha256.New, password: "other", rounds: 4096, binding: "n,,"}
	for name, test := range map[string]struct {
		script func(p *peer)
		want   error
	}{
		"invalid-proof": {func(p *peer) {
			server.serve(p, "SCRAM-SHA-256")
			p.answer2("+ "+code("e=invalid-proof")+"\r\n", "")
			p.send("-ERR no\r\n")
		}, ErrAuth},
		"unknown-user": {func(p *peer) {
			p.answer("AUTH SCRAM-SHA-256", "+\r\n")
			server.read(p)
			p.answer2("+ "+code("e=unknown-user,x=y")+"\r\n", "")
			p.send("-ERR no\r\n")
		}, ErrAuth},
		"a refusal at the proof": {func(p *peer) { server.serve(p, "SCRAM-SHA-256"); p.send("-ERR [AUTH] no\r\n") }, ErrAuth},
		"a refusal at the name": {func(p *peer) {
			p.answer("AUTH SCRAM-SHA-256", "+\r\n")
			server.read(p)
			p.send("-ERR no\r\n")
		}, ErrAuth},
		"a fault": {func(p *peer) { server.serve(p, "SCRAM-SHA-256"); p.send("-ERR [SYS/TEMP] no\r\n") }, ErrTemporary},
		"binding": {func(p *peer) {
			server.serve(p, "SCRAM-SHA-256")
			p.answer2("+ "+code("e=channel-bindings-dont-match")+"\r\n", "*")
		}, ErrTLS},
		"yes after no": {func(p *peer) {
			server.serve(p, "SCRAM-SHA-256")
			p.answer2("+ "+code("e=invalid-proof")+"\r\n", "")
			p.send("+OK\r\n")
		}, ErrProtocol},
		"more after no": {func(p *peer) {
			server.serve(p, "SCRAM-SHA-256")
			p.answer2("+ "+code("e=invalid-proof")+"\r\n", "")
			p.answer2("+\r\n", "*")
		}, ErrProtocol},
	} {
		c := capable(t, nil, "USER\nSASL SCRAM-SHA-256", func(p *peer) {
			test.script(p)
			p.wantEnd()
		})
		if err := c.Login(t.Context(), "ann", "secret"); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		c.Close()
	}
}

func TestHostileFirstMessagesInSCRAM(t *testing.T) {
	const ok = "r=abcDEF,s=QSXCR+Q6sek8bf92,i=4096"
	if _, err := parseServerFirst([]byte(ok+",ext=1,more"), "abc"); err != nil {
		t.Errorf("with extensions: %v", err)
	}
	for name, message := range map[string]string{
		"empty":                "",
		"another nonce":        "r=xbcDEF,s=QSXCR+Q6sek8bf92,i=4096",
		"our nonce alone":      "r=abc,s=QSXCR+Q6sek8bf92,i=4096",
		"part of ours":         "r=ab,s=QSXCR+Q6sek8bf92,i=4096",
		"unprintable nonce":    "r=abc\x00,s=QSXCR+Q6sek8bf92,i=4096",
		"nonce too long":       "r=abc" + strings.Repeat("x", maxNonce) + ",s=QSXCR+Q6sek8bf92,i=4096",
		"no salt":              "r=abcDEF,s=,i=4096",
		"no base64":            "r=abcDEF,s=!!,i=4096",
		"salt too long":        "r=abcDEF,s=" + strings.Repeat("AAAA", maxSalt) + ",i=4096",
		"too few rounds":       "r=abcDEF,s=QSXCR+Q6sek8bf92,i=4095",
		"no rounds":            "r=abcDEF,s=QSXCR+Q6sek8bf92,i=0",
		"negative rounds":      "r=abcDEF,s=QSXCR+Q6sek8bf92,i=-4096",
		"too many rounds":      "r=abcDEF,s=QSXCR+Q6sek8bf92,i=1000001",
		"more than an int":     "r=abcDEF,s=QSXCR+Q6sek8bf92,i=99999999999999999999",
		"not a number":         "r=abcDEF,s=QSXCR+Q6sek8bf92,i=many",
		"order":                "s=QSXCR+Q6sek8bf92,r=abcDEF,i=4096",
		"mandatory extensions": "m=x,r=abcDEF,s=QSXCR+Q6sek8bf92,i=4096",
		"only two":             "r=abcDEF,s=QSXCR+Q6sek8bf92",
	} {
		if _, err := parseServerFirst([]byte(message), "abc"); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %v, want ErrProtocol", name, err)
		}
	}
}

// FuzzServerFirst: what is accepted goes on from the client's nonce, has a salt
// and a bearable number of rounds, and, written again, reads the same.
func FuzzServerFirst(f *testing.F) {
	for _, example := range scramExamples {
		f.Add([]byte(example.serverFirst), example.nonce)
	}
	f.Add([]byte("r=abc,s=AA==,i=+4096"), "ab")
	f.Fuzz(func(t *testing.T, message []byte, nonce string) {
		m, err := parseServerFirst(message, nonce)
		if err != nil {
			return
		}
		if !strings.HasPrefix(m.nonce, nonce) || len(m.nonce) <= len(nonce) || len(m.nonce) > maxNonce || strings.ContainsAny(m.nonce, ",\r\n\x00") {
			t.Fatalf("%q: nonce %q after %q", message, m.nonce, nonce)
		}
		if len(m.salt) == 0 || len(m.salt) > maxSalt || m.iterations < minIterations || m.iterations > maxIterations {
			t.Fatalf("%q: %d octets of salt, %d rounds", message, len(m.salt), m.iterations)
		}
		again := "r=" + m.nonce + ",s=" + base64.StdEncoding.EncodeToString(m.salt) + ",i=" + strconv.Itoa(m.iterations)
		second, err := parseServerFirst([]byte(again), nonce)
		if err != nil || second.nonce != m.nonce || !bytes.Equal(second.salt, m.salt) || second.iterations != m.iterations {
			t.Fatalf("%q was read back as %+v, %v", again, second, err)
		}
	})
}

// FuzzServerFinal: only the right signature satisfies.
func FuzzServerFinal(f *testing.F) {
	s := &scram{signature: []byte("twenty octets, or so")}
	for _, message := range []string{"v=" + code("twenty octets, or so"), "v=", "e=invalid-proof", "e=channel-bindings-dont-match", "v=dHdlbnR5"} {
		f.Add([]byte(message))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		if err := s.verify(message); err != nil {
			return
		}
		first, _, _ := strings.Cut(string(message), ",")
		decoded, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(first, "v="))
		if err != nil || !bytes.Equal(decoded, s.signature) {
			t.Fatalf("%q satisfies", message)
		}
	})
}
