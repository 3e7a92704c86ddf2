package bench

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	maxWords     = 3_000 // of a text
	minAttached  = 50_000
	maxAttached  = 5_000_000
	rulesOfStyle = 60 // lines of CSS that begin with a dot, in a newsletter
)

// mailWriter makes up mail whose sizes are spread as in mailboxes of people:
// short texts, the same again as HTML, newsletters, and a few messages with
// large attachments, which have most of the octets. It makes the same mail each
// time.
type mailWriter struct {
	random *rand.Rand
	words  []string
	noise  io.Reader // what attachments consist of
}

func newMailWriter() *mailWriter {
	return &mailWriter{
		random: rand.New(rand.NewPCG(1, 2)),
		words:  strings.Fields("the to and of a in is for you that on it with this be we are have not will at from meeting invoice please attached report thanks tomorrow question service account delivery Grüße"),
		noise:  rand.NewChaCha8([32]byte{}),
	}
}

// writeMaildir fills a new Maildir with n messages, and returns how many octets
// they have on the wire, with every line end as CR LF. The names of the files
// tell the sizes, so that Dovecot need not read them for that, and that they
// have been seen.
func writeMaildir(dir string, n int) (octets int64, err error) {
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return 0, err
		}
	}
	w := newMailWriter()
	start := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	const span = 10 * 365 * 24 * time.Hour // none of it is to lie ahead
	for i := range n {
		date := start.Add(time.Duration(i) * min(8*time.Hour, span/time.Duration(n)))
		raw := w.message(i, date)
		wire := len(raw) + bytes.Count(raw, []byte("\n"))
		name := fmt.Sprintf("%d.M%06d.bench,S=%d,W=%d:2,S", date.Unix(), i%1_000_000, len(raw), wire)
		if err := os.WriteFile(filepath.Join(dir, "cur", name), raw, 0o644); err != nil {
			return 0, err
		}
		octets += int64(wire)
	}
	return octets, nil
}

// message is one message with bare LFs, as it lies in a Maildir.
func (w *mailWriter) message(i int, date time.Time) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Return-Path: <user%d@example.org>\nDelivered-To: me@example.com\n", i%2000)
	fmt.Fprintf(&b, "Received: from mx.example.org (mx.example.org [192.0.2.%d])\n\tby mail.example.com with ESMTPS id %d;\n\t%s\n", i%250+1, i, date.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "From: User %d <user%[1]d@example.org>\nTo: Me <me@example.com>\nSubject: ", i%2000)
	w.line(&b, 6)
	fmt.Fprintf(&b, "Date: %s\nMessage-ID: <%d.%d@example.org>\nMIME-Version: 1.0\n", date.Format(time.RFC1123Z), i, date.Unix())
	length := min(20+int(math.Exp(w.random.NormFloat64()*0.9+4.7)), maxWords)
	switch kind := w.random.Float64(); {
	case kind < 0.40:
		b.WriteString("Content-Type: text/plain; charset=utf-8\n\n")
		w.text(&b, length)
	case kind < 0.72:
		w.alternative(&b, length, 0)
	case kind < 0.80: // a notification
		w.alternative(&b, 100, 9_000+w.random.IntN(12_000))
	case kind < 0.91: // a newsletter
		w.alternative(&b, 400, 40_000+w.random.IntN(80_000))
	case kind < 0.95: // with a small attachment
		w.mixed(&b, length, 1_000+w.random.IntN(19_000))
	default:
		u := w.random.Float64()
		w.mixed(&b, length, int(minAttached*math.Pow(float64(maxAttached)/minAttached, u*u)))
	}
	return b.Bytes()
}

// alternative is a text and, at least so large, its HTML.
func (w *mailWriter) alternative(b *bytes.Buffer, words, size int) {
	b.WriteString("Content-Type: multipart/alternative; boundary=\"=_alternative\"\n\n--=_alternative\nContent-Type: text/plain; charset=utf-8\n\n")
	w.text(b, words)
	b.WriteString("\n--=_alternative\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>\n")
	if size > 0 {
		for i := range rulesOfStyle {
			fmt.Fprintf(b, ".c%d{font-family:Arial,sans-serif;line-height:1.5;padding:%dpx}\n", i, i%30)
		}
	}
	b.WriteString("</style></head><body>\n")
	for end := b.Len() + size; ; {
		b.WriteString("<div style=\"font-family:Calibri,Arial,sans-serif;font-size:11pt\">\n")
		w.text(b, max(words/4, 10))
		b.WriteString("</div>\n")
		if b.Len() >= end {
			break
		}
	}
	b.WriteString("</body></html>\n--=_alternative--\n")
}

// mixed is a text and an attachment.
func (w *mailWriter) mixed(b *bytes.Buffer, words, size int) {
	b.WriteString("Content-Type: multipart/mixed; boundary=\"=_mixed\"\n\n--=_mixed\nContent-Type: text/plain; charset=utf-8\n\n")
	w.text(b, words)
	b.WriteString("\n--=_mixed\nContent-Type: application/pdf; name=\"a.pdf\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n")
	line := make([]byte, 57) // 76 characters in base64
	encoded := make([]byte, base64.StdEncoding.EncodedLen(len(line)))
	for ; size > 0; size -= len(line) {
		w.noise.Read(line) // never fails
		base64.StdEncoding.Encode(encoded, line)
		b.Write(encoded)
		b.WriteByte('\n')
	}
	b.WriteString("--=_mixed--\n")
}

// text is so many words in lines, with an empty line now and then.
func (w *mailWriter) text(b *bytes.Buffer, words int) {
	for ; words > 0; words -= 12 {
		w.line(b, min(words, 12))
		if w.random.IntN(6) == 0 {
			b.WriteByte('\n')
		}
	}
}

func (w *mailWriter) line(b *bytes.Buffer, words int) {
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.words[w.random.IntN(len(w.words))])
	}
	b.WriteByte('\n')
}
