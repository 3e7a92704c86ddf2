package sample

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	"github.com/emersion/go-message/mail"
)

// reference is the day on which the newest message was written.
var reference = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// letter is a message as a test wants to look at it.
type letter struct {
	raw     []byte
	header  mail.Header
	subject string
	id      string
	date    time.Time
	arrived time.Time
	parts   []part
}

// part is a leaf of a message, decoded; text is in UTF-8.
type part struct {
	mediaType, charset, disposition, filename, encoding string
	params                                              map[string]string
	body                                                []byte
}

func (l letter) find(mediaType string) []part {
	var found []part
	for _, p := range l.parts {
		if p.mediaType == mediaType {
			found = append(found, p)
		}
	}
	return found
}

// atReference parses the mailbox of the reference day once for all tests.
var atReference = sync.OnceValues(func() ([]letter, error) { return parse(reference) })

// letters returns the mailbox as it is at now; it fails on a message that
// go-message does not read without an error.
func letters(t *testing.T, now time.Time) []letter {
	t.Helper()
	var all []letter
	var err error
	if now.Equal(reference) {
		all, err = atReference()
	} else {
		all, err = parse(now)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func parse(now time.Time) ([]letter, error) {
	messages, err := Messages(now)
	if err != nil {
		return nil, err
	}
	var all []letter
	for i, raw := range messages {
		l, err := parseOne(raw)
		if err != nil {
			return nil, fmt.Errorf("message %d, %q: %w", i, l.subject, err)
		}
		all = append(all, l)
	}
	return all, nil
}

func parseOne(raw []byte) (letter, error) {
	l := letter{raw: raw}
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return l, err
	}
	l.header = mail.Header{Header: entity.Header}
	if l.subject, err = l.header.Subject(); err != nil {
		return l, err
	}
	if l.id, err = l.header.MessageID(); err != nil || l.id == "" {
		return l, fmt.Errorf("Message-ID %q: %w", l.id, err)
	}
	if l.date, err = l.header.Date(); err != nil {
		return l, err
	}
	if l.arrived, err = arrival(raw); err != nil {
		return l, err
	}
	err = entity.Walk(func(_ []int, e *message.Entity, err error) error {
		if err != nil || e.MultipartReader() != nil {
			return err
		}
		p, err := leaf(e)
		l.parts = append(l.parts, p)
		return err
	})
	if l.id == brokenID {
		err = nil
	}
	return l, err
}

// brokenID is the Message-ID of the one message that is broken on purpose.
const brokenID = "scan-000418@gatehousecopy.example"

func leaf(e *message.Entity) (part, error) {
	mediaType, params, err := e.Header.ContentType()
	if err != nil {
		return part{}, err
	}
	attachment := mail.AttachmentHeader{Header: e.Header}
	filename, err := attachment.Filename()
	if err != nil {
		return part{}, err
	}
	disposition, _, _ := e.Header.ContentDisposition() // absent in most
	body, err := io.ReadAll(e.Body)
	return part{mediaType, strings.ToLower(params["charset"]), disposition, filename,
		e.Header.Get("Content-Transfer-Encoding"), params, body}, err
}

func TestMessagesComeOldestFirst(t *testing.T) {
	all := letters(t, reference)
	if len(all) < 40 || len(all) > 60 {
		t.Errorf("%d messages, want about 50 (40 to 60)", len(all))
	}
	for i, l := range all[1:] {
		if l.arrived.Before(all[i].arrived) {
			t.Errorf("%q arrived at %v, but stands after %q of %v", l.subject, l.arrived, all[i].subject, all[i].arrived)
		}
	}
	if span := all[len(all)-1].arrived.Sub(all[0].arrived); span < 5*365*24*time.Hour {
		t.Errorf("the mailbox spans %v, want several years", span)
	}
}

func TestLinesEndInCRLFAndAreShort(t *testing.T) {
	for _, l := range letters(t, reference) {
		if n := bytes.Count(l.raw, []byte("\r\n")); n != bytes.Count(l.raw, []byte("\n")) || n != bytes.Count(l.raw, []byte("\r")) {
			t.Errorf("%q has a CR or LF that stands alone", l.subject)
		}
		for line := range bytes.Lines(l.raw) {
			if n := len(bytes.TrimSuffix(line, []byte("\r\n"))); n > 998 {
				t.Errorf("%q has a line of %d bytes, RFC 5322 allows 998", l.subject, n)
			}
		}
		if !bytes.HasSuffix(l.raw, []byte("\r\n")) {
			t.Errorf("%q does not end with a line end", l.subject)
		}
	}
}

func TestSameMomentGivesSameBytes(t *testing.T) {
	first, err := Messages(reference)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Messages(reference)
	if err != nil {
		t.Fatal(err)
	}
	for i := range first {
		if !bytes.Equal(first[i], second[i]) {
			t.Errorf("message %d differs between two calls", i)
		}
	}
}

func TestEveryReplyAnswersAMessageOfTheMailbox(t *testing.T) {
	arrived := map[string]time.Time{}
	conversation := map[string]string{} // id → id of its first message
	size := map[string]int{}
	people := map[string]map[string]bool{}
	for _, l := range letters(t, reference) {
		if _, twice := arrived[l.id]; twice {
			t.Errorf("%q: Message-ID %s is there twice", l.subject, l.id)
		}
		parents, err := l.header.MsgIDList("In-Reply-To")
		if err != nil {
			t.Errorf("%q: In-Reply-To: %v", l.subject, err)
		}
		references, err := l.header.MsgIDList("References")
		if err != nil {
			t.Errorf("%q: References: %v", l.subject, err)
		}
		root := l.id
		if len(parents) > 0 {
			if len(references) == 0 || references[len(references)-1] != parents[0] {
				t.Errorf("%q: References %v do not end in In-Reply-To %v", l.subject, references, parents)
			}
			root = conversation[parents[0]]
		}
		for _, id := range append(parents, references...) {
			if _, known := arrived[id]; !known {
				t.Errorf("%q refers to %s, which did not arrive before it", l.subject, id)
			}
		}
		arrived[l.id], conversation[l.id] = l.arrived, root
		size[root]++
		from, err := l.header.AddressList("From")
		if err != nil || len(from) != 1 {
			t.Fatalf("%q: From %v: %v", l.subject, from, err)
		}
		if people[root] == nil {
			people[root] = map[string]bool{}
		}
		people[root][from[0].Address] = true
	}
	long, several := 0, 0
	for root, n := range size {
		if n > 7 {
			t.Errorf("conversation %s has %d messages, want at most 7", root, n)
		}
		if n >= 3 {
			long++
		}
		if len(people[root]) >= 3 {
			several++
		}
	}
	if long < 4 || several < 3 {
		t.Errorf("%d conversations of 3 to 7 messages, %d of three people or more; want 4 and 3", long, several)
	}
}

func TestNobodyRealIsNamed(t *testing.T) {
	host := regexp.MustCompile(`(?:@|//|from |by |helo=)((?:[a-z0-9-]+\.)+[a-z]{2,})\b`)
	allowed := regexp.MustCompile(`\.example$|(^|\.)example\.(org|com)$|\.local$`)
	address := regexp.MustCompile(`\b\d+\.\d+\.\d+\.\d+\b`)
	documentation := regexp.MustCompile(`^(192\.0\.2|198\.51\.100|203\.0\.113)\.`)
	for _, l := range letters(t, reference) {
		for _, text := range l.texts() {
			for _, m := range host.FindAllStringSubmatch(text, -1) {
				if !allowed.MatchString(m[1]) {
					t.Errorf("%q names the host %s, want .example, example.org or example.com", l.subject, m[1])
				}
			}
			for _, ip := range address.FindAllString(text, -1) {
				if !documentation.MatchString(ip) {
					t.Errorf("%q names the address %s, want one for documentation (RFC 5737)", l.subject, ip)
				}
			}
		}
	}
}

func TestAnUnknownAttachmentIsAnError(t *testing.T) {
	_, err := attach([]byte("Subject: x\n\n{{nothing.txt}}\n"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("attach = %v, want an error that is fs.ErrNotExist", err)
	}
}

func TestAttachKeepsWhatSurroundsThePlaceholder(t *testing.T) {
	got, err := attach([]byte("before\n{{barque-legere.txt}}\nafter {{not a placeholder}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(got, []byte("before\nQkFSUVVF")) || !bytes.HasSuffix(got, []byte("\nafter {{not a placeholder}}\n")) {
		t.Errorf("attach = %q", got)
	}
}

// decoded returns a header value as a reader sees it.
func decoded(t *testing.T, value string) string {
	t.Helper()
	text, err := (&mime.WordDecoder{CharsetReader: message.CharsetReader}).DecodeHeader(value)
	if err != nil {
		t.Fatalf("header %q: %v", value, err)
	}
	return text
}
