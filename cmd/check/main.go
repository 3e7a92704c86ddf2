// Command check checks everything that can be checked on this machine, in the same way for a person and for CI.
//
//	go run ./cmd/check       # what each change must pass
//	go run ./cmd/check all   # the same with the long proofs whole
//	go run ./cmd/check corpus   # what is proved with the corpus alone, whole, as a table: kind, cases, pass, accepted, fail
//	go run ./cmd/check bench pop3   # how fast mail is retrieved, beside the limit; needs Dovecot
//	go run ./cmd/check bench collect # how fast it is collected, parsed, indexed and found, beside mpop; likewise
//	go run ./cmd/check shots DIR     # pictures of every page, on phone, tablet and desktop, light and dark; needs Chromium
//
// It needs nothing but Go. What a machine lacks (a C compiler for the race detector, Dovecot, Chromium) is named at the
// end as not checked. It changes no file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"restante/cmd/check/shots"
)

var errUsage = errors.New("usage: go run ./cmd/check [all | corpus | bench [pop3|collect|store] [-n MESSAGES] [-runs N] [-rtt 0s,20ms,50ms,100ms] | shots DIR]")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case err != nil:
		fmt.Println(err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == "bench" {
		return benchCommand(ctx, args[1:], out)
	}
	if len(args) == 2 && args[0] == "shots" {
		return shots.Take(ctx, out, args[1])
	}
	c := &check{out: out}
	corpusOnly := len(args) == 1 && args[0] == "corpus"
	c.all = corpusOnly || len(args) == 1 && args[0] == "all"
	if len(args) > 0 && !c.all {
		return errUsage
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	c.root = root
	steps := []step{
		{"gofmt", "gofmt -d .", c.gofmt},
		{"templ fmt", "go tool templ fmt .", c.templFmt},
		{"templ generate", "go tool templ generate", c.templGenerate},
		{"vet", "go vet ./...", c.vet},
		{"staticcheck", "go " + strings.Join(staticcheck, " "), c.staticcheck},
		{"tests", "", c.tests},
	}
	if corpusOnly {
		steps = nil
	}
	if c.all {
		steps = append(steps, step{"corpus", "", c.corpus})
	}
	err = c.steps(ctx, steps)
	for _, line := range c.closing {
		fmt.Fprint(out, line)
	}
	return err
}

// check is one run over one work tree.
type check struct {
	root string
	all  bool // run the long proofs whole
	out  io.Writer

	// closing are lines for the end: what was not checked and, last, go test's own summary, which CI reads.
	closing []string
}

// step is one thing to check. Repeat is what a person types to see a failure again, or to mend it; empty when the
// error knows it itself.
type step struct {
	name   string
	repeat string
	run    func(context.Context) error
}

// steps runs one after the other, says how long each took, and stops at the first that fails.
func (c *check) steps(ctx context.Context, steps []step) error {
	for _, s := range steps {
		start := time.Now()
		err := s.run(ctx)
		took := time.Since(start).Seconds()
		if err == nil {
			fmt.Fprintf(c.out, "%-15s %6.1f s\n", s.name, took)
			continue
		}
		fmt.Fprintf(c.out, "%-15s %6.1f s  FAILED\n", s.name, took)
		if s.repeat != "" {
			err = &failure{err, s.repeat}
		}
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// failure is an error that knows the command to see it again.
type failure struct {
	error
	repeat string
}

func (f *failure) Error() string { return f.error.Error() + "\nto repeat: " + f.repeat }

// command prepares a command in the root of the module whose output the reader sees.
func (c *check) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = c.root
	cmd.Stdout, cmd.Stderr = c.out, c.out
	return cmd
}

func moduleRoot(ctx context.Context) (string, error) {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("asking go for the module: %w", err)
	}
	if path := strings.TrimSpace(string(mod)); filepath.Base(path) == "go.mod" {
		return filepath.Dir(path), nil
	}
	return "", errors.New("run this inside the project: there is no go.mod here or above")
}
