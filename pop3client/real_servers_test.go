package pop3client_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"restante/pop3client"
	"restante/pop3client/live"
)

// realServer is a server of the world: how to start it and what it is known to
// do. The tests here hold for every one of them.
type realServer struct {
	name      string
	start     func() (*live.Server, error)
	schemes   []string
	sends     func(stored string) string // what it makes of a message; line ends become CR LF afterwards
	twins     bool                       // it gives messages that look alike the same UIDL (pop3.md E1)
	exclusive bool                       // one session at a time
	marks     marking
}

// marking is when a server marks as read what was retrieved (pop3.md F7).
type marking int

const (
	never  marking = iota
	atQuit         // as part of QUIT
	always         // also when the connection is dropped
)

var realServers = []realServer{
	{name: "Dovecot", start: live.Dovecot, schemes: []string{"pop3s", "pop3", "pop3+insecure"}, sends: withLF, exclusive: true, marks: always},
	{name: "mailutils", start: live.Mailutils, schemes: []string{"pop3", "pop3+insecure"}, sends: tidied, exclusive: true, marks: always},
	{name: "popa3d", start: live.Popa3d, schemes: []string{"pop3+insecure"}, sends: untouched, twins: true, marks: never},
}

// withLF is what servers do that know a stored CR LF for one line end. The
// others send CR CR LF for it (pop3.md D10).
func withLF(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func untouched(s string) string { return s }

var (
	headerName = regexp.MustCompile(`(?m)^([^\s:]+):[ \t]*`)
	quotedFrom = regexp.MustCompile(`(?m)^>(>*From )`)
)

// tidied is how mailutils sends a message: one blank behind the name of each
// header, and what an mbox quotes without its quote.
func tidied(s string) string {
	header, body, _ := strings.Cut(s, "\n\n")
	return headerName.ReplaceAllString(header, "$1: ") + "\n\n" + quotedFrom.ReplaceAllString(body, "$1")
}

// serverHeaders are the lines that servers put into what they have served
// (pop3.md F2).
var serverHeaders = regexp.MustCompile(`(?m)^(X-)?(Status|UIDL|UID|IMAPbase|IMAP|Keywords):.*\n`)

// forEachReal runs a test against each of them.
func forEachReal(t *testing.T, test func(*testing.T, realServer, *live.Server)) {
	t.Helper()
	t.Parallel() // they wait more than they work
	for _, each := range realServers {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			test(t, each, live.Need(t, each.start))
		})
	}
}

// onTheWire is a stored message as the server must send it.
func (r realServer) onTheWire(stored []byte) string {
	s := r.sends(string(stored))
	if !strings.HasSuffix(s, "\n") {
		s += "\n" // the terminator needs a line of its own
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// connectReal connects in the way that scheme says.
func connectReal(t *testing.T, s *live.Server, scheme string, o pop3client.Options) *pop3client.Client {
	t.Helper()
	where := s.Plain
	if scheme == "pop3s" {
		where = s.TLS
	}
	address, err := pop3client.ParseAddress(scheme + "://" + where)
	if err != nil {
		t.Fatal(err)
	}
	if s.CAFile != "" {
		authority, err := os.ReadFile(s.CAFile)
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(authority)
		o.TLS = &tls.Config{RootCAs: roots}
	}
	c, err := pop3client.Connect(t.Context(), address, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// signInReal also signs in. Where the last session has just been dropped, the
// server may need a moment to notice.
func signInReal(t *testing.T, s *live.Server, scheme string, o pop3client.Options) *pop3client.Client {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c := connectReal(t, s, scheme, o)
		err := c.Login(t.Context(), s.User, s.Password)
		if err == nil {
			return c
		}
		c.Close()
		if !errors.Is(err, pop3client.ErrInUse) || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func deliverReal(t *testing.T, s *live.Server, raw ...string) {
	t.Helper()
	for _, each := range raw {
		if err := s.Deliver([]byte(each)); err != nil {
			t.Fatal(err)
		}
	}
}

func storedReal(t *testing.T, s *live.Server) []live.Message {
	t.Helper()
	all, err := s.Messages()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
