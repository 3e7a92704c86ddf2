package mail

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"restante/cmd/check/corpus"
)

// secondOpinion is what Python's email package makes of a message.
type secondOpinion struct {
	Leaves []struct {
		Type, Name, File, Text string
		Error                  string
	}
	Error string
}

// TestCorpusSecondParser compares every mail of the corpus with what Python's email package makes of it: what that reads,
// we read, too, and what it calls a file we call the same.
func TestCorpusSecondParser(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatalf("no Python: %v", err)
		}
		t.Skipf("no Python (%v): not run", err)
	}
	mails := corpus.Mails(t, 5, corpus.Folders()...)
	proof := corpus.Prove(t, "texts, files and names as Python reads them")
	var paths strings.Builder
	for _, m := range mails {
		paths.WriteString(filepath.Join(corpus.Dir(t), filepath.FromSlash(m.Name)) + "\n")
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "leaves.py"))
	cmd.Stdin, cmd.Stderr = strings.NewReader(paths.String()), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", python, err)
	}
	answers := bufio.NewReader(bytes.NewReader(out))
	read := 0
	for _, m := range mails {
		line, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatalf("%s: Python ends: %v", m.Name, err)
		}
		var second secondOpinion
		if err := json.Unmarshal(line, &second); err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		if second.Error != "" {
			continue // it does not read the message at all
		}
		read++
		c := contentsOf(t, m.Raw)
		var wrong []string
		for _, l := range second.Leaves {
			file, err := hex.DecodeString(l.File)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case l.Error != "":
			case strings.HasPrefix(l.Type, "multipart/"): // it could not take it apart
			case c.endsLike(l.Text): // it took lines of the header for text
			default:
				wrong = append(wrong, c.lacks(l.Type, l.Text, file))
			}
			if name := cleanName(l.Name); name != "" && !slices.Contains(c.names, name) {
				wrong = append(wrong, "no file called "+name)
			}
		}
		proof.Case(m.Name, wrong...)
	}
	proof.Note("Python fails on %d of %d", len(mails)-read, len(mails))
}

// endsLike reports whether a text ends with one of ours.
func (c contents) endsLike(text string) bool {
	text = wordsOf(text)
	for ours := range c.texts {
		if ours != "" && strings.HasSuffix(text, ours) {
			return true
		}
	}
	return false
}
