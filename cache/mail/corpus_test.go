package mail

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"restante/cmd/check/corpus"
)

// hangAfter is how long one message may take before the test calls it a hang. Most take less than a millisecond.
const hangAfter = 30 * time.Second

// reading is all that this package makes of a message.
type reading struct {
	message     *Message
	body        Body
	text        string
	attachments []int
}

// read reads a message, and fails the test if that does not end.
func read(t *testing.T, c corpus.Mail) reading {
	t.Helper()
	done := make(chan reading, 1)
	go func() {
		r := bytes.NewReader(c.Raw)
		m := Parse(r, r.Size())
		done <- reading{m, m.Body(r), m.Text(r), m.Attachments()}
	}()
	select {
	case got := <-done:
		return got
	case <-time.After(hangAfter):
		t.Fatalf("%s: not read within %s", c.Name, hangAfter)
		return reading{}
	}
}

// words returns every decoded text of a message's header.
func (m *Message) words() []string {
	out := []string{m.Subject, m.ID, m.ListID, m.Status}
	out = append(out, m.References...)
	for _, list := range [][]Address{m.From, m.ReplyTo, m.To, m.Cc} {
		for _, a := range list {
			out = append(out, a.Name, a.Addr)
		}
	}
	for _, p := range m.Parts {
		out = append(out, p.Type, p.Charset, p.Encoding, p.Disposition, p.Name, p.ContentID, p.Filename())
	}
	return out
}

func TestCorpusIsRead(t *testing.T) {
	mails := corpus.Mails(t, corpusSample, corpus.Folders()...)
	proof := corpus.Prove(t, "mail is read within 64 MB")
	var slowest time.Duration
	var most uint64
	var encoded, senders, dated int
	for _, c := range mails {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		got := read(t, c)
		slowest = max(slowest, time.Since(start))
		runtime.ReadMemStats(&after)
		most = max(most, after.TotalAlloc-before.TotalAlloc)
		m := got.message
		checkParts(t, m, int64(len(c.Raw)))
		for _, word := range m.words() {
			if !utf8.ValidString(word) || strings.IndexFunc(word, isUnseen) >= 0 {
				t.Errorf("%s: %q is not clean", c.Name, word)
			}
		}
		if len(got.text) > MaxText || !utf8.ValidString(got.text) || strings.ContainsFunc(strings.NewReplacer("\n", "", "\t", "").Replace(got.text), isUnseen) {
			t.Errorf("%s: the text is not clean", c.Name)
		}
		if len(got.body.Text) > MaxBody || len(got.body.HTML) > MaxBody || !utf8.ValidString(got.body.Text+got.body.HTML) {
			t.Errorf("%s: the body is not clean", c.Name)
		}
		if strings.Contains(m.Subject, "=?") {
			encoded++
			t.Logf("%s: subject %q", c.Name, m.Subject)
		}
		if len(m.From) > 0 {
			senders++
		}
		if !m.Date.IsZero() || !m.Received.IsZero() {
			dated++
		}
		if t.Failed() {
			t.Fatalf("%s is the first that fails", c.Name)
		}
		proof.Case(c.Name, tooMuch(after.TotalAlloc-before.TotalAlloc))
	}
	proof.Note("slowest %v, most memory %d kB", slowest.Round(time.Microsecond), most/1000)
	// Not every file of the corpus is a whole message, and one subject has a word that is broken beyond repair.
	if encoded > 1 || senders < len(mails)*94/100 || dated < len(mails)*91/100 {
		t.Errorf("of %d messages %d have an encoded subject left, %d a sender, %d a time", len(mails), encoded, senders, dated)
	}
}

// tooMuch says so if reading one message took more memory, in all and never freed, than it may at one time.
func tooMuch(bytes uint64) string {
	if bytes > 64<<20 {
		return fmt.Sprintf("%d bytes were allocated", bytes)
	}
	return ""
}

// TestCorpusMarkersAreReachable looks for the marked texts of the corpus's confusing messages: they must be in what is shown,
// or in a part that can be opened.
func TestCorpusMarkersAreReachable(t *testing.T) {
	mails := corpus.Mails(t, 1, "security/mime-confusion")
	proof := corpus.Prove(t, "marked texts of confusing mail")
	if len(mails) < 60 {
		t.Fatalf("%d messages, want all", len(mails))
	}
	shown := 0
	for _, c := range mails {
		got := read(t, c)
		all := got.text + got.body.Text + got.body.HTML
		if strings.Contains(all, "MARKER") {
			shown++
		}
		for _, p := range got.message.Parts {
			content, err := io.ReadAll(p.Open(bytes.NewReader(c.Raw)))
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
			all += string(content)
		}
		if !strings.Contains(all, "MARKER") {
			proof.Case(c.Name, fmt.Sprintf("its marked text cannot be reached; parts %+v", got.message.Parts))
		} else {
			proof.Case(c.Name)
		}
		hasAttachment := bytes.Contains(c.Raw, []byte("TUFSS0VSLUFUVEFDSE1FTlQtQ09OVEVOVA")) // what m.txt has, in base64
		if hasAttachment && !strings.Contains(all, "MARKER-ATTACHMENT-CONTENT") && !strings.Contains(all, "TUFSS0VSLUFUVEFDSE1FTlQtQ09OVEVOVA") {
			t.Errorf("%s: its attachment cannot be reached", c.Name)
		}
	}
	if shown < len(mails)-1 {
		t.Errorf("%d of %d show their marked text; only message/external-body may hide it", shown, len(mails))
	}
}

// TestCorpusRealSenderIsRead reads the corpus's forged senders: the address that counts is among those of From.
func TestCorpusRealSenderIsRead(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(corpus.Dir(t), "security", "spoof.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID, File string
		Domain   *string `json:"shown_address_domain"`
	}
	if err := json.Unmarshal(raw, &cases); err != nil || len(cases) < 40 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	proof, two := corpus.Prove(t, "forged senders are read"), 0
	for _, c := range cases {
		raw, err := os.ReadFile(filepath.Join(corpus.Dir(t), c.File))
		if err != nil {
			t.Fatal(err)
		}
		if secondSender.Match(raw) {
			two++
		}
		m := Parse(bytes.NewReader(raw), int64(len(raw)))
		var shown []string
		for _, a := range m.From {
			shown = append(shown, a.Addr)
		}
		wrong := ""
		switch all := strings.Join(shown, " "); {
		case c.Domain != nil && *c.Domain == "" && len(shown) > 0:
			wrong = fmt.Sprintf("from %q, want none", shown)
		case c.Domain != nil && !strings.Contains(all+" ", *c.Domain+" ") && *c.Domain != "":
			wrong = fmt.Sprintf("from %q, want an address at %s", shown, *c.Domain)
		case secondSender.Match(raw) && !strings.Contains(all, "attack.com"):
			wrong = fmt.Sprintf("from %q hides the sender at attack.com", shown)
		}
		proof.Case(c.ID, wrong)
	}
	if two < 8 {
		t.Errorf("%d messages with a sender at attack.com were looked at", two)
	}
}

// secondSender finds an address at attack.com that is not part of a route, in a From field however mangled.
var secondSender = regexp.MustCompile(`(?m)^ ?(From *:|From\r?\n :).*[^<]@attack\.com`)

// TestCorpusSameMailInEveryLineEnding reads the corpus's messages that come with LF, CR LF and CR.
func TestCorpusSameMailInEveryLineEnding(t *testing.T) {
	compared := 0
	texts := map[string]reading{}
	for _, c := range corpus.Mails(t, 1, "mime/sisimai/maildir/bsd", "mime/sisimai/maildir/dos", "mime/sisimai/maildir/mac") {
		got := read(t, c)
		name := path.Base(c.Name)
		first, seen := texts[name]
		if !seen {
			texts[name] = got
			continue
		}
		compared++
		// Where the original has CR CR LF, the others have two line endings.
		noEmpty := func(s string) string { return strings.ReplaceAll(s, "\n\n", "\n") }
		if noEmpty(got.text) != noEmpty(first.text) || got.message.Subject != first.message.Subject || len(got.message.Parts) != len(first.message.Parts) {
			t.Errorf("%s: %d parts and %q\nwith LF %d parts and %q", c.Name, len(got.message.Parts), got.text, len(first.message.Parts), first.text)
		}
	}
	if compared < 80 {
		t.Errorf("%d messages compared", compared)
	}
}
