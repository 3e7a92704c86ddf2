package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"restante/cmd/check/corpus"
)

// contents are the contents of all parts of a message and of those in it, as we read them: files by their hashes, texts by
// their words.
type contents struct {
	hashes, texts map[string]bool
	names         []string
}

func noContents() contents { return contents{hashes: map[string]bool{}, texts: map[string]bool{}} }

func contentsOf(t *testing.T, raw []byte) contents {
	t.Helper()
	c := noContents()
	r := bytes.NewReader(raw)
	c.add(t, Parse(r, r.Size()), r, 0)
	return c
}

func (c *contents) add(t *testing.T, m *Message, r io.ReaderAt, depth int) {
	t.Helper()
	for _, p := range m.Parts {
		c.names = append(c.names, p.Name)
		if strings.HasPrefix(p.Type, "multipart/") {
			continue
		}
		raw, err := io.ReadAll(p.Open(r))
		if err != nil {
			t.Fatal(err)
		}
		c.put(raw, p.Text(raw))
		if p.IsMessage() && depth < maxEmbedDepth {
			inner, r := p.Message(r)
			c.add(t, inner, r, depth+1)
		}
	}
}

// put adds a content: its bytes, also with other line ends, and the text that they are.
func (c contents) put(raw []byte, text string) {
	c.hashes[hashOf(raw)] = true
	c.hashes[hashOf([]byte(unixLines(string(raw))))] = true
	c.texts[wordsOf(text)] = true
}

// lacks says that a text or a file is not among the contents; "" if it is.
func (c contents) lacks(what, text string, file []byte) string {
	switch {
	case c.hashes[hashOf(file)], c.hashes[hashOf([]byte(unixLines(string(file))))], text != "" && c.texts[wordsOf(text)], len(bytes.TrimSpace(file)) == 0 && wordsOf(text) == "",
		c.hasLegible(wordsOf(text)):
		return ""
	case text != "":
		return fmt.Sprintf("no %s %.60q", what, wordsOf(text))
	}
	return fmt.Sprintf("no %s of %d bytes", what, len(file))
}

// hasLegible reports whether a text of ours differs from one only in letters that the other parser could not read: U+FFFD, one
// in eight at most, where ours is no ASCII.
func (c contents) hasLegible(text string) bool {
	want := []rune(text)
	if illegible := strings.Count(text, "\uFFFD"); illegible == 0 || illegible*8 > len(want) {
		return false
	}
	for ours := range c.texts {
		if slices.EqualFunc([]rune(ours), want, func(a, b rune) bool { return a == b || b == utf8.RuneError && a > unicode.MaxASCII }) {
			return true
		}
	}
	return false
}

func hashOf(raw []byte) string { return fmt.Sprintf("%x", sha256.Sum256(raw)) }

// wordsOf are the words of a text, less what no reader shows.
func wordsOf(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\ufeff' || r == '\u00a0' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// byteList is how the expectations write a file: as a list of numbers.
type byteList []byte

func (b *byteList) UnmarshalJSON(data []byte) error {
	var list []uint16
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	for _, n := range list {
		*b = append(*b, byte(n))
	}
	return nil
}

// parsed is a message as another parser read it and keeps it as an expectation.
type parsed struct {
	Parts []struct{ Body json.RawMessage }
}

// missing lists what the other parser has and we have not.
func (p parsed) missing(c contents) (list []string) {
	for _, part := range p.Parts {
		var body struct {
			Text, Html           *string
			Binary, InlineBinary byteList
			Message              *parsed
		}
		if json.Unmarshal(part.Body, &body) != nil {
			continue // a word, for a multipart
		}
		switch {
		case body.Text != nil:
			list = append(list, c.lacks("text", *body.Text, []byte(*body.Text)))
		case body.Html != nil:
			list = append(list, c.lacks("HTML", *body.Html, []byte(*body.Html)))
		case body.Message != nil:
			list = append(list, body.Message.missing(c)...)
		default:
			if file := append(body.Binary, body.InlineBinary...); len(file) > 0 {
				list = append(list, c.lacks("file", "", file))
			}
		}
	}
	return list
}

// expectation is what others expect of a message.
type expectation struct {
	name  string
	raw   []byte
	files []string // that say it
}

// expectations finds all of them in the corpus.
func expectations(t *testing.T) (list []expectation) {
	t.Helper()
	dir := corpus.Dir(t)
	decoded := regexp.MustCompile(`_decoded_[0-9_]+\.(txt|bin)$`)
	expected := map[string][]string{} // files, by the path of the message
	err := filepath.WalkDir(filepath.Join(dir, "mime"), func(path string, d fs.DirEntry, err error) error {
		switch at := decoded.FindStringIndex(path); {
		case err != nil:
			return err
		case at != nil:
			expected[path[:at[0]]+".msg"] = append(expected[path[:at[0]]+".msg"], path)
		case strings.Contains(path, "stalwart") && strings.HasSuffix(path, ".json"):
			expected[strings.TrimSuffix(path, ".json")+".eml"] = []string{path}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, files := range expected {
		raw, err := os.ReadFile(strings.Replace(path, ".crlf.eml", ".eml", 1))
		if err != nil {
			continue // an expectation whose message is not in the corpus
		}
		if strings.HasSuffix(path, ".crlf.eml") {
			raw = []byte(strings.ReplaceAll(unixLines(string(raw)), "\n", "\r\n"))
		}
		name, _ := filepath.Rel(dir, path)
		list = append(list, expectation{filepath.ToSlash(name), raw, files})
	}
	return list
}

// missing lists what is expected and is not among the contents.
func (e expectation) missing(t *testing.T, c contents) (list []string) {
	t.Helper()
	for _, file := range e.files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, ".json") {
			list = append(list, c.lacks("part "+filepath.Base(file), toUTF8(string(want)), want))
			continue
		}
		var p parsed
		if err := json.Unmarshal(want, &p); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		list = append(list, p.missing(c)...)
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// TestCorpusExpectedTextsAndFiles compares messages with what other parsers' authors expect of them. Where we differ, and Python's
// parser does, too, the expectation is one opinion of several: those are counted by themselves.
func TestCorpusExpectedTextsAndFiles(t *testing.T) {
	agreed := corpus.Prove(t, "texts and files as expected")
	alone := corpus.Prove(t, "texts and files as expected, where Python reads them otherwise, too")
	dir := t.TempDir()
	var contested []expectation
	var paths []string
	for _, e := range expectations(t) {
		if len(e.missing(t, contentsOf(t, e.raw))) == 0 {
			agreed.Case(e.name)
			continue
		}
		path := filepath.Join(dir, fmt.Sprint(len(paths)))
		if err := os.WriteFile(path, e.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		contested, paths = append(contested, e), append(paths, path)
	}
	for i, second := range askPython(t, paths) {
		e, proof := contested[i], agreed
		if len(e.missing(t, second.contents(t))) > 0 {
			proof = alone
		}
		proof.Case(e.name, e.missing(t, contentsOf(t, e.raw))...)
	}
}
