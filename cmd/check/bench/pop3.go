// Package bench measures how fast mail is retrieved over POP3, beside the limit:
// a client that does nothing but ask and discard.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"restante/pop3client/live"
)

// Options says what is measured.
type Options struct {
	Messages   int             // in the mailbox
	RoundTrips []time.Duration // each is measured by itself
	Runs       int             // of each client for each round trip; the fastest counts
}

// POP3 fills a mailbox, serves it with Dovecot, puts a proxy that delays in
// front, lets each client retrieve all of it by itself, and prints a table. The
// clients are run by self, a command that does what Client does with the
// arguments that follow. Only the ratios mean something: server, proxy and
// client share the processors.
func POP3(ctx context.Context, out io.Writer, o Options, self []string) (err error) {
	dir, err := os.MkdirTemp("", "restante-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil { // Dovecot works as another user
		return err
	}
	fmt.Fprintf(out, "writing %d messages\n", o.Messages)
	home := filepath.Join(dir, "home")
	octets, err := writeMaildir(filepath.Join(home, "Maildir"), o.Messages)
	if err != nil {
		return fmt.Errorf("writing the mailbox: %w", err)
	}
	server, err := live.DovecotOn(home)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	r := &race{dir: dir, server: server, self: self, octets: octets, out: out}
	if _, err := r.retrieve(ctx, server.Plain, "raw"); err != nil { // Dovecot makes its index
		return err
	}
	for _, trip := range o.RoundTrips {
		if err := r.round(ctx, trip, o.Runs); err != nil {
			return err
		}
	}
	if err := r.listing(ctx); err != nil {
		return err
	}
	return r.print()
}

// race is what all runs have in common.
type race struct {
	dir     string
	server  *live.Server
	self    []string
	octets  int64
	out     io.Writer
	results []result
	large   result // listing a large mailbox
}

// result is the fastest run of a client.
type result struct {
	client string
	trip   time.Duration
	took   time.Duration
	cpu    time.Duration
	peak   int64 // octets of memory; 0: not known
}

// round lets every client retrieve the mailbox at one round-trip time. They take
// turns, so that what else the machine does hits all alike.
func (r *race) round(ctx context.Context, trip time.Duration, runs int) error {
	p, err := startProxy(r.server.Plain, trip/2)
	if err != nil {
		return err
	}
	defer p.stop()
	clients := []string{"raw", "restante"}
	if _, err := exec.LookPath("mpop"); err == nil {
		clients = append(clients, "mpop")
	}
	best := make(map[string]result)
	for range runs {
		for _, client := range clients {
			got, err := r.retrieve(ctx, p.addr, client)
			if err != nil {
				return fmt.Errorf("%s at a round trip of %v: %w", client, trip, err)
			}
			got.trip = trip
			fmt.Fprintf(r.out, "%-9s at %6v: %6.2f s\n", client, trip, got.took.Seconds())
			if b, ok := best[client]; !ok || got.took < b.took {
				best[client] = got
			}
		}
	}
	for _, client := range clients {
		r.results = append(r.results, best[client])
	}
	return nil
}

// retrieve lets one client retrieve the mailbox.
func (r *race) retrieve(ctx context.Context, addr, client string) (result, error) {
	if client != "mpop" {
		return r.run(ctx, client, addr, r.octets)
	}
	cmd, err := r.mpop(ctx, addr)
	if err != nil {
		return result{}, err
	}
	got, _, err := timed(cmd)
	got.client = client
	return got, err
}

// run runs one of the clients of [Client], which must say that it got so much.
func (r *race) run(ctx context.Context, client, addr string, want int64) (result, error) {
	args := append(r.self[1:len(r.self):len(r.self)], client, addr, r.server.User, r.server.Password)
	got, said, err := timed(exec.CommandContext(ctx, r.self[0], args...))
	if err != nil {
		return got, err
	}
	got.client = client
	var count int64
	if _, err := fmt.Sscan(said, &count, &got.peak); err != nil {
		return got, fmt.Errorf("it says %q: %w", said, err)
	}
	if count != want {
		return got, fmt.Errorf("it got %d, want %d", count, want)
	}
	return got, nil
}

// timed runs a command to its end.
func timed(cmd *exec.Cmd) (got result, said string, err error) {
	start := time.Now()
	out, err := cmd.CombinedOutput()
	got.took = time.Since(start)
	if err != nil {
		return got, "", fmt.Errorf("%w: %s", err, out)
	}
	got.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return got, string(out), nil
}
