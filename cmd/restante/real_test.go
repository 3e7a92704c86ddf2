package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"restante/cmd/check/corpus"
	"restante/cmd/restante/sample"
	"restante/pop3client/live"
)

// realMail is n messages of real mail from the corpus, oldest first; where that is absent, the sample mailbox.
func realMail(t *testing.T, n int) [][]byte {
	t.Helper()
	if !corpus.Present() {
		t.Log("corpus absent: the sample mailbox stands in for real mail")
		messages, err := sample.Messages(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return messages
	}
	all := corpus.Mails(t, 1, "realmail")
	var messages [][]byte
	for i := range n {
		messages = append(messages, all[i*len(all)/n].Raw)
	}
	return messages
}

// requireReal skips loudly what needs a real component that is absent; with RESTANTE_REQUIRE_REAL=1 that is a failure.
func requireReal(t *testing.T, what, why string) {
	t.Helper()
	if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
		t.Fatalf("%s is required and absent: %s", what, why)
	}
	t.Skipf("%s is absent: not run (%s)", what, why)
}

// deliver puts a message into a real server's mailbox.
func deliver(t *testing.T, s *live.Server, raw []byte) {
	t.Helper()
	if err := s.Deliver(raw); err != nil {
		t.Fatal(err)
	}
}

// stored is what lies in it.
func stored(t *testing.T, s *live.Server) []live.Message {
	t.Helper()
	messages, err := s.Messages()
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

// unified is a message with every line end as LF.
func unified(raw []byte) string {
	return string(bytes.TrimRight(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), "\n"))
}

var rowID = regexp.MustCompile(`<li class="row[^"]*" id="m(\d+)">`)

// collected is every message that the site has, by what it is with line ends unified; the inbox is paged through, and every
// conversation opened.
func (b *browser) collected() map[string]int {
	b.t.Helper()
	all := map[string]int{}
	seen := map[string]bool{}
	for path := "/search?q=in:inbox"; path != ""; {
		b.get(path)
		page := b.body
		for _, m := range rowID.FindAllStringSubmatch(page, -1) {
			if seen[m[1]] {
				b.t.Errorf("message %s is listed twice", m[1])
			}
			seen[m[1]] = true
			b.get("/m/" + m[1] + "/raw")
			_, raw, _ := strings.Cut(b.body, " ")
			all[unified([]byte(raw))]++
		}
		path = ""
		if _, rest, ok := strings.Cut(page, `rel="next" href="`); ok {
			path, _, _ = strings.Cut(strings.ReplaceAll(rest, "&amp;", "&"), `"`)
		}
	}
	return all
}

// The whole way with the real thing: delivered to Dovecot's Maildir, signed in, collected over TLS and over STLS, compared
// byte for byte with the Maildir's files, and another message while it runs.
func TestRealMailFromDovecotArrivesByteForByte(t *testing.T) {
	for _, security := range []string{"TLS", "STLS"} {
		t.Run(security, func(t *testing.T) {
			d := live.Need(t, live.Dovecot)
			mail := realMail(t, 100)
			for _, raw := range mail {
				deliver(t, d, raw)
			}
			server := "pop3s://" + d.TLS
			if security == "STLS" {
				server = "pop3://" + d.Plain
			}
			c := start(t, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--server", server, "--tls-ca", d.CAFile)
			b := newBrowser(t, c.err.await(t, `address=(\S+)`))
			if p := b.post("/login", url.Values{"user": {d.User}, "password": {"wrong"}}); p != "/login" || !strings.Contains(b.body, "did not accept") {
				t.Errorf("a wrong password leads to %s", p)
			}
			if p := b.post("/login", url.Values{"user": {d.User}, "password": {d.Password}}); p != "/inbox" {
				t.Fatalf("signing in leads to %s: %s", p, b.body)
			}
			b.awaitAll(d)
			deliver(t, d, []byte("From: late@example.org\nSubject: late\nMessage-ID: <late@x>\n\none more\n.\n..\n"))
			b.post("/sync", url.Values{})
			b.awaitAll(d)
			if n := len(stored(t, d)); n != len(mail)+1 {
				t.Errorf("%d messages are left on the server, want %d", n, len(mail)+1)
			}
		})
	}
}

// awaitAll waits until as many messages are here as Dovecot has, and fails unless they are the same.
func (b *browser) awaitAll(d *live.Server) {
	b.t.Helper()
	want := map[string]int{}
	for _, message := range stored(b.t, d) {
		want[unified(message.Raw)] = 1
	}
	total := regexp.MustCompile(fmt.Sprintf(`unread of %[1]d\b|\b%[1]d messages?, `, len(want)))
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		b.get("/inbox")
		if strings.Contains(b.body, "Up to date") && total.MatchString(b.body) {
			break
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("not everything comes; the inbox is\n%s", b.body)
		}
	}
	got := b.collected()
	for raw := range want {
		if got[raw] != 1 {
			b.t.Errorf("a message is here %d times: %.200q", got[raw], raw)
		}
		delete(got, raw)
	}
	for raw := range got {
		b.t.Errorf("here is a message that Dovecot does not have: %.200q", raw)
	}
}
