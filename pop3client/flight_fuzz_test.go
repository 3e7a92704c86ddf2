package pop3client

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// transcript is what a server says to RETR 1, RETR 2 and so on, made of bytes.
type transcript struct {
	replies []string
	sized   []bool // the status line names the size
	alike   []bool // a line of the message looks like a status
}

// newTranscript makes a reply of each piece of script. The first octet of a
// piece chooses what kind of reply it is, the rest is the message.
func newTranscript(script []byte) transcript {
	var tr transcript
	for _, piece := range bytes.SplitN(script, []byte("|"), 8) {
		kind, body := byte(0), ""
		if len(piece) > 0 {
			kind, body = piece[0], string(piece[1:])
		}
		if body != "" && !strings.HasSuffix(body, "\r\n") {
			body += "\r\n"
		}
		reply := "+OK\r\n" + stuffed(body)
		switch kind % 4 {
		case 0:
			reply = "+OK " + strconv.Itoa(len(body)) + " octets\r\n" + stuffed(body)
		case 1:
			reply = "-ERR " + cleaned(body) + "\r\n"
		}
		tr.replies = append(tr.replies, reply)
		tr.sized = append(tr.sized, kind%4 == 0)
		alike := strings.ToUpper("\n" + body)
		tr.alike = append(tr.alike, strings.Contains(alike, "\n+OK") || strings.Contains(alike, "\n-ERR") || strings.Contains(alike, "\n.\r+") || strings.Contains(alike, "\n.\r-"))
	}
	return tr
}

// cut drops everything after the first n octets.
func (tr *transcript) cut(n int) {
	for i, reply := range tr.replies {
		if n < len(reply) {
			tr.replies[i] = reply[:n]
			for j := i + 1; j < len(tr.replies); j++ {
				tr.replies[j] = ""
			}
			return
		}
		n -= len(reply)
	}
}

// turnConn lets the server say the next reply only when a command has come.
type turnConn struct {
	chunkConn
	replies []string
}

func (c *turnConn) Write(p []byte) (int, error) {
	if len(c.replies) > 0 {
		c.chunks = append(c.chunks, []byte(c.replies[0]))
		c.replies = c.replies[1:]
	}
	return c.chunkConn.Write(p)
}

// lockStep retrieves one message after the other and stops at an error that
// ends the session.
func lockStep(t *testing.T, tr transcript) (got []delivery) {
	c := clientOn(&turnConn{replies: tr.replies}, nil)
	for i := range tr.replies {
		var w bytes.Buffer
		_, err := c.Retrieve(t.Context(), i+1, &w)
		d := delivery{Number: i + 1, Err: spell(err)}
		if err == nil {
			d.Data = w.String()
		}
		got = append(got, d)
		var refusal *ServerError
		if err != nil && !errors.As(err, &refusal) {
			break
		}
	}
	return got
}

// FuzzRetrieveEach plays a server's words to RetrieveEach, in whatever pieces
// and broken off wherever, and to Retrieve, one by one. What is delivered is the
// same, and what is not ends in the same place. There is one exception: a message
// that looks like replies and has no size to prove itself may end the flight.
func FuzzRetrieveEach(f *testing.F) {
	f.Add([]byte("0a\r\n.b|1no|2c\n.\r\n|0+OK\r\n"), []byte{3, 1, 200}, uint16(999))
	f.Add([]byte("0|0|0|0|1|2..|0x"), []byte{}, uint16(60))
	f.Add([]byte("2a\n.\r\n+OK\r\nb\r\n|0c"), []byte{1}, uint16(0))
	f.Add([]byte("0a.|0b.|0.\r|2-ERR"), []byte{1, 1, 1, 1}, uint16(31))
	f.Fuzz(func(t *testing.T, script, cuts []byte, end uint16) {
		tr := newTranscript(script)
		tr.cut(int(end))
		want := lockStep(t, tr)

		conn := &chunkConn{chunks: chunked(strings.Join(tr.replies, ""), cuts)}
		c := pipelining(clientOn(conn, known()))
		got, err := collect(t.Context(), c, numbered(len(tr.replies)))
		if len(got) != len(tr.replies) {
			t.Fatalf("%q: done was called %d times for %d messages", tr.replies, len(got), len(tr.replies))
		}
		for i, d := range got {
			if d.Number != i+1 {
				t.Fatalf("%q: message %d is delivered as the %dth", tr.replies, d.Number, i+1)
			}
		}
		n := len(want)
		if errors.Is(err, errDesync) {
			// It must be for a reason; everything before is as it should be.
			n = 0
			for n < len(want) && !strings.Contains(got[n].Err, "desync") {
				n++
			}
			excused := false
			for i := range tr.replies {
				excused = excused || tr.alike[i] && !tr.sized[i]
			}
			if !excused {
				t.Fatalf("%q: %v without a reason", tr.replies, err)
			}
		}
		if diff := cmp.Diff(want[:n], got[:n]); diff != "" {
			t.Fatalf("%q: %s", tr.replies, diff)
		}
		for _, d := range got[n:] {
			if d.Err == "" {
				t.Fatalf("%q: message %d is delivered after the end of the session", tr.replies, d.Number)
			}
		}
	})
}

// FuzzFlightOfAnything plays arbitrary octets. No message is delivered that a
// proper reading of the octets, reply by reply, does not have in that place.
func FuzzFlightOfAnything(f *testing.F) {
	f.Add([]byte("+OK\r\na\r\n.\r\n-ERR\r\n+OK\r\n.\r\n"), []byte{1, 2})
	f.Add([]byte("+OK 3 octets\r\na\n.\r\n+OK\r\n.\r\n"), []byte{})
	f.Add([]byte("+OK\na\n.\n\r\n+OK\r\n.\r\n"), []byte{9})
	f.Fuzz(func(t *testing.T, stream, cuts []byte) {
		c := pipelining(clientOn(&chunkConn{chunks: chunked(string(stream), cuts)}, known()))
		got, _ := collect(t.Context(), c, numbered(4))
		rest := string(stream)
		for _, d := range got {
			line, after, found := strings.Cut(rest, "\n")
			s, isStatus := parseStatus([]byte(strings.TrimRight(line, "\r")))
			if !found || !isStatus {
				if d.Err == "" || d.Err == "permanent" {
					t.Fatalf("%q: message %d is delivered where no reply is", stream, d.Number)
				}
				return
			}
			rest = after
			if !s.ok {
				continue
			}
			data, left, ends := atOnce(rest, !strings.HasSuffix(line, "\r"))
			if d.Err == "" && (!ends || d.Data != data) {
				t.Fatalf("%q: message %d is %q, want %q", stream, d.Number, d.Data, data)
			}
			if !ends {
				return
			}
			rest = left
		}
	})
}

func TestAMessageTakesNoMemoryOfItsOwn(t *testing.T) {
	const n = 2000
	list := numbered(n)
	stream := strings.Repeat("+OK 9 octets\r\na\r\n..b\r\n\r\n.\r\n", n)
	allocations := testing.AllocsPerRun(3, func() {
		c := pipelining(clientOn(replies(stream), known()))
		err := c.RetrieveEach(t.Context(), each(list), func(Listing) io.Writer { return io.Discard },
			func(_ Listing, _ int64, err error) error { return err })
		if err != nil {
			t.Fatal(err)
		}
	})
	if allocations > n/10 {
		t.Errorf("%v allocations for %d messages", allocations, n)
	}
}
