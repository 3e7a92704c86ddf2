package pop3test_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"

	"restante/pop3client/pop3test"
)

// servePipe serves one connection over a pipe until the test ends.
func servePipe(t *testing.T, s *pop3test.Server) net.Conn {
	client, server := net.Pipe()
	l := &onePipe{server: make(chan net.Conn, 1), closed: make(chan struct{})}
	l.server <- server
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(ctx, l) }()
	t.Cleanup(func() { client.Close(); stop(); <-done })
	return client
}

// onePipe is a listener to which one connection comes.
type onePipe struct {
	server chan net.Conn
	closed chan struct{}
}

func (l *onePipe) Addr() net.Addr { return nil }
func (l *onePipe) Close() error   { close(l.closed); return nil }
func (l *onePipe) Accept() (net.Conn, error) {
	select {
	case c := <-l.server:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// exchange sends input in one go and returns all that comes until the server hangs up.
func exchange(t *testing.T, s *pop3test.Server, input []byte) []byte {
	conn := servePipe(t, s)
	go conn.Write(input)
	out, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whatever a message holds, undoing the stuffing of RETR gives it back, and the terminator comes at its end only.
func FuzzRetrGivesTheMessageBack(f *testing.F) {
	for _, seed := range []string{"", ".", "..\r\n.\r\n", "a\r\n.\r\nb", "a\n.\r\n", "\r\n.\r\n", "\r.\r\n\n.", "\r\r\n.x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, box := newServer()
		box.Deliver(raw)
		out := exchange(t, s, []byte("USER ann\r\nPASS secret\r\nRETR 1\r\nQUIT\r\n"))
		replies := bytes.SplitN(out, []byte("\r\n"), 5) // greeting, USER, PASS, RETR, the rest
		if len(replies) != 5 {
			t.Fatalf("got %q", out)
		}
		lines := strings.SplitAfter(string(replies[4]), "\r\n")
		var got strings.Builder
		i := 0
		for ; lines[i] != ".\r\n"; i++ {
			got.WriteString(strings.TrimPrefix(lines[i], "."))
		}
		want := string(raw)
		if want != "" && !strings.HasSuffix(want, "\r\n") {
			want += "\r\n"
		}
		if rest := strings.Join(lines[i+1:], ""); got.String() != want || rest != "+OK goodbye\r\n" {
			t.Errorf("got %q and then %q, want %q and the goodbye", got.String(), rest, want)
		}
	})
}

// Whatever a client says within AUTH, nobody comes in without the password or the token.
func FuzzAUTHAdmitsNobodyWithoutASecret(f *testing.F) {
	mechanisms := []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2"}
	f.Add(byte(0), "\x00ann\x00secret", "")
	f.Add(byte(1), "ann", "secret")
	f.Add(byte(2), "ann d41d8cd98f00b204e9800998ecf8427e", "")
	f.Add(byte(3), "n,,n=ann,r=x", "c=biws,r=x,p=AAAA")
	f.Add(byte(4), "n,a=ann,n=ann,r=x", "c=,r=,p=")
	f.Add(byte(5), "n,a=ann,\x01auth=Bearer t0ken\x01\x01", "\x01")
	f.Add(byte(6), "user=ann\x01auth=Bearer x\x01\x01", "")
	f.Fuzz(func(t *testing.T, which byte, one, two string) {
		s, box := newServer()
		s.Mechanisms = mechanisms
		box.SetTokens("t0ken")
		mechanism := mechanisms[int(which)%len(mechanisms)]
		input := "AUTH " + mechanism + "\r\n" + b64(one) + "\r\n" + b64(two) + "\r\n\r\nQUIT\r\n"
		out := exchange(t, s, []byte(input))
		knows := strings.Contains(one+two, "secret") || strings.Contains(one+two, "t0ken")
		if logins := s.Logins(); len(logins) > 0 && !knows {
			t.Errorf("%s with %q and %q logged in as %+v; the server said %q", mechanism, one, two, logins, out)
		}
	})
}

var quit = regexp.MustCompile(`(?im)^quit\b`)

// Whatever a client sends after login, nothing is deleted without a DELE and a QUIT, and no message is changed.
func FuzzCommandsDeleteOnlyByDeleAndQuit(f *testing.F) {
	for _, seed := range []string{"", "DELE 1\r\nQUIT\r\n", "dele 1\r\nRSET\r\n", "DELE 1\r\nQUIT\n", "TOP 1 1\r\nXYZ\r\n", "DELE 1", "RETR 1\r\nLIST\r\nUIDL 1\r\nSTAT"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		s, box := newServer()
		box.DeliverAs("a", []byte(first))
		box.DeliverAs("b", []byte(second))
		// A line that is too long ends every conversation.
		end := append([]byte("\r\n"), bytes.Repeat([]byte("x"), 5000)...)
		out := exchange(t, s, append(append([]byte("USER ann\r\nPASS secret\r\n"), input...), end...))

		mayDelete := bytes.Contains(bytes.ToUpper(input), []byte("DELE ")) && quit.Match(input)
		left := box.Messages()
		if !mayDelete && len(left) != 2 {
			t.Errorf("%q deleted something; the server said %q", input, out)
		}
		for _, m := range left {
			if want := map[string]string{"a": first, "b": second}[m.UIDL]; string(m.Raw) != want {
				t.Errorf("message %s is %q, was %q", m.UIDL, m.Raw, want)
			}
		}
	})
}
