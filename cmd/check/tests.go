package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// tests runs all tests, shuffled and with the race detector where it works. Fuzz targets run their seeds as tests.
func (c *check) tests(ctx context.Context) error {
	args := []string{"test", "-vet=off", "-shuffle=on"} // vet has run already, with more analysers than go test uses
	race := raceDetector(ctx)
	if race == nil {
		args = append(args, "-race")
	} else {
		fmt.Fprintf(c.out, "\nTHE TESTS RUN WITHOUT THE RACE DETECTOR: %v\n\n", race)
	}
	report, err := c.goTest(ctx, args)
	for _, skip := range report.skips() {
		c.closing = append(c.closing, "not checked here: "+skip+"\n")
	}
	if race != nil {
		c.closing = append(c.closing, fmt.Sprintf("not checked here: data races: %v\n", race))
	}
	if !c.all {
		c.closing = append(c.closing, report.table()...)
	}
	c.closing = append(append(c.closing, report.measured()...), report.summary...)
	return c.verdict(report, err, args)
}

// corpus runs what is proved with the corpus, whole, and so without the race detector.
func (c *check) corpus(ctx context.Context) error {
	args := []string{"test", "-vet=off", "-count=1", "-run=Corpus"}
	report, err := c.goTest(ctx, args)
	c.closing = append(report.table(), c.closing...)
	if len(report.proofs) == 0 && err == nil {
		c.closing = append(c.closing, "not checked here: there is no corpus\n")
	}
	return c.verdict(report, err, args)
}

// verdict is nil where all went well; else it repeats why not, and says how to see it again.
func (c *check) verdict(report *report, err error, args []string) error {
	repeat := "go " // what a person would type
	if c.all {
		repeat = "RESTANTE_ALL=1 go "
	}
	for _, f := range report.failed {
		c.closing = append(c.closing, f.said...)
	}
	switch {
	case len(report.failed) > 0:
		return &failure{fmt.Errorf("%d package(s) failed", len(report.failed)), repeat + report.failed[0].repeat(args)}
	case err != nil:
		return &failure{err, repeat + strings.Join(append(args, "./..."), " ")}
	}
	return nil
}

// goTest runs go test on all packages and tells of each package as it ends.
func (c *check) goTest(ctx context.Context, args []string) (*report, error) {
	// Those that take longest are begun first, so that they do not run alone at the end, and the two that have most browsers
	// not beside each other.
	args = append([]string{args[0], "-json"}, append(args[1:], "./cmd/restante", "./cache/fetch", "./cache", "./views/safehtml", "./web", "./...")...)
	if c.all {
		args = append([]string{args[0], "-timeout=60m"}, args[1:]...)
	}
	cmd := c.command(ctx, "go", args...)
	if c.all {
		cmd.Env = append(cmd.Environ(), "RESTANTE_ALL=1")
	}
	r := newReport(c.out)
	cmd.Stdout = nil
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return r, fmt.Errorf("go test: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return r, fmt.Errorf("go test: %w", err)
	}
	lines := bufio.NewReader(stdout)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil {
			r.add(e)
		} else {
			c.out.Write(line) // go itself has something to say
		}
		if err != nil {
			return r, cmd.Wait()
		}
	}
}

// raceDetector tells why -race cannot work on this machine; nil: it can.
func raceDetector(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "go", "list", "-race", "unsafe").CombinedOutput()
	if err != nil {
		return errors.New(strings.TrimPrefix(strings.TrimSpace(string(out)), "go: "))
	}
	cc, err := exec.CommandContext(ctx, "go", "env", "CC").Output()
	if err != nil {
		return fmt.Errorf("asking go for the C compiler: %w", err)
	}
	words := strings.Fields(string(cc))
	if len(words) == 0 {
		return errors.New("there is no C compiler")
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return fmt.Errorf("there is no C compiler: %w", err)
	}
	return nil
}
