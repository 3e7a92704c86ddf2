package mail

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// corpusMail is a message of the corpus.
type corpusMail struct {
	name string // its path below the corpus
	raw  []byte
}

// corpusRoot returns where the corpus lies, and skips the test where it is absent.
func corpusRoot(tb testing.TB) string {
	tb.Helper()
	root := corpusPath()
	if _, err := os.Stat(root); err != nil {
		tb.Skipf("corpus absent at %s: not run", root)
	}
	return root
}

func corpusPath() string {
	if root := os.Getenv("RESTANTE_CORPUS"); root != "" {
		return root
	}
	return filepath.Join("..", "..", "..", "shared", "corpus")
}

// readCorpus returns every k-th message of some folders of the corpus, all of them with RESTANTE_ALL=1.
func readCorpus(tb testing.TB, k int, folders ...string) []corpusMail {
	tb.Helper()
	root := corpusRoot(tb)
	if os.Getenv("RESTANTE_ALL") == "1" {
		k = 1
	}
	var out []corpusMail
	seen := 0
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isMail(path) {
				return err
			}
			if seen++; seen%k != 0 {
				return nil
			}
			raw, err := os.ReadFile(path)
			name, _ := filepath.Rel(root, path)
			out = append(out, corpusMail{filepath.ToSlash(name), raw})
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	if len(out) == 0 {
		tb.Fatalf("no mail in %v below %s", folders, root)
	}
	return out
}

// isMail tells messages from what the corpus's sources expect of them, and from whole mailboxes.
func isMail(path string) bool {
	switch filepath.Ext(path) {
	case ".json", ".xml", ".out", ".bin", ".tnef", ".dat", ".list", ".p7m", ".html", ".mbox", ".ics":
		return false
	}
	return !strings.Contains(path, "_decoded_") && !strings.Contains(path, ".mbox") && !strings.Contains(path, "mbox.rlug")
}

// corpusFolders are all folders that hold messages.
var corpusFolders = []string{"mime", "realmail", "spamassassin", "security/mime-confusion", "security/spoof"}

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
func (c corpusMail) read(t *testing.T) reading {
	t.Helper()
	done := make(chan reading, 1)
	go func() {
		r := bytes.NewReader(c.raw)
		m := Parse(r, r.Size())
		done <- reading{m, m.Body(r), m.Text(r), m.Attachments()}
	}()
	select {
	case got := <-done:
		return got
	case <-time.After(hangAfter):
		t.Fatalf("%s: not read within %s", c.name, hangAfter)
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
	mails := readCorpus(t, corpusSample, corpusFolders...)
	var encoded, senders, dated int
	for _, c := range mails {
		got := c.read(t)
		m := got.message
		checkParts(t, m, int64(len(c.raw)))
		for _, word := range m.words() {
			if !utf8.ValidString(word) || strings.IndexFunc(word, isUnseen) >= 0 {
				t.Errorf("%s: %q is not clean", c.name, word)
			}
		}
		if len(got.text) > MaxText || !utf8.ValidString(got.text) || strings.ContainsFunc(strings.NewReplacer("\n", "", "\t", "").Replace(got.text), isUnseen) {
			t.Errorf("%s: the text is not clean", c.name)
		}
		if len(got.body.Text) > MaxBody || len(got.body.HTML) > MaxBody || !utf8.ValidString(got.body.Text+got.body.HTML) {
			t.Errorf("%s: the body is not clean", c.name)
		}
		if strings.Contains(m.Subject, "=?") {
			encoded++
			t.Logf("%s: subject %q", c.name, m.Subject)
		}
		if len(m.From) > 0 {
			senders++
		}
		if !m.Date.IsZero() || !m.Received.IsZero() {
			dated++
		}
		if t.Failed() {
			t.Fatalf("%s is the first that fails", c.name)
		}
	}
	// Not every file of the corpus is a whole message, and one subject has a word that is broken beyond repair.
	if encoded > 1 || senders < len(mails)*94/100 || dated < len(mails)*91/100 {
		t.Errorf("of %d messages %d have an encoded subject left, %d a sender, %d a time", len(mails), encoded, senders, dated)
	}
}

// TestMarkersAreReachable looks for the marked texts of the corpus's confusing messages: they must be in what is shown,
// or in a part that can be opened.
func TestMarkersAreReachable(t *testing.T) {
	mails := readCorpus(t, 1, "security/mime-confusion")
	if len(mails) < 60 {
		t.Fatalf("%d messages, want all", len(mails))
	}
	shown := 0
	for _, c := range mails {
		got := c.read(t)
		all := got.text + got.body.Text + got.body.HTML
		if strings.Contains(all, "MARKER") {
			shown++
		}
		for _, p := range got.message.Parts {
			content, err := io.ReadAll(p.Open(bytes.NewReader(c.raw)))
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			all += string(content)
		}
		if !strings.Contains(all, "MARKER") {
			t.Errorf("%s: its marked text cannot be reached; parts %+v", c.name, got.message.Parts)
		}
		hasAttachment := bytes.Contains(c.raw, []byte("TUFSS0VSLUFUVEFDSE1FTlQtQ09OVEVOVA")) // what m.txt has, in base64
		if hasAttachment && !strings.Contains(all, "MARKER-ATTACHMENT-CONTENT") && !strings.Contains(all, "TUFSS0VSLUFUVEFDSE1FTlQtQ09OVEVOVA") {
			t.Errorf("%s: its attachment cannot be reached", c.name)
		}
	}
	if shown < len(mails)-1 {
		t.Errorf("%d of %d show their marked text; only message/external-body may hide it", shown, len(mails))
	}
}

// TestRealSenderIsShown reads the corpus's forged senders: the address that counts is among those of From.
func TestRealSenderIsShown(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(corpusRoot(t), "security", "spoof.json"))
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
	two := 0
	for _, c := range cases {
		raw, err := os.ReadFile(filepath.Join(corpusRoot(t), c.File))
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
		switch all := strings.Join(shown, " "); {
		case c.Domain != nil && *c.Domain == "" && len(shown) > 0:
			t.Errorf("%s: from %q, want none", c.ID, shown)
		case c.Domain != nil && !strings.Contains(all+" ", *c.Domain+" ") && *c.Domain != "":
			t.Errorf("%s: from %q, want an address at %s", c.ID, shown, *c.Domain)
		case secondSender.Match(raw) && !strings.Contains(all, "attack.com"):
			t.Errorf("%s: from %q hides the sender at attack.com", c.ID, shown)
		}
	}
	if two < 8 {
		t.Errorf("%d messages with a sender at attack.com were looked at", two)
	}
}

// secondSender finds an address at attack.com that is not part of a route, in a From field however mangled.
var secondSender = regexp.MustCompile(`(?m)^ ?(From *:|From\r?\n :).*[^<]@attack\.com`)

// TestSameMailInEveryLineEnding reads the corpus's messages that come with LF, CR LF and CR.
func TestSameMailInEveryLineEnding(t *testing.T) {
	compared := 0
	texts := map[string]reading{}
	for _, c := range readCorpus(t, 1, "mime/sisimai/maildir/bsd", "mime/sisimai/maildir/dos", "mime/sisimai/maildir/mac") {
		got := c.read(t)
		name := path.Base(c.name)
		first, seen := texts[name]
		if !seen {
			texts[name] = got
			continue
		}
		compared++
		// Where the original has CR CR LF, the others have two line endings.
		noEmpty := func(s string) string { return strings.ReplaceAll(s, "\n\n", "\n") }
		if noEmpty(got.text) != noEmpty(first.text) || got.message.Subject != first.message.Subject || len(got.message.Parts) != len(first.message.Parts) {
			t.Errorf("%s: %d parts and %q\nwith LF %d parts and %q", c.name, len(got.message.Parts), got.text, len(first.message.Parts), first.text)
		}
	}
	if compared < 80 {
		t.Errorf("%d messages compared", compared)
	}
}
