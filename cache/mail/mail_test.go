package mail

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parse reads a message written with LF, and fails the test if it reads differently with CR LF.
func parse(t *testing.T, raw string) (*Message, *strings.Reader) {
	t.Helper()
	r := strings.NewReader(raw)
	m := Parse(r, r.Size())
	crlf := strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n"))
	other := Parse(crlf, crlf.Size())
	if diff := cmp.Diff(m.Header, other.Header); diff != "" {
		t.Errorf("with CR LF the header is another:\n%s", diff)
	}
	if diff := cmp.Diff(m.Text(r), other.Text(crlf)); diff != "" {
		t.Errorf("with CR LF the text is another:\n%s", diff)
	}
	return m, r
}

func TestMessageIsRead(t *testing.T) {
	m, r := parse(t, `Return-Path: <maria@example.net>
Received: from a.example.net by mx.example.org with ESMTPS id 1;
	Tue, 4 Mar 2025 10:00:07 +0100
Received: from laptop by a.example.net; Tue, 4 Mar 2025 08:59:59 +0000
Date: Tue, 4 Mar 2025 09:59:58 +0100
From: =?utf-8?q?Mar=C3=ADa?= <maria@example.net>
Reply-To: office@example.net
To: "Doe, John" <john@example.org>, Club: a@example.org, b@example.org;
Cc: c@example.org
Subject: =?iso-8859-1?Q?Caf=E9?= at
 ten
Message-ID: <4@example.net>
References: <1@example.org> <2@example.net>
In-Reply-To: <3@example.org>
List-Id: The club <club.example.org>
Status: RO
Content-Type: text/plain; charset=utf-8

Shall we?
`)
	at := time.Date(2025, 3, 4, 9, 59, 58, 0, time.FixedZone("", 3600))
	received := time.Date(2025, 3, 4, 10, 0, 7, 0, time.FixedZone("", 3600))
	want := &Message{
		Subject: "Café at ten",
		From:    []Address{{"María", "maria@example.net"}},
		ReplyTo: []Address{{"", "office@example.net"}},
		To:      []Address{{"Doe, John", "john@example.org"}, {"", "a@example.org"}, {"", "b@example.org"}},
		Cc:      []Address{{"", "c@example.org"}},
		Date:    at, Received: received,
		ID:         "4@example.net",
		References: []string{"1@example.org", "2@example.net", "3@example.org"},
		ListID:     "club.example.org",
		Status:     "RO",
		Header:     m.Header,
		Parts:      []Part{{Type: "text/plain", Charset: "utf-8", Offset: r.Size() - 10, Size: 10, Parent: -1}},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("the message differs (-want +got):\n%s", diff)
	}
	if len(m.Header) != 15 {
		t.Errorf("%d header fields, want 15", len(m.Header))
	}
	if got := m.Text(r); got != "Shall we?" {
		t.Errorf("text %q", got)
	}
}

// brokenDisk fails behind a number of bytes.
type brokenDisk struct{ good string }

var errDisk = errors.New("input/output error")

func (d brokenDisk) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(d.good)) {
		return 0, errDisk
	}
	n := copy(p, d.good[off:])
	if n < len(p) {
		return n, errDisk
	}
	return n, nil
}

func TestErrorOfTheReaderEndsTheMessage(t *testing.T) {
	disk := brokenDisk{"Subject: Half\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhalf of"}
	m := Parse(disk, 1<<20)
	if m.Subject != "Half" || len(m.Parts) != 2 {
		t.Fatalf("subject %q, %d parts; want what was readable", m.Subject, len(m.Parts))
	}
	if all := strings.Join(m.Defects, "; "); !strings.Contains(all, "input/output error") {
		t.Errorf("defects %q do not tell of the error", all)
	}
	if end := m.Parts[0].Offset + m.Parts[0].Size; end != int64(len(disk.good)) {
		t.Errorf("the message ends at %d, want %d", end, len(disk.good))
	}
	if got := m.Text(disk); got != "half of" {
		t.Errorf("text %q", got)
	}
	whole := Part{Size: 1 << 20, Type: "text/plain"}
	if _, err := io.ReadAll(whole.Open(disk)); !errors.Is(err, errDisk) {
		t.Errorf("Open hides the reader's error: %v", err)
	}
}

// countingReader counts the bytes asked for.
type countingReader struct {
	*strings.Reader
	read int64
}

func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.Reader.ReadAt(p, off)
	c.read += int64(n)
	return n, err
}

func TestEachByteIsReadAtMostOnce(t *testing.T) {
	body := strings.Repeat(strings.Repeat("x", 75)+"\n", 40_000)
	raw := "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" + body + "--b\nContent-Type: image/png\n\n" + body + "--b--\n"
	r := &countingReader{Reader: strings.NewReader(raw)}
	m := Parse(r, r.Size())
	if len(m.Parts) != 3 {
		t.Fatalf("%d parts, want 3", len(m.Parts))
	}
	if r.read > r.Size() {
		t.Errorf("read %d bytes of %d", r.read, r.Size())
	}
	// A message of one part needs its header only.
	r = &countingReader{Reader: strings.NewReader("Subject: x\n\n" + body)}
	if Parse(r, r.Size()); r.read > 2*windowSize {
		t.Errorf("read %d bytes for a header", r.read)
	}
}

func TestDefectsAreBounded(t *testing.T) {
	var d defects
	for i := range 10 * maxDefects {
		d.add(strings.Repeat("x", i%(2*maxDefects)))
	}
	if len(d.list) != maxDefects {
		t.Errorf("%d defects noted, want %d", len(d.list), maxDefects)
	}
}

// endless is a message whose attachment repeats one line, and that is nowhere in memory.
type endless struct {
	head, line string
	size       int64
}

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	for i := range p {
		switch at := off + int64(i); {
		case at >= e.size:
			return i, io.EOF
		case at < int64(len(e.head)):
			p[i] = e.head[at]
		default:
			p[i] = e.line[(at-int64(len(e.head)))%int64(len(e.line))]
		}
	}
	return len(p), nil
}

func TestMemoryDoesNotGrowWithTheMessage(t *testing.T) {
	const size, allowed = 16 << 20, 1 << 20
	big := endless{"Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n", strings.Repeat("QUJD", 19) + "\n", size}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := Parse(big, size)
	text := m.Text(big)
	n, err := io.Copy(io.Discard, m.Parts[2].Open(big))
	runtime.ReadMemStats(&after)
	if text != "hello" || err != nil || n < size*7/10 {
		t.Fatalf("text %q, an attachment of %d bytes (%v)", text, n, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > allowed {
		t.Errorf("%d bytes were allocated for a message of %d, want at most %d", used, int64(size), allowed)
	}
}
