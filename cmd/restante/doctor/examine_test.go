package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/pop3client"
	"restante/pop3client/pop3test"
)

const user, password = "ana", "correct horse"

// examined is what Examine finds of a server on loopback, spoken to in the way
// of scheme. The mailbox gets n messages.
func examined(t *testing.T, s *pop3test.Server, scheme string, n int) Findings {
	t.Helper()
	certificate, roots, err := pop3test.Certificate("localhost")
	if err != nil {
		t.Fatal(err)
	}
	s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	box := s.AddUser(user, password)
	for range n {
		box.Deliver([]byte("Subject: x\r\n\r\nhello\r\n"))
	}
	start := pop3test.Start
	if scheme == "pop3s" {
		start = pop3test.StartTLS
	}
	addr := start(t, s)
	address, err := pop3client.ParseAddress(scheme + "://" + strings.Replace(addr, "127.0.0.1", "localhost", 1))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	f := Examine(ctx, address, pop3client.Credentials{User: user, Password: password}, pop3client.Options{TLS: &tls.Config{RootCAs: roots}})
	if err := s.WaitIdle(ctx); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAGoodServerIsDescribedAndNothingOnItIsTouched(t *testing.T) {
	for scheme, encrypted := range map[string]bool{"pop3s": true, "pop3": true, "pop3+insecure": false} {
		s := &pop3test.Server{Expire: "30", LoginDelay: 7 * time.Second, Implementation: "Sorter 1.2", Mechanisms: []string{"USER", "PLAIN"}}
		f := examined(t, s, scheme, 3)
		if !f.Usable || f.Error != nil {
			t.Fatalf("%s: not usable: %+v", scheme, f)
		}
		if (f.TLS != nil) != encrypted || encrypted && (f.TLS.Version != "TLS 1.3" || !slices.Contains(f.TLS.Names, "localhost")) {
			t.Errorf("%s: TLS: %+v", scheme, f.TLS)
		}
		if *f.Messages != 3 || *f.Bytes != 3*21 || *f.ExpireDays != 30 || *f.LoginDelay != 7 || !*f.Pipelining || f.RoundTripMs == nil {
			t.Errorf("%s: %+v", scheme, f)
		}
		if !slices.Equal(f.Mechanisms, []string{"PLAIN", "USER"}) || !slices.Contains(f.Capabilities, "EXPIRE 30") || len(f.Quirks) > 0 {
			t.Errorf("%s: mechanisms %q, capabilities %q, quirks %q", scheme, f.Mechanisms, f.Capabilities, f.Quirks)
		}
		says(t, f, "can use this server.", "Sorter 1.2", "3 messages, 63 bytes", "deletes mail after 30 days", "7 seconds", "yes: 20 questions at once")
		if !encrypted {
			says(t, f, "Nothing is encrypted")
		}
		for _, line := range s.Transcript() {
			verb, _, _ := strings.Cut(line.Text, " ")
			if !slices.Contains([]string{"CAPA", "STLS", "AUTH", "+", "USER", "PASS", "STAT", "LIST", "UIDL", "NOOP", "QUIT"}, verb) {
				t.Errorf("%s: it was sent %s", scheme, line.Text)
			}
		}
	}
}

// says fails unless the findings in words have all the texts.
func says(t *testing.T, f Findings, texts ...string) {
	t.Helper()
	var b strings.Builder
	if err := f.Print(&b); err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if !strings.Contains(b.String(), text) {
			t.Errorf("it does not say %q:\n%s", text, &b)
		}
	}
}

func TestWhatCannotBeUsedIsExplained(t *testing.T) {
	fault := func(command string, a pop3test.Action) *pop3test.Server {
		return &pop3test.Server{Faults: []pop3test.Fault{{Command: command, Action: a}}}
	}
	for name, test := range map[string]struct {
		server *pop3test.Server
		scheme string
		says   string
	}{
		"no UIDL":               {&pop3test.Server{NoUIDL: true}, "pop3s", "gives messages no unique ids (UIDL)"},
		"UIDL that fails today": {fault("UIDL", pop3test.Err("index is broken")), "pop3s", "Try again later"},
		"refused":               {fault("PASS", pop3test.Err("[AUTH] no")), "pop3s", "does not accept this user name"},
		"in use":                {fault("PASS", pop3test.Err("[IN-USE] locked")), "pop3s", "Another program has this mailbox open"},
		"too soon":              {fault("PASS", pop3test.Err("[LOGIN-DELAY] wait")), "pop3s", "wants some time between two visits"},
		"temporary":             {fault("PASS", pop3test.Err("[SYS/TEMP] disk")), "pop3s", "calls temporary"},
		"hangs up at PASS":      {fault("PASS", pop3test.Close()), "pop3s", "hung up or fell silent"},
		"no mechanism":          {&pop3test.Server{Mechanisms: []string{"CRAM-MD5"}}, "pop3s", "no way to sign in that Restante knows: CRAM-MD5"},
		"turned away":           {fault("", pop3test.Err("[SYS/TEMP] later")), "pop3s", "turns everybody away"},
		"no STLS":               {fault("STLS", pop3test.Err("no")), "pop3", "offers no encryption on this port"},
		"TLS on a plain port":   {&pop3test.Server{}, "pop3s over plain", "try pop3://localhost"},
		"not POP3":              {fault("", pop3test.Garbage()), "pop3+insecure", "not a POP3 server"},
	} {
		t.Run(name, func(t *testing.T) {
			scheme, over, _ := strings.Cut(test.scheme, " over ")
			if over != "" {
				f := overPlain(t, test.server)
				says(t, f, "cannot use this server", test.says)
				return
			}
			f := examined(t, test.server, scheme, 1)
			if f.Usable || f.Error == nil || strings.Contains(*f.Error, password) {
				t.Errorf("%+v", f)
			}
			says(t, f, "cannot use this server", test.says)
		})
	}
}

// overPlain asks for TLS where the server speaks in the clear.
func overPlain(t *testing.T, s *pop3test.Server) Findings {
	t.Helper()
	address, err := pop3client.ParseAddress("pop3s://" + strings.Replace(pop3test.Start(t, s), "127.0.0.1", "localhost", 1))
	if err != nil {
		t.Fatal(err)
	}
	return Examine(t.Context(), address, pop3client.Credentials{User: user, Password: password}, pop3client.Options{})
}

func TestACertificateThatNobodyVouchesForIsExplainedAndNoPasswordSent(t *testing.T) {
	certificate, _, err := pop3test.Certificate("other.example")
	if err != nil {
		t.Fatal(err)
	}
	s := &pop3test.Server{TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	address, err := pop3client.ParseAddress("pop3s://" + strings.Replace(pop3test.StartTLS(t, s), "127.0.0.1", "localhost", 1))
	if err != nil {
		t.Fatal(err)
	}
	f := Examine(t.Context(), address, pop3client.Credentials{User: user, Password: password}, pop3client.Options{})
	says(t, f, "No password was sent.")
	if f.Usable || len(s.Transcript()) > 0 {
		t.Errorf("usable: %t, it was sent %v", f.Usable, s.Transcript())
	}
}

func TestQuirksAreFound(t *testing.T) {
	view := func(change func([]pop3test.Message)) *pop3test.Server {
		return &pop3test.Server{View: func(_ string, m []pop3test.Message) []pop3test.Message { change(m); return m }}
	}
	gmail := pop3test.LikeGmail(0)
	gmail.Capabilities = slices.Clone(gmail.Capabilities)
	for want, s := range map[string]*pop3test.Server{
		"does not say what it can":                  {NoCAPA: true},
		"announces TOP, UIDL and PIPELINING only":   gmail,
		"2 messages share their unique id":          view(func(m []pop3test.Message) { m[1].UIDL = m[0].UIDL }),
		"1 message has no unique id":                view(func(m []pop3test.Message) { m[0].UIDL = "" }),
		"1 message has a longer unique id":          view(func(m []pop3test.Message) { m[0].UIDL = strings.Repeat("x", 71) }),
		"characters that the standard does not":     view(func(m []pop3test.Message) { m[0].UIDL = "a b" }),
		`writes "EXPIRENEVER" where a blank`:        {Capabilities: []string{"UIDL", "EXPIRENEVER"}},
		"has unique ids (UIDL) and does not":        {Capabilities: []string{"TOP"}},
		"may go at once (EXPIRE 0)":                 {Expire: "0"},
		"rounds the sizes":                          view(func(m []pop3test.Message) { sized(m, 2048) }),
		"its count of the mailbox (STAT)":           {Faults: []pop3test.Fault{{Command: "STAT", Action: pop3test.Status("+OK some")}}},
		"counts 9 messages (STAT) and lists 6":      {Faults: []pop3test.Fault{{Command: "STAT", Action: pop3test.Status("+OK 9 126")}}},
		"its sizes add up to 126 bytes (LIST)":      {Faults: []pop3test.Fault{{Command: "STAT", Action: pop3test.Status("+OK 6 7")}}},
		"refuses to do nothing":                     {Faults: []pop3test.Fault{{Command: "NOOP", Action: pop3test.Err("no")}}},
		"20 commands at once are too much":          {Faults: []pop3test.Fault{{Command: "NOOP", Nth: 9, Action: pop3test.BlankLine()}}},
		"does not say goodbye":                      {Faults: []pop3test.Fault{{Command: "QUIT", Action: pop3test.Close()}}},
		"listed in a way that cannot be understood": {Faults: []pop3test.Fault{{Command: "UIDL", Action: pop3test.EachLine(func(line string) string { return strings.Replace(line, "3 ", "three ", 1) })}}},
	} {
		t.Run(want, func(t *testing.T) {
			f := examined(t, s, "pop3s", 6)
			if !f.Usable || !strings.Contains(strings.Join(f.Quirks, "\n"), want) {
				t.Errorf("usable: %t, quirks %q, want %q; error %v", f.Usable, f.Quirks, want, text(f.Error))
			}
		})
	}
}

func sized(messages []pop3test.Message, size int64) {
	for i := range messages {
		messages[i].Size = size
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestSlowServersWithoutPipeliningAreSaidToBeSlow(t *testing.T) {
	f := Findings{Pipelining: new(bool), RoundTripMs: new(float64), Messages: new(int)}
	*f.RoundTripMs, *f.Messages = 100, 6000
	f.advisePace()
	if len(f.Advice) != 1 || !strings.Contains(f.Advice[0], "collecting all 6000 messages takes at least 10 minutes") {
		t.Errorf("%q", f.Advice)
	}
	*f.Messages = 60
	if f.advisePace(); len(f.Advice) != 1 {
		t.Errorf("6 seconds are no reason: %q", f.Advice)
	}
}

func TestProvidersAreKnownByTheEndOfTheName(t *testing.T) {
	for host, want := range map[string]string{"pop.gmail.com": "recent:", "outlook.office365.com": "OAuth", "pop.gmx.net": "POP3 is off", "notgmail.com": ""} {
		var f Findings
		f.adviseProvider(pop3client.Address{Host: host})
		got := strings.Join(f.Advice, "\n")
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: %q", host, got)
		}
	}
}

func TestTheJSONObjectAlwaysHasEveryKey(t *testing.T) {
	want := []string{"advice", "bytes", "capabilities", "error", "expireDays", "loginDelaySeconds", "mechanisms", "messages", "pipelining",
		"quirks", "roundTripMs", "server", "tls", "usable"}
	for _, f := range []Findings{
		examined(t, &pop3test.Server{}, "pop3s", 1),
		examined(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "", Action: pop3test.Close()}}}, "pop3s", 1),
	} {
		raw, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(raw, &object); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for key := range object {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		if !slices.Equal(keys, want) {
			t.Errorf("keys %q, want %q", keys, want)
		}
		for _, list := range []string{"mechanisms", "capabilities", "quirks", "advice"} {
			if object[list] == nil {
				t.Errorf("%s is null: %s", list, raw)
			}
		}
	}
}
