package pop3client

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// framings are replies as they travel, from after the status line, and the
// data in them. The name of each begins with the quirk that it is about.
var framings = []struct {
	name  string
	lf    bool   // the status line ended in a bare LF
	raw   string // up to the terminator, which is included
	data  string
	after string // more bytes, which are none of this reply's business
}{
	{name: "empty", raw: ".\r\n"},
	{name: "plain", raw: "a\r\nb\r\n.\r\n", data: "a\r\nb\r\n"},
	{name: "blank lines", raw: "\r\n\r\n.\r\n", data: "\r\n\r\n"},
	{name: "stuffed", raw: "..\r\n...x\r\n..y\r\n.\r\n", data: ".\r\n..x\r\n.y\r\n"},
	{name: "dots within", raw: "a.\r\nb..\r\n.\r\n", data: "a.\r\nb..\r\n"},
	{name: "after it", raw: "a\r\n.\r\n", data: "a\r\n", after: "+OK next\r\n.\r\n"},
	{name: "D1 LF dot LF", raw: "a\n.\n+OK\r\n.\r\n", data: "a\n.\n+OK\r\n"},
	{name: "D1 LF dot CRLF", raw: "a\n.\r\n+OK fake\r\n.\r\n", data: "a\n.\r\n+OK fake\r\n"},
	{name: "D1 CRLF dot LF", raw: "a\r\n.\nb\r\n.\r\n", data: "a\r\n.\nb\r\n"},
	{name: "D1 CR dot CR", raw: "a\r.\rb\r\n.\r\n", data: "a\r.\rb\r\n"},
	{name: "D1 dots after a bare LF", raw: "a\n..b\r\n.\r\n", data: "a\n..b\r\n"},
	{name: "D1 at the very start", raw: "\n.\r\nb\r\n.\r\n", data: "\n.\r\nb\r\n"},
	{name: "D2 bare LF", lf: true, raw: "a\n..b\n.\n", data: "a\n.b\n"},
	{name: "D2 empty", lf: true, raw: ".\n"},
	{name: "D2 mixed", lf: true, raw: "a\r\nb\n.\r\n", data: "a\r\nb\n", after: "x"},
	{name: "D3 no stuffing", raw: ".a\r\n.\tb\r\n.\r\n", data: ".a\r\n.\tb\r\n"},
	{name: "D4 glued, then a proper end", raw: "text.\r\n.\r\n", data: "text.\r\n"},
	{name: "D5 no LF, then a proper end", raw: ".\rx\r\n.\r\n", data: ".\rx\r\n"},
	{name: "D5 twice CR", raw: ".\r\r\n.\r\n", data: ".\r\r\n"},
	{name: "D8 long line", raw: strings.Repeat("x", 300) + "\r\n.\r\n", data: strings.Repeat("x", 300) + "\r\n"},
	{name: "D9 NUL", raw: "\x00\r\n.\x00x\r\n.\r\n", data: "\x00\r\n.\x00x\r\n"},
	{name: "D10 CR CR LF", raw: "a\r\r\n\r\r\n.\r\n", data: "a\r\r\n\r\r\n"},
	{name: "D14 looks like replies", raw: "+OK\r\n-ERR no\r\n.\r\n", data: "+OK\r\n-ERR no\r\n"},
}

// reply gives the framer the pieces as a connection would: what it leaves
// stands before what comes next.
func reply(lf bool, pieces ...string) (data, rest string, end bool) {
	f := framer{lf: lf}
	var got []byte
	var waiting []byte
	for i, piece := range pieces {
		waiting = append(waiting, piece...)
		out, used, done := f.next(waiting)
		got = append(got, out...)
		waiting = waiting[used:]
		if done {
			return string(got), string(waiting) + strings.Join(pieces[i+1:], ""), true
		}
		if len(waiting) > 3 {
			return fmt.Sprintf("%d octets were left to wait", len(waiting)), "", false
		}
	}
	return string(got), string(waiting), false
}

func TestD11EveryPlaceToSplitAReply(t *testing.T) {
	for _, test := range framings {
		t.Run(test.name, func(t *testing.T) {
			whole := test.raw + test.after
			check := func(pieces ...string) {
				t.Helper()
				data, rest, end := reply(test.lf, pieces...)
				if data != test.data || rest != test.after || !end {
					t.Fatalf("split as %q: data %q, rest %q, end %v; want %q, %q, true", pieces, data, rest, end, test.data, test.after)
				}
			}
			check(whole)
			check(strings.Split(whole, "")...)
			for i := range len(whole) + 1 {
				check(whole[:i], whole[i:])
				for j := i; j <= len(whole) && len(whole) < 100; j++ {
					check(whole[:i], whole[i:j], whole[j:])
				}
			}
		})
	}
}

func TestNothingButTheTerminatorEndsAReply(t *testing.T) {
	for _, test := range framings {
		for i := range len(test.raw) {
			if data, _, end := reply(test.lf, test.raw[:i]); end {
				t.Errorf("%s: ended after %q with data %q", test.name, test.raw[:i], data)
			}
		}
	}
}

func TestD3ASingleLeadingDotShowsThatTheServerDoesNotStuff(t *testing.T) {
	for raw, want := range map[string]bool{
		".a\r\n.\r\n":         true,
		"a\r\n.\x00\r\n.\r\n": true,
		"..a\r\n.\r\n":        false,
		"a.\r\n.\r\n":         false,
		"a\n.b\r\n.\r\n":      false, // not the start of a line
		"a\r\n..\r\n.\r\n":    false,
	} {
		c := clientOn(&chunkConn{chunks: [][]byte{[]byte("+OK\r\n" + raw)}}, nil)
		if _, err := c.Retrieve(t.Context(), 1, new(bytes.Buffer)); err != nil {
			t.Errorf("%q: %v", raw, err)
		}
		if got := c.Traits().NoStuffing; got != want {
			t.Errorf("%q: NoStuffing = %v, want %v", raw, got, want)
		}
	}
}

// stuffed is RFC 1939, section 3, on a body that ends its lines in CRLF.
func stuffed(body string) string {
	out := strings.ReplaceAll("\r\n"+body, "\r\n.", "\r\n..")
	return strings.TrimPrefix(out, "\r\n") + ".\r\n"
}

// chunked cuts s at places that cuts chooses.
func chunked(s string, cuts []byte) [][]byte {
	var chunks [][]byte
	for _, cut := range cuts {
		n := min(int(cut), len(s))
		chunks = append(chunks, []byte(s[:n]))
		s = s[n:]
	}
	return append(chunks, []byte(s))
}

// FuzzRetrieve has two invariants. A body that a proper server sends comes out
// exactly, however it is split, and what follows the terminator is untouched.
// And of whatever bytes a server sends, the output is what the rule says when
// it is applied to all of them at once; without a terminator there is no success.
func FuzzRetrieve(f *testing.F) {
	for _, test := range framings {
		f.Add([]byte(test.data), []byte{1, 2, 1}, test.lf)
		f.Add([]byte(test.raw), []byte{3, 1}, test.lf)
	}
	f.Fuzz(func(t *testing.T, input, cuts []byte, lf bool) {
		const after = "+OK the next reply\r\n"

		body := string(input)
		if body != "" && !strings.HasSuffix(body, "\r\n") {
			body += "\r\n"
		}
		got, rest, err := retrieve(t, chunked("+OK\r\n"+stuffed(body)+after, cuts))
		if err != nil || got != body || rest != after {
			t.Fatalf("body %q came as %q, rest %q, %v", body, got, rest, err)
		}

		status := "+OK\r\n"
		if lf {
			status = "+OK\n"
		}
		want, wantRest, ends := atOnce(string(input), lf)
		got, rest, err = retrieve(t, chunked(status+string(input), cuts))
		if ends != (err == nil) {
			t.Fatalf("%q: error %v, and a terminator is there: %v", input, err, ends)
		}
		if err != nil && !errors.Is(err, ErrTruncated) {
			t.Fatalf("%q: error %v, want ErrTruncated", input, err)
		}
		if ends && (got != want || rest != wantRest) {
			t.Fatalf("%q came as %q, rest %q; want %q, %q", input, got, rest, want, wantRest)
		}
		if len(got) > len(input) {
			t.Fatalf("%d octets became %d", len(input), len(got))
		}
	})
}

// atOnce applies rule D1 to a whole reply, without regard to memory.
func atOnce(raw string, lf bool) (data, rest string, ends bool) {
	eol, terminators := "\r\n", []string{"\r\n.\r\n"}
	if lf {
		eol, terminators = "\n", []string{"\n.\n", "\n.\r\n"}
	}
	raw = eol + raw
	first := -1
	for _, terminator := range terminators {
		if i := strings.Index(raw, terminator); i >= 0 && (first < 0 || i < first) {
			first, rest = i, raw[i+len(terminator):]
		}
	}
	if first < 0 {
		return "", "", false
	}
	data = strings.ReplaceAll(raw[:first]+eol, eol+"..", eol+".")
	return strings.TrimPrefix(data, eol), rest, true
}

// retrieve runs RETR on a server that sends chunks and returns the message and
// what was left in the buffer and on the connection.
func retrieve(t *testing.T, chunks [][]byte) (message, rest string, err error) {
	conn := &chunkConn{chunks: chunks}
	c := clientOn(conn, nil)
	var w bytes.Buffer
	n, err := c.Retrieve(t.Context(), 1, &w)
	if n != int64(w.Len()) {
		t.Fatalf("Retrieve says that it wrote %d octets of %d", n, w.Len())
	}
	return w.String(), string(c.wire.unread()) + string(bytes.Join(conn.chunks, nil)), err
}
