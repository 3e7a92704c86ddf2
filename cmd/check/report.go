package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"restante/cmd/check/corpus"
	"restante/cmd/check/figure"
)

// event is one line of go test -json (go doc test2json).
type event struct {
	Action     string
	Package    string
	Test       string
	ImportPath string // of a package that is being built
	Output     string
	Elapsed    float64
}

// report gathers what go test tells. It passes on at once what a reader wants to see at once: packages that ended, and
// the output of what failed.
type report struct {
	out     io.Writer
	running map[string]*packageRun
	summary []string // go test's closing line of each package, in the order of their ends
	failed  []failedPackage
	proofs  []string // lines of the corpus' table, tabs between their fields
	figures []string // what was measured, likewise

	skipOrder []string
	skipCount map[string]int
}

// packageRun is what one package has said so far.
type packageRun struct {
	order []string                    // tests in the order in which they spoke
	said  map[string]*strings.Builder // by test, "" for the package itself; gone when it passed or was skipped
	seed  string                      // of -shuffle
}

type failedPackage struct {
	path string
	seed string   // of -shuffle; "" when it did not come to run
	said []string // lines that its tests logged, maxSaid at most: the last thing that is printed is why, not what a server had to say
}

const (
	maxSaid     = 10  // lines of a package that failed, repeated at the end
	maxSaidLine = 400 // bytes of such a line
)

func newReport(out io.Writer) *report {
	return &report{out: out, running: make(map[string]*packageRun), skipCount: make(map[string]int)}
}

func (r *report) add(e event) {
	if e.Action == "build-output" {
		fmt.Fprint(r.out, e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	p := r.running[e.Package]
	if p == nil {
		p = &packageRun{said: make(map[string]*strings.Builder)}
		r.running[e.Package] = p
	}
	switch {
	case e.Action == "output":
		r.output(p, e)
	case e.Test == "":
		r.ended(p, e)
	case e.Action == "skip":
		r.skipped(p.said[e.Test])
		delete(p.said, e.Test)
	case e.Action == "pass":
		delete(p.said, e.Test)
	}
}

var (
	summaryLine = regexp.MustCompile(`^(ok  |FAIL|\?   )\t`)
	shuffleSeed = regexp.MustCompile(`^-test\.shuffle (\d+)`)
	logLine     = regexp.MustCompile(`(?m)^ +[\w.-]+\.go:\d+: (.*)$`)
	testLine    = regexp.MustCompile(`(?m)^ +[\w.-]+_test\.go:\d+: .*$`)
)

func (r *report) output(p *packageRun, e event) {
	if e.Test == "" {
		if summaryLine.MatchString(e.Output) {
			r.summary = append(r.summary, e.Output)
			return
		}
		if m := shuffleSeed.FindStringSubmatch(e.Output); m != nil {
			p.seed = m[1]
		}
	}
	if _, row, found := strings.Cut(e.Output, ": "+corpus.Row); found {
		r.proofs = append(r.proofs, strings.TrimRight(row, "\n"))
	}
	if _, row, found := strings.Cut(e.Output, ": "+figure.Row); found {
		r.figures = append(r.figures, strings.TrimRight(row, "\n"))
	}
	if p.said[e.Test] == nil {
		p.said[e.Test] = new(strings.Builder)
		if e.Test != "" {
			p.order = append(p.order, e.Test)
		}
	}
	p.said[e.Test].WriteString(e.Output)
}

// ended notes the end of a package. Of one that failed it shows all that was said by what did not pass.
func (r *report) ended(p *packageRun, e event) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(r.out, "  %6.1f s  %s\n", e.Elapsed, e.Package)
	case "fail":
		failed := failedPackage{path: e.Package, seed: p.seed}
		for _, test := range append(p.order, "") {
			said := p.said[test]
			if said == nil {
				continue
			}
			fmt.Fprint(r.out, said)
			for _, line := range testLine.FindAllString(said.String(), maxSaid-len(failed.said)) {
				failed.said = append(failed.said, test+": "+line[:min(len(line), maxSaidLine)]+"\n")
			}
		}
		r.failed = append(r.failed, failed)
	case "skip": // a package without tests
	default:
		return
	}
	delete(r.running, e.Package)
}

// skipped keeps the reason of a skipped test: the last thing that it logged.
func (r *report) skipped(said *strings.Builder) {
	reason := "a test that gives no reason"
	if said != nil {
		if lines := logLine.FindAllStringSubmatch(said.String(), -1); lines != nil {
			reason = lines[len(lines)-1][1]
		}
	}
	if r.skipCount[reason] == 0 {
		r.skipOrder = append(r.skipOrder, reason)
	}
	r.skipCount[reason]++
}

// skips lists each reason for which tests were skipped, with the number of tests.
func (r *report) skips() []string {
	var lines []string
	for _, reason := range r.skipOrder {
		line := reason
		if n := r.skipCount[reason]; n > 1 {
			line = fmt.Sprintf("%s (%d tests)", reason, n)
		}
		lines = append(lines, line)
	}
	return lines
}

// table is what was proved with the corpus, a line a kind; nil where there is no corpus.
func (r *report) table() []string {
	if len(r.proofs) == 0 {
		return nil
	}
	return aligned("corpus\tcases\tpass\taccepted\tfail\t", r.proofs)
}

// measured is what tests have measured, a line each; nil where that is nothing.
func (r *report) measured() []string {
	if len(r.figures) == 0 {
		return nil
	}
	return aligned("measured\t", r.figures)
}

// aligned is a table of rows below its head, in order.
func aligned(head string, rows []string) []string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, head)
	for _, row := range slices.Sorted(slices.Values(rows)) {
		fmt.Fprintln(w, row)
	}
	w.Flush()
	return strings.SplitAfter(out.String(), "\n")
}

// repeat gives the arguments that run the failed package again in the same order.
func (f failedPackage) repeat(args []string) string {
	line := strings.Join(args, " ") + " " + f.path
	if f.seed != "" {
		line = strings.Replace(line, "-shuffle=on", "-shuffle="+f.seed, 1)
	}
	return line
}
