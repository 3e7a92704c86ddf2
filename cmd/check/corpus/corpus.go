// Package corpus is how tests use the corpus: mails and pages, real and hostile, that nobody here wrote and that are kept
// beside the project. It knows where the corpus lies, how much of it a run is about, which differences from what a case
// expects are accepted, and it writes one line of a table for each kind of case, which cmd/check gathers.
package corpus

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// accepted has a line for each difference that is accepted: kind, case, reason, with tabs between them.
//
//go:embed accepted.tsv
var accepted string

// Row begins the line of a table. Behind it stand kind, cases, passes, accepted differences and failures, with tabs
// between them.
const Row = "corpus\t"

// Dir returns where the corpus lies: in RESTANTE_CORPUS, or in shared/corpus beside the project. Where it is absent the
// test is skipped, and says so.
func Dir(tb testing.TB) string {
	tb.Helper()
	dir, err := find()
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		tb.Skipf("corpus absent at %s: not run", dir)
	}
	return dir
}

// Present reports whether there is a corpus, for seeds that are good to have.
func Present() bool {
	dir, err := find()
	if err == nil {
		_, err = os.Stat(dir)
	}
	return err == nil
}

func find() (string, error) {
	if dir := os.Getenv("RESTANTE_CORPUS"); dir != "" {
		return dir, nil
	}
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared", "corpus"), nil
		}
		if dir == filepath.Dir(dir) {
			err = errors.New("there is no go.mod here or above")
		}
	}
	return "", err
}

// Whole reports whether a run is about the whole corpus, and not a share of it. Under the race detector, where much takes
// ten times as long, it never is.
func Whole() bool { return os.Getenv("RESTANTE_ALL") == "1" && !racing }

// Step is k, or 1 in a run about the whole corpus: every how manyth case is run.
func Step(k int) int {
	if Whole() {
		return 1
	}
	return k
}

// Mail is a message of the corpus.
type Mail struct {
	Name string // its path below the corpus, with slashes
	Raw  []byte
}

// Folders are all that hold messages.
func Folders() []string {
	return []string{"mime", "realmail", "spamassassin", "security/mime-confusion", "security/spoof", "security/ics"}
}

// Mails reads every k-th message of some folders, all of them in a run about the whole corpus.
func Mails(tb testing.TB, k int, folders ...string) (list []Mail) {
	tb.Helper()
	dir, step, seen := Dir(tb), Step(k), 0
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isMail(path) {
				return err
			}
			if seen++; seen%step != 0 {
				return nil
			}
			raw, err := os.ReadFile(path)
			name, _ := filepath.Rel(dir, path)
			list = append(list, Mail{filepath.ToSlash(name), raw})
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	if len(list) == 0 {
		tb.Fatalf("no mail in %v below %s", folders, dir)
	}
	return list
}

// isMail tells messages from what the corpus's sources expect of them, and from whole mailboxes.
func isMail(path string) bool {
	switch filepath.Ext(path) {
	case ".json", ".xml", ".out", ".bin", ".tnef", ".dat", ".list", ".p7m", ".html", ".mbox", ".ics":
		return false
	}
	return !strings.Contains(path, "_decoded_") && !strings.Contains(path, ".mbox") && !strings.Contains(path, "mbox.rlug")
}

// Proof counts the cases of one kind.
type Proof struct {
	t                      *testing.T
	kind                   string
	cases, passes, allowed int
	accepted               map[string]bool // by case; true once it was met
	note                   string
}

// Prove begins to count. When the test ends the kind's line is logged, and in a run about the whole corpus an accepted
// difference that is none any more fails it.
func Prove(t *testing.T, kind string) *Proof {
	t.Helper()
	p := &Proof{t: t, kind: kind, accepted: map[string]bool{}}
	for line := range strings.Lines(accepted) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || line == "\n" {
			continue
		}
		if len(fields) != 3 || fields[2] == "" {
			t.Fatalf("accepted.tsv: a line must have kind, case and reason: %q", line)
		}
		if fields[0] == kind {
			p.accepted[fields[1]] = false
		}
	}
	t.Cleanup(p.close)
	return p
}

// Case counts a case, and fails the test if anything is wrong with it that is not accepted.
func (p *Proof) Case(id string, wrong ...string) {
	p.t.Helper()
	wrong = slices.DeleteFunc(wrong, func(s string) bool { return s == "" })
	p.cases++
	_, accepted := p.accepted[id]
	switch {
	case len(wrong) == 0:
		p.passes++
	case accepted:
		p.accepted[id] = true
		p.allowed++
	default:
		p.t.Errorf("%s: %s: %s", p.kind, id, strings.Join(wrong, "; "))
	}
}

// All counts n cases that were run in one, as a browser does; each of wrong is a case that failed.
func (p *Proof) All(n int, wrong ...string) {
	p.t.Helper()
	p.cases, p.passes = p.cases+n, p.passes+n-min(n, len(wrong))
	for _, w := range wrong {
		p.t.Errorf("%s: %s", p.kind, w)
	}
}

// Note adds to the kind's line what was measured.
func (p *Proof) Note(format string, args ...any) { p.note = fmt.Sprintf(format, args...) }

func (p *Proof) close() {
	p.t.Logf("%s%s\t%d\t%d\t%d\t%d\t%s", Row, p.kind, p.cases, p.passes, p.allowed, p.cases-p.passes-p.allowed, p.note)
	for id, met := range p.accepted {
		if !met && Whole() && !p.t.Failed() {
			p.t.Errorf("%s: %s is accepted, and differs no more", p.kind, id)
		}
	}
}
