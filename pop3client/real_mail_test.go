package pop3client_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	material "restante/cmd/check/corpus"
	"restante/pop3client/live"
)

const plainMail = "From: a@example.org\nSubject: plain\n\nhello\n"

// awkwardMail is what breaks clients: each is one message.
var awkwardMail = []string{
	plainMail,
	"Subject: dots\n\n.\n..\n...\n.x\n\r.\n.",
	"Subject: looks like replies\n\n+OK\n-ERR [AUTH] no\n.\n+OK 12 octets\n\n.\n",
	"Subject: one line of 100,000 octets\n\n" + strings.Repeat("0123456789", 10_000) + "\n",
	"Subject: NUL and eight bits\n\na\x00b\n.\x00.\n\xff\xfe\x80\n",
	"Subject: bare CR\n\na\rb\r\n\r\nc\r\r\n",
	"Subject: no body",
	"Subject: dots at block edges\n\n" + strings.Repeat(strings.Repeat(".", 71)+"\n", 3_000),
}

// realCorpus is up to n messages of real mail; none where the corpus is absent.
func realCorpus(t *testing.T, n int) []string {
	t.Helper()
	if !material.Present() {
		t.Log("corpus absent: only made-up mail")
		return nil
	}
	all := material.Mails(t, 1, "realmail")
	n = min(n, len(all))
	var mail []string
	for i := range n {
		mail = append(mail, string(all[i*len(all)/n].Raw))
	}
	return mail
}

// checkBytes compares messages but for the lines of headers that servers write.
func checkBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	got, want = serverHeaders.ReplaceAll(got, nil), serverHeaders.ReplaceAll(want, nil)
	if bytes.Equal(got, want) {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	t.Errorf("%s: %d octets, want %d; from octet %d on it is\n%.80q, not\n%.80q", what, len(got), len(want), at, got[at:], want[at:])
}

// checkKept compares the mailbox with what it was.
func checkKept(t *testing.T, r realServer, before, after []live.Message) {
	t.Helper()
	if len(before) != len(after) {
		t.Fatalf("%d messages on the server have become %d", len(before), len(after))
	}
	for i := range before {
		was, is := before[i].Raw, after[i].Raw
		if r.name == "mailutils" { // which writes what it marks anew, and tidies it
			was, is = []byte(tidied(string(was))), []byte(tidied(string(is)))
		}
		checkBytes(t, fmt.Sprintf("message %d on the server", i+1), bytes.TrimRight(is, "\n"), bytes.TrimRight(was, "\n"))
		if before[i].Seen != after[i].Seen && r.marks != always {
			t.Errorf("message %d: seen %t has become %t", i+1, before[i].Seen, after[i].Seen)
		}
	}
}
