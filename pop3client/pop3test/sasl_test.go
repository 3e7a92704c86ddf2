package pop3test_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante/pop3client/pop3test"
)

const (
	welcome = "+OK 0 messages"
	wrong   = "-ERR [AUTH] wrong user name or password"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// challenge reads a continuation and gives what is in it.
func (c *talk) challenge() string {
	c.t.Helper()
	text, ok := strings.CutPrefix(c.line(), "+ ")
	decoded, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		c.t.Fatalf("%q is no challenge: %v", text, err)
	}
	return string(decoded)
}

func authServer(mechanisms ...string) (*pop3test.Server, *pop3test.Mailbox) {
	s, box := newServer()
	s.Mechanisms = mechanisms
	box.SetTokens("t0ken", "another")
	return s, box
}

func hexHMAC(key, message string) string {
	mac := hmac.New(md5.New, []byte(key))
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestMechanismsOfOneStep(t *testing.T) {
	const bearer = "n,a=ann,\x01host=localhost\x01port=110\x01auth=Bearer t0ken\x01\x01"
	for _, test := range []struct{ name, mechanism, response, want string }{
		{"PLAIN", "PLAIN", "\x00ann\x00secret", welcome},
		{"PLAIN, in its own name", "plain", "ann\x00ann\x00secret", welcome},
		{"PLAIN, wrong password", "PLAIN", "\x00ann\x00wrong", wrong},
		{"PLAIN, nobody", "PLAIN", "\x00bob\x00secret", wrong},
		{"PLAIN, for somebody else", "PLAIN", "bob\x00ann\x00secret", "-ERR [AUTH] this user may not open that maildrop"},
		{"PLAIN, two fields", "PLAIN", "ann\x00secret", "-ERR PLAIN has three fields"},
		{"OAUTHBEARER", "OAUTHBEARER", bearer, welcome},
		{"OAUTHBEARER without a user", "OAUTHBEARER", "n,,\x01auth=Bearer another\x01\x01", welcome},
		{"OAUTHBEARER without an end", "OAUTHBEARER", strings.TrimSuffix(bearer, "\x01"), "-ERR this is not how a token is shown"},
		{"OAUTHBEARER without a header", "OAUTHBEARER", "auth=Bearer t0ken\x01\x01", "-ERR this is not how a token is shown"},
		{"XOAUTH2", "XOAUTH2", "user=ann\x01auth=Bearer t0ken\x01\x01", welcome},
		{"XOAUTH2 without a user", "XOAUTH2", "auth=Bearer t0ken\x01\x01", "-ERR this is not how a token is shown"},
		{"XOAUTH2 without a token", "XOAUTH2", "user=ann\x01auth=Bearer \x01\x01", "-ERR this is not how a token is shown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := authServer("PLAIN", "OAUTHBEARER", "XOAUTH2")
			addr := pop3test.Start(t, s)
			dial(t, addr).ask("AUTH "+test.mechanism+" "+b64(test.response), test.want)
			c := dial(t, addr)
			c.ask("AUTH "+test.mechanism, "+ ")
			c.ask(b64(test.response), test.want)
		})
	}
}

func TestC8ARefusedTokenIsExplainedAndAcknowledged(t *testing.T) {
	for _, test := range []struct{ mechanism, response, acknowledgement, want string }{
		{"OAUTHBEARER", "n,a=ann,\x01auth=Bearer old\x01\x01", "AQ==", wrong},
		{"OAUTHBEARER", "n,a=ann,\x01auth=Bearer old\x01\x01", "", "-ERR this is not how a refusal is acknowledged"},
		{"OAUTHBEARER", "n,a=bob,\x01auth=Bearer t0ken\x01\x01", "AQ==", wrong},
		{"OAUTHBEARER", "n,,\x01auth=Bearer old\x01\x01", "*", "-ERR cancelled"},
		{"XOAUTH2", "user=ann\x01auth=Bearer old\x01\x01", "", wrong},
		{"XOAUTH2", "user=ann\x01auth=Bearer old\x01\x01", "AQ==", "-ERR this is not how a refusal is acknowledged"},
	} {
		s, box := authServer("OAUTHBEARER", "XOAUTH2")
		c := dial(t, pop3test.Start(t, s))
		c.say("AUTH " + test.mechanism + " " + b64(test.response))
		if got := c.challenge(); !strings.Contains(got, `"status":"invalid_token"`) {
			t.Errorf("%s: the refusal is %q", test.mechanism, got)
		}
		c.ask(test.acknowledgement, test.want)
		box.SetTokens("old")
		if test.want == wrong && !strings.Contains(test.response, "bob") {
			c.ask("AUTH "+test.mechanism+" "+b64(test.response), welcome)
		}
	}
}

func TestLOGINAsksForNameAndPassword(t *testing.T) {
	s, _ := authServer("LOGIN")
	addr := pop3test.Start(t, s)
	for _, test := range []struct{ begin, password, want string }{
		{"AUTH LOGIN", "secret", welcome}, {"AUTH LOGIN", "wrong", wrong}, {"AUTH LOGIN " + b64("ann"), "secret", welcome},
	} {
		c := dial(t, addr)
		c.say(test.begin)
		if test.begin == "AUTH LOGIN" {
			if got := c.challenge(); got != "Username:" {
				t.Errorf("first it asks %q", got)
			}
			c.say(b64("ann"))
		}
		if got := c.challenge(); got != "Password:" {
			t.Errorf("then it asks %q", got)
		}
		c.ask(b64(test.password), test.want)
	}
}

func TestDigestsOfATimestamp(t *testing.T) {
	s, _ := authServer("APOP", "CRAM-MD5")
	addr := pop3test.Start(t, s)
	used := make(map[string]bool)
	for password, want := range map[string]string{"secret": welcome, "wrong": wrong} {
		conn := connect(t, addr)
		_, timestamp, _ := strings.Cut(conn.line(), "<")
		timestamp = "<" + timestamp
		sum := md5.Sum([]byte(timestamp + password))
		conn.ask("APOP ann "+hex.EncodeToString(sum[:]), want)

		conn = connect(t, addr)
		conn.line()
		conn.say("AUTH CRAM-MD5")
		challenge := conn.challenge()
		conn.ask(b64("ann "+hexHMAC(password, challenge)), want)
		for _, unique := range []string{timestamp, challenge} {
			if used[unique] || !strings.HasSuffix(unique, "@pop3test>") {
				t.Errorf("the timestamp %q is used or no msg-id", unique)
			}
			used[unique] = true
		}
	}
	c := connect(t, addr)
	c.line()
	c.ask("AUTH CRAM-MD5 "+b64("ann x"), "-ERR the server speaks first")
	c.say("AUTH CRAM-MD5")
	c.challenge()
	c.ask(b64("x"), "-ERR CRAM-MD5 has a name and a digest")
	c.ask("APOP bob x", wrong)
	c.ask("APOP", wrong)
	c.ask("USER ann", "-ERR unknown command")
}

// scramClient is the other side of SCRAM, as plain as can be.
type scramClient struct {
	hash           func() hash.Hash
	gs2, binding   string
	user, password string
}

func (s scramClient) run(c *talk, mechanism string) (last string) {
	c.t.Helper()
	bare := "n=" + s.user + ",r=abc"
	c.say("AUTH " + mechanism + " " + b64(s.gs2+bare))
	line := c.line()
	encoded, ok := strings.CutPrefix(line, "+ ")
	if !ok {
		return line
	}
	server1, _ := base64.StdEncoding.DecodeString(encoded)
	fields := strings.Split(string(server1), ",")
	salt, _ := base64.StdEncoding.DecodeString(fields[1][len("s="):])
	salted, err := pbkdf2.Key(s.hash, s.password, salt, 4096, s.hash().Size())
	if err != nil {
		c.t.Fatal(err)
	}
	mac := func(key []byte, m string) []byte {
		h := hmac.New(s.hash, key)
		h.Write([]byte(m))
		return h.Sum(nil)
	}
	without := "c=" + b64(s.gs2+s.binding) + "," + fields[0]
	message := bare + "," + string(server1) + "," + without
	key := mac(salted, "Client Key")
	h := s.hash()
	h.Write(key)
	proof := mac(h.Sum(nil), message)
	for i := range proof {
		proof[i] ^= key[i]
	}
	c.say(b64(without + ",p=" + base64.StdEncoding.EncodeToString(proof)))
	line = c.line()
	want := "+ " + b64("v="+base64.StdEncoding.EncodeToString(mac(mac(salted, "Server Key"), message)))
	if line == want {
		c.say("")
		return c.line()
	}
	return line
}

func TestSCRAMOnTheWire(t *testing.T) {
	right := scramClient{hash: sha256.New, gs2: "n,,", user: "ann", password: "secret"}
	with := func(change func(*scramClient)) scramClient { c := right; change(&c); return c }
	for _, test := range []struct {
		name, mechanism string
		client          scramClient
		want            string
	}{
		{"SHA-256", "SCRAM-SHA-256", right, welcome},
		{"SHA-1", "scram-sha-1", with(func(c *scramClient) { c.hash = sha1.New }), welcome},
		{"no binding known", "SCRAM-SHA-256", with(func(c *scramClient) { c.gs2 = "y,," }), welcome},
		{"in its own name", "SCRAM-SHA-256", with(func(c *scramClient) { c.gs2 = "n,a=ann," }), welcome},
		{"escaped name", "SCRAM-SHA-256", with(func(c *scramClient) { c.user = "a=2Cb=3D" }), welcome},
		{"for somebody else", "SCRAM-SHA-256", with(func(c *scramClient) { c.gs2 = "n,a=bob," }), "-ERR [AUTH] this user may not open that maildrop"},
		{"wrong password", "SCRAM-SHA-256", with(func(c *scramClient) { c.password = "wrong" }), wrong},
		{"nobody", "SCRAM-SHA-256", with(func(c *scramClient) { c.user, c.password = "bob", "" }), wrong},
		{"wrong binding", "SCRAM-SHA-256", with(func(c *scramClient) { c.binding = "x" }), "-ERR [AUTH] the channel binding does not match"},
		{"binding without PLUS", "SCRAM-SHA-256", with(func(c *scramClient) { c.gs2 = "p=tls-exporter,," }), "-ERR channel binding goes with -PLUS, and only with it"},
		{"no header", "SCRAM-SHA-256", with(func(c *scramClient) { c.gs2 = "" }), "-ERR SCRAM begins with a GS2 header"},
		{"no name", "SCRAM-SHA-256", with(func(c *scramClient) { c.user = "" }), "-ERR SCRAM needs a name and a nonce"},
		{"PLUS in the clear", "SCRAM-SHA-256-PLUS", right, "-ERR there is no such mechanism"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := authServer("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1")
			s.AddUser("a,b=", "secret")
			c := dial(t, pop3test.Start(t, s))
			if got := test.client.run(c, test.mechanism); got != test.want {
				t.Errorf("the server ends with %q, want %q", got, test.want)
			}
		})
	}
}

func TestChannelBindingTiesTheLoginToTheConnection(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		s, config := secured(t)
		s.Mechanisms = []string{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"}
		s.TLS.MaxVersion = version
		sum := sha256.Sum256(s.TLS.Certificates[0].Certificate[0])
		addr := pop3test.StartTLS(t, s)
		for _, test := range []struct {
			mechanism, gs2 string
			hash           func() hash.Hash
			want           string
		}{
			{"SCRAM-SHA-256-PLUS", "p=tls-exporter,,", sha256.New, "+OK 1 messages"},
			{"SCRAM-SHA-1-PLUS", "p=tls-exporter,,", sha1.New, "+OK 1 messages"},
			{"SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,", sha256.New, "+OK 1 messages"},
			{"SCRAM-SHA-256-PLUS", "p=tls-unique,,", sha256.New, "-ERR unsupported channel binding type"},
			{"SCRAM-SHA-256-PLUS", "n,,", sha256.New, "-ERR channel binding goes with -PLUS, and only with it"},
			{"SCRAM-SHA-256", "y,,", sha256.New, "-ERR -PLUS is offered here, somebody took it from the list"},
			{"SCRAM-SHA-256", "n,,", sha256.New, "+OK 1 messages"},
		} {
			conn, err := tls.Dial("tcp", addr, config)
			if err != nil {
				t.Fatal(err)
			}
			state := conn.ConnectionState()
			exported, err := state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
			if err != nil {
				t.Fatal(err)
			}
			c := newTalk(t, conn)
			c.line()
			client := scramClient{hash: test.hash, gs2: test.gs2, user: "ann", password: "secret",
				binding: map[string]string{"p=tls-exporter,,": string(exported), "p=tls-server-end-point,,": string(sum[:])}[test.gs2]}
			if got := client.run(c, test.mechanism); got != test.want {
				t.Errorf("TLS %x, %s %s: %q, want %q", version, test.mechanism, test.gs2, got, test.want)
			}
		}
		if l := s.Logins()[0]; l.Binding != "tls-exporter" || l.Mechanism != "SCRAM-SHA-256-PLUS" || l.User != "ann" || !l.TLS {
			t.Errorf("the first login is noted as %+v", l)
		}
	}
}

func TestEXTERNALTakesTheClientsCertificate(t *testing.T) {
	for _, test := range []struct{ certificate, begin, want string }{
		{"ann", "AUTH EXTERNAL =", "+OK 1 messages"},
		{"ann", "AUTH EXTERNAL " + b64("ann"), "+OK 1 messages"},
		{"bob@example.org", "AUTH EXTERNAL =", "+OK 0 messages"},
		{"bob@example.org", "AUTH EXTERNAL " + b64("ann"), "-ERR [AUTH] this user may not open that maildrop"},
		{"eve", "AUTH EXTERNAL =", wrong},
		{"", "AUTH EXTERNAL =", "-ERR there is no such mechanism"},
	} {
		s, config := secured(t)
		s.Mechanisms = []string{"EXTERNAL", "PLAIN"}
		s.AddUser("bob@example.org", "secret")
		certificate, pool, err := pop3test.ClientCertificate(test.certificate)
		if err != nil {
			t.Fatal(err)
		}
		s.TLS.ClientCAs, s.TLS.ClientAuth = pool, tls.VerifyClientCertIfGiven
		if test.certificate != "" {
			config.Certificates = []tls.Certificate{certificate}
		}
		c := dial(t, pop3test.Start(t, s))
		c.ask("AUTH EXTERNAL =", "-ERR there is no such mechanism")
		c = c.startTLS(config)
		c.ask(test.begin, test.want)
	}
}

func TestAUTHHasItsRules(t *testing.T) {
	s, _ := authServer("USER", "APOP", "PLAIN", "CRAM-MD5", "SCRAM-SHA-1-PLUS")
	addr := pop3test.Start(t, s)
	c := connect(t, addr)
	c.line()
	c.ask("AUTH", "+OK", "PLAIN", "CRAM-MD5", ".")
	c.ask("AUTH NTLM", "-ERR there is no such mechanism")
	c.ask("AUTH USER", "-ERR there is no such mechanism")
	c.ask("AUTH PLAIN", "+ ")
	c.ask("*", "-ERR cancelled")
	c.ask("AUTH PLAIN ~", "-ERR that is not base64")
	c.ask("AUTH PLAIN", "+ ")
	c.ask("~", "-ERR that is not base64")
	c.ask("AUTH PLAIN =", "-ERR PLAIN has three fields")
	c.ask("AUTH PLAIN", "+ ")
	c.ask(b64(strings.Repeat("x", 6000)), "-ERR PLAIN has three fields") // longer than a command may be
	c.ask("AUTH PLAIN "+b64(strings.Repeat("x", 190)), "-ERR a command ends in CRLF and has at most 255 octets")
	c.ask("AUTH PLAIN "+b64("\x00ann\x00secret"), welcome)
	c.ask("AUTH PLAIN", "-ERR unknown command")
	c.ask("APOP ann x", "-ERR unknown command")

	without, _ := newServer()
	dial(t, pop3test.Start(t, without)).ask("AUTH", "-ERR unknown command")

	var got []string
	for _, line := range s.Transcript() {
		got = append(got, line.Text)
	}
	want := []string{"AUTH", "AUTH ***", "AUTH ***", "AUTH PLAIN", "+ ***", "AUTH PLAIN ***", "AUTH PLAIN", "+ ***",
		"AUTH PLAIN ***", "AUTH PLAIN", "+ ***", "AUTH PLAIN ***", "AUTH PLAIN", "APOP ***"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
}

func TestAdmittedUsersOpenAnotherMaildrop(t *testing.T) {
	s, box := authServer("PLAIN")
	box.Deliver([]byte(first))
	s.AddUser("boss", "b0ss")
	box.Admit("boss")
	dial(t, pop3test.Start(t, s)).ask("AUTH PLAIN "+b64("ann\x00boss\x00b0ss"), "+OK 1 messages")
	want := pop3test.Login{Conn: 1, Mechanism: "PLAIN", User: "boss", As: "ann"}
	if got := s.Logins(); !slices.Equal(got, []pop3test.Login{want}) {
		t.Errorf("the logins are %+v, want %+v", got, want)
	}
}

// A step of AUTH can be replaced, and the conversation stays in step whatever the reply is.
func TestC6FaultsActOnEveryStepOfAUTH(t *testing.T) {
	plain := b64("\x00ann\x00secret")
	for _, test := range []struct {
		name   string
		faults []pop3test.Fault
		says   []string
		want   string
	}{
		{"continuation is +OK", []pop3test.Fault{{Command: "AUTH", Action: pop3test.Status("+OK")}},
			[]string{"AUTH PLAIN", plain}, "+OK\r\n" + welcome + "\r\n"},
		{"continuation without a blank", []pop3test.Fault{{Command: "AUTH", Action: pop3test.Status("+")}},
			[]string{"AUTH PLAIN", plain}, "+\r\n" + welcome + "\r\n"},
		{"continuation that is not base64", []pop3test.Fault{{Command: "AUTH", Action: pop3test.Status("+ go ahead")}},
			[]string{"AUTH PLAIN", plain}, "+ go ahead\r\n" + welcome + "\r\n"},
		{"success is +Okay", []pop3test.Fault{{Command: "+", Action: pop3test.Status("+Okay")}},
			[]string{"AUTH PLAIN", plain, "NOOP"}, "+ \r\n+Okay\r\n+OK nothing done\r\n"},
		{"all steps by script", []pop3test.Fault{
			{Command: "AUTH", Action: pop3test.Reply("+ Zmlyc3Q=\r\n")}, {Command: "+", Nth: 1, Action: pop3test.Reply("+ c2Vjb25k\r\n")}},
			[]string{"AUTH XYZ", "a", "Yg==", "NOOP"}, "+ Zmlyc3Q=\r\n+ c2Vjb25k\r\n" + wrong + "\r\n-ERR NOOP comes after login\r\n"},
		{"a step is refused", []pop3test.Fault{{Command: "+", Action: pop3test.Err("[SYS/TEMP] later")}},
			[]string{"AUTH PLAIN", plain, "NOOP"}, "+ \r\n-ERR [SYS/TEMP] later\r\n-ERR NOOP comes after login\r\n"},
		{"C5, hangs up instead of refusing", []pop3test.Fault{{Command: "+", Action: pop3test.Close()}},
			[]string{"AUTH PLAIN", plain}, "+ \r\n"},
		{"announced, not known", []pop3test.Fault{{Command: "AUTH", Argument: "PLAIN", Action: pop3test.Err("unknown")}},
			[]string{"AUTH PLAIN", "auth plain " + plain}, "-ERR unknown\r\n-ERR unknown\r\n"},
		{"a reply that is no challenge stays", []pop3test.Fault{{Command: "AUTH", Action: pop3test.Together(pop3test.Status("+ ~"), pop3test.Challenge(strings.ToUpper))}},
			[]string{"AUTH PLAIN", plain}, "+ ~\r\n" + welcome + "\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := authServer("PLAIN")
			s.Faults = append(test.faults, pop3test.Fault{Command: "QUIT", Action: pop3test.Close()})
			c := dial(t, pop3test.Start(t, s))
			c.say(append(test.says, "QUIT")...)
			if got := c.rest(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestChallengeRewritesWhatTheServerSigned(t *testing.T) {
	s, _ := authServer("SCRAM-SHA-256")
	s.Faults = []pop3test.Fault{{Command: "+", Nth: 1, Action: pop3test.Challenge(func(string) string { return "v=forged" })}}
	client := scramClient{hash: sha256.New, gs2: "n,,", user: "ann", password: "secret"}
	if got, want := client.run(dial(t, pop3test.Start(t, s)), "SCRAM-SHA-256"), "+ "+b64("v=forged"); got != want {
		t.Errorf("the signature is %q, want %q", got, want)
	}
}

func TestC7AnInitialResponseMayBeRefused(t *testing.T) {
	s, _ := authServer("XOAUTH2")
	s.NoInitialResponse = true
	c := dial(t, pop3test.Start(t, s))
	c.ask("AUTH XOAUTH2 "+b64("user=ann\x01auth=Bearer t0ken\x01\x01"), "-ERR no initial response is taken")
	c.ask("AUTH XOAUTH2", "+ ")
	c.ask(b64("user=ann\x01auth=Bearer t0ken\x01\x01"), welcome)
}
