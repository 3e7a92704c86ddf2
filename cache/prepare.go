package cache

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"restante/cache/mail"
)

const (
	maxSubject    = 1000 // characters kept of a subject
	maxName       = 300  // … and of a sender's name or address
	maxSnippet    = 200  // characters of text shown in lists
	maxSnipped    = 8192 // bytes of text in which they are looked for
	maxRecipients = 4000 // bytes of addresses kept for search and threading
)

// Prepared is a message ready to be stored: parsed, hashed and compressed, so that the writer has nothing left to
// compute. Close frees it.
type Prepared struct {
	Copy   Copy // the server copy that it came from
	Number int  // its number in the listing: the order of arrival within one second

	received time.Time
	size     int64
	digests
	partial bool  // only the header is here
	whole   int64 // then the size of the whole message, as the server says
	arrived time.Time
	raw     packed
	text    []byte // compressed normal text
	body    string // normalised for the index
	row     envelope
	files   []File // its attachments
}

// indexed is how many columns the index has besides the body: subject, sender, recipients, cc, filename and list.
const indexed = 6

// envelope is what a row of the messages table says of the message itself.
type envelope struct {
	sent        time.Time
	subject     string
	base        string
	orphan      bool
	fromName    string
	fromAddr    string
	recipients  string
	snippet     string
	attachments int
	kinds       kinds
	seen        bool // the mailbox says that it was read elsewhere (Status: R)
	messageID   string
	references  []string
	index       [indexed]string // the columns of the index but the body, normalised
}

// Prepare reads the message in raw, which it closes, and makes it ready for [Box.Store]. It may run beside any
// other call. However broken a message is, it can be prepared; an error means that its bytes could not be read.
func (b *Box) Prepare(c Copy, number int, raw *Spool) (*Prepared, error) {
	p, err := b.prepare(raw)
	if err := errors.Join(err, raw.Close()); err != nil {
		return nil, fmt.Errorf("preparing message %d: %w", number, err)
	}
	p.Copy, p.Number = c, number
	return p, nil
}

func (b *Box) prepare(raw *Spool) (*Prepared, error) {
	p := &Prepared{size: raw.Size(), arrived: b.now()}
	var err error
	if p.digests, err = digest(io.NewSectionReader(raw, 0, p.size), p.size); err != nil {
		return nil, err
	}
	p.derive(b, raw)
	into := b.NewSpool(p.size / 4 * 3)
	if p.raw, err = b.codec.pack(raw, into); err != nil {
		return nil, errors.Join(err, into.Close())
	}
	return p, nil
}

// derive reads what rows and index say of a message out of its bytes.
func (p *Prepared) derive(b *Box, raw io.ReaderAt) {
	m := mail.Parse(raw, p.size)
	text := m.Text(raw)
	p.row = envelopeOf(m, text)
	p.received = receivedAt(m.Received, m.Date, b.now())
	p.body, p.files = normalise(text), filesOf(m, raw)
	p.text = b.codec.packText(text)
}

// Close frees what the message holds.
func (p *Prepared) Close() error { return p.raw.data.Close() }

// Received is the time that gives the message its place.
func (p *Prepared) Received() time.Time { return p.received }

// Size is the length of the message in bytes.
func (p *Prepared) Size() int64 { return p.size }

func envelopeOf(m *mail.Message, text string) envelope {
	e := envelope{
		sent: m.Date, subject: cut(m.Subject, maxSubject), snippet: snippet(text), attachments: len(m.Attachments()), kinds: kindsOf(m, text),
		seen: strings.ContainsAny(m.Status, "Rr"), messageID: m.ID, references: m.References,
	}
	base, reply := mail.BaseSubject(m.Subject)
	e.base, e.orphan = cut(base, maxSubject), reply && len(m.References) == 0
	if len(m.From) > 0 {
		e.fromName, e.fromAddr = cut(m.From[0].Name, maxName), cut(m.From[0].Addr, maxName)
	}
	var to []string
	length := 0
	for _, a := range append(append([]mail.Address(nil), m.To...), m.Cc...) {
		if length += len(a.Addr) + 1; length > maxRecipients {
			break
		}
		to = append(to, strings.ToLower(a.Addr))
	}
	e.recipients = strings.Join(to, " ")
	e.index = [indexed]string{normalise(m.Subject), people(m.From), people(m.To), people(m.Cc), normalise(filenames(m)), normalise(m.ListID)}
	return e
}

// people is under what the people of a field are found, normalised: their names and addresses, and each address as one word.
func people(list []mail.Address) string {
	var text, words strings.Builder
	for _, a := range list {
		if text.Len() > maxRecipients {
			break
		}
		text.WriteString(a.Name + " " + a.Addr + " ")
		for _, piece := range append(strings.Fields(a.Name), a.Addr) { // lists name the writer: ana@example.org via Garden
			if word, ok := addressWord(piece); ok {
				words.WriteString(" " + word)
			}
		}
	}
	return normalise(text.String()) + words.String()
}

// snippet is the beginning of what a message itself says, on one line: what it quotes, and the line that
// says whom, tell nothing new in a list. A message that only quotes shows that.
func snippet(text string) string {
	head := text[:whole(text, min(len(text), maxSnipped))]
	if own := oneLine(withoutQuotes(head)); own != "" {
		return own
	}
	return oneLine(head)
}

// withoutQuotes drops lines that begin with ">" and the line above each run of them if it ends in a colon.
func withoutQuotes(text string) string {
	lines := strings.Split(text, "\n")
	kept := lines[:0:0]
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, ">"):
		case strings.HasSuffix(strings.TrimSpace(line), ":") && i+1 < len(lines) && strings.HasPrefix(lines[i+1], ">"):
		default:
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// oneLine is the first maxSnippet characters of a text, with every run of blanks as one.
func oneLine(text string) string {
	var b strings.Builder
	n, blank := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) {
			blank = n > 0
			continue
		}
		if blank {
			b.WriteByte(' ')
			n, blank = n+1, false
		}
		if n >= maxSnippet {
			break
		}
		b.WriteRune(r)
		n++
	}
	return strings.TrimRight(b.String(), " ")
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
