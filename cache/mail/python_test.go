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

// askPython returns what Python's email package makes of the messages in the files. It skips the test where there is no Python.
func askPython(t *testing.T, paths []string) []secondOpinion {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatalf("no Python: %v", err)
		}
		t.Skipf("no Python (%v): not run", err)
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "leaves.py"))
	cmd.Stdin, cmd.Stderr = strings.NewReader(strings.Join(paths, "\n")), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", python, err)
	}
	answers := bufio.NewReader(bytes.NewReader(out))
	opinions := make([]secondOpinion, len(paths))
	for i, path := range paths {
		line, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatalf("%s: Python ends: %v", path, err)
		}
		if err := json.Unmarshal(line, &opinions[i]); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return opinions
}

// contents are the contents of a message as Python reads it.
func (o secondOpinion) contents(t *testing.T) contents {
	t.Helper()
	c := noContents()
	for _, l := range o.Leaves {
		file, err := hex.DecodeString(l.File)
		if err != nil {
			t.Fatal(err)
		}
		c.put(file, l.Text)
	}
	return c
}

// TestCorpusSecondParser compares every mail of the corpus with what Python's email package makes of it: what that reads,
// we read, too, and what it calls a file we call the same.
func TestCorpusSecondParser(t *testing.T) {
	mails := corpus.Mails(t, 5, corpus.Folders()...)
	proof := corpus.Prove(t, "texts, files and names as Python reads them")
	var paths []string
	for _, m := range mails {
		paths = append(paths, filepath.Join(corpus.Dir(t), filepath.FromSlash(m.Name)))
	}
	read := 0
	for i, second := range askPython(t, paths) {
		if second.Error != "" {
			continue // it does not read the message at all
		}
		read++
		m := mails[i]
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
