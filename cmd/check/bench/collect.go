package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"restante/cache"
	"restante/cache/query"
	"restante/pop3client/live"
)

// What is asked of collecting and of the file that it fills.
const (
	leastRate      = 1.5 // of mpop's messages a second, which only writes files
	mostFirstPage  = time.Second
	mostWhole      = 0.80 // of the raw mail
	mostIndex      = 0.10 // likewise
	mostCollecting = 250 << 20
	mostPoll       = 13                    // tenths of the time that listing takes, beside
	processStart   = 50 * time.Millisecond // for a program to start and open its files
	pollSamples    = 3
	mostNotmuch    = 20_000           // messages that notmuch indexes within a few minutes
	mostSearch     = time.Millisecond // a search with its count and its excerpts, p95
)

// collection is what one command made of a whole mailbox.
type collection struct {
	result
	firstPage time.Duration
}

// Collect fills a mailbox with n messages, serves it with Dovecot, and lets restante and, where it is installed, mpop
// collect all of it, in turns, at each round-trip time; then it measures what was made of it: the size of the file, a look
// with nothing new, and searching.
func Collect(ctx context.Context, out io.Writer, o Options) (err error) {
	dir, err := os.MkdirTemp("", "restante-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil { // Dovecot works as another user
		return err
	}
	program, err := build(ctx, dir)
	if err != nil {
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
	c := &collecting{race: race{dir: dir, server: server, octets: octets, out: out}, program: program, messages: o.Messages}
	if _, err := c.restante(ctx, server.Plain); err != nil { // Dovecot makes its index
		return err
	}
	for _, trip := range o.RoundTrips {
		if err := c.round(ctx, trip, o.Runs); err != nil {
			return err
		}
	}
	return c.print(ctx)
}

// collecting is what all runs have in common.
type collecting struct {
	race
	program  string
	messages int
	runs     []collection
	compared time.Duration // a look with nothing new, behind one that brought mail
	poll     time.Duration // … and behind one that did not
}

// round lets both collect at one round-trip time; the fastest of each counts.
func (c *collecting) round(ctx context.Context, trip time.Duration, runs int) error {
	p, err := startProxy(c.server.Plain, trip/2)
	if err != nil {
		return err
	}
	defer p.stop()
	_, absent := exec.LookPath("mpop")
	best := map[string]collection{}
	for range runs {
		mine, err := c.restante(ctx, p.addr)
		if err != nil {
			return err
		}
		list := []collection{mine}
		if absent == nil {
			cmd, err := c.mailFiles(ctx, p.addr)
			if err != nil {
				return err
			}
			got, _, err := timed(cmd)
			if err != nil {
				return err
			}
			got.client = "mpop"
			list = append(list, collection{result: got})
		}
		for _, got := range list {
			got.trip = trip
			fmt.Fprintf(c.out, "%-9s at %6v: %6.2f s\n", got.client, trip, got.took.Seconds())
			if b, ok := best[got.client]; !ok || got.took < b.took {
				best[got.client] = got
			}
		}
	}
	for _, client := range []string{"restante", "mpop"} {
		if b, ok := best[client]; ok {
			c.runs = append(c.runs, b)
		}
	}
	return nil
}

// mailFiles is mpop, which delivers into a Maildir.
func (c *collecting) mailFiles(ctx context.Context, addr string) (*exec.Cmd, error) {
	cmd, err := c.mpop(ctx, addr)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(c.dir, "mpop", "Maildir")
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, err
		}
	}
	conf := filepath.Join(c.dir, "mpop", "conf")
	content, err := os.ReadFile(conf)
	if err != nil {
		return nil, err
	}
	return cmd, os.WriteFile(conf, append(content, "delivery maildir "+dir+"\n"...), 0o600)
}

// restante collects everything into a new folder, and looks twice more.
func (c *collecting) restante(ctx context.Context, addr string) (collection, error) {
	data := c.data()
	if err := os.RemoveAll(data); err != nil {
		return collection{}, err
	}
	fetch := func() (got collection, collected int, err error) {
		cmd := exec.CommandContext(ctx, c.program, "fetch", "--json", "--user", c.server.User, "--data", data, "pop3+insecure://"+addr)
		cmd.Env = append(os.Environ(), "RESTANTE_PASSWORD="+c.server.Password)
		start := time.Now()
		said, err := cmd.Output()
		got.client, got.took = "restante", time.Since(start)
		var line struct {
			Collected   int
			FirstPageMs int64
		}
		if err = errors.Join(err, json.Unmarshal(said, &line)); err != nil {
			return got, 0, fmt.Errorf("restante fetch: %w", err)
		}
		got.firstPage = time.Duration(line.FirstPageMs) * time.Millisecond
		got.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			got.peak = usage.Maxrss << 10
		}
		return got, line.Collected, nil
	}
	got, n, err := fetch()
	if err != nil {
		return got, err
	}
	if n != c.messages {
		return got, fmt.Errorf("restante fetch collected %d messages of %d", n, c.messages)
	}
	for _, least := range []*time.Duration{&c.compared, &c.poll} {
		again, n, err := fetch()
		if err == nil && n != 0 {
			err = fmt.Errorf("restante fetch collected %d messages twice", n)
		}
		if err != nil {
			return got, err
		}
		if *least == 0 || again.took < *least {
			*least = again.took
		}
	}
	return got, nil
}

func (c *collecting) data() string { return filepath.Join(c.dir, "data") }

// searches are lines whose first page is asked for, with what asks libnotmuch the same.
func searches() []struct{ line, notmuch string } {
	return []struct{ line, notmuch string }{
		{`"meeting"`, "meeting"}, {"meeting", "meeting"}, {`"the" "invoice"`, "the and invoice"}, {`"please attached"`, `"please attached"`},
		{"from:user17@example.org", "from:user17@example.org"}, {`subject:"invoice"`, "subject:invoice"}, {`"meeting" before:2017`, "meeting and date:..2016"}, {"inv", "inv*"},
	}
}

// print writes the figures, and which of them miss a bar.
func (c *collecting) print(ctx context.Context) error {
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(c.out, "\n%d messages, %.1f MB; the fastest of the runs; mpop only writes files\n\n", c.messages, float64(c.octets)/1e6)
	fmt.Fprint(table, "round trip\tclient\tseconds\tmessages/s\tMB/s\tfirst page\tpeak MB\t/ mpop\t\n")
	var missed []string
	for i, r := range c.runs {
		rate := float64(c.messages) / r.took.Seconds()
		ratio, first, peak := "", "", ""
		if r.client == "restante" {
			first, peak = r.firstPage.Round(time.Millisecond).String(), fmt.Sprintf("%.0f", float64(r.peak)/(1<<20))
			if i+1 < len(c.runs) && c.runs[i+1].client == "mpop" {
				x := c.runs[i+1].took.Seconds() / r.took.Seconds()
				ratio = fmt.Sprintf("%.2f", x)
				if x < leastRate {
					missed = append(missed, fmt.Sprintf("round trip %v: %.2f times mpop's rate, %.1f is wanted", r.trip, x, leastRate))
				}
			}
			if r.peak > mostCollecting {
				missed = append(missed, fmt.Sprintf("round trip %v: %s MB of memory", r.trip, peak))
			}
			if r.firstPage > mostFirstPage+8*r.trip {
				missed = append(missed, fmt.Sprintf("round trip %v: first page after %s", r.trip, first))
			}
		}
		fmt.Fprintf(table, "%v\t%s\t%.2f\t%.0f\t%.1f\t%s\t%s\t%s\t\n", r.trip, r.client, r.took.Seconds(), rate, float64(c.octets)/1e6/r.took.Seconds(), first, peak, ratio)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	limit, err := c.listing(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "\na look with nothing new: %v, %v where the one before brought mail; listing alone: %v\n", c.poll.Round(time.Millisecond), c.compared.Round(time.Millisecond), limit.Round(time.Millisecond))
	if most := limit*mostPoll/10 + processStart; c.poll > most {
		missed = append(missed, fmt.Sprintf("a look with nothing new: %v, %v is wanted", c.poll.Round(time.Millisecond), most.Round(time.Millisecond)))
	}
	more, err := c.file(ctx)
	if err != nil {
		return err
	}
	missed = append(missed, more...)
	if len(missed) == 0 {
		_, err := fmt.Fprintln(c.out, "\nevery bar is met")
		return err
	}
	for _, line := range missed {
		fmt.Fprintf(c.out, "\nmissed: %s", line)
	}
	_, err = fmt.Fprintln(c.out)
	return err
}

// listing is how long it takes to list the mailbox and do nothing else.
func (c *collecting) listing(ctx context.Context) (time.Duration, error) {
	all, err := samples(pollSamples, func() error {
		_, err := listAll(ctx, c.server.Plain, c.server.User, c.server.Password)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("listing: %w", err)
	}
	return slices.Min(all), nil
}

// file measures the file that was made.
func (c *collecting) file(ctx context.Context) (missed []string, err error) {
	names, err := filepath.Glob(filepath.Join(c.data(), "users", "*", "mail.db"))
	if err != nil || len(names) != 1 {
		return nil, fmt.Errorf("looking for the file: %d found, %w", len(names), err)
	}
	info, err := os.Stat(names[0])
	if err != nil {
		return nil, err
	}
	whole := float64(info.Size()) / float64(c.octets)
	db, err := sql.Open("sqlite", names[0])
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var bytes int64
	if err := db.QueryRowContext(ctx, `SELECT sum(length(block)) FROM fts_data`).Scan(&bytes); err != nil {
		return nil, err
	}
	index := float64(bytes) / float64(c.octets)
	fmt.Fprintf(c.out, "the file: %.2f of the raw mail; the full-text index: %.3f\n", whole, index)
	if whole > mostWhole {
		missed = append(missed, fmt.Sprintf("the file has %.2f of the raw mail, %.2f is wanted", whole, mostWhole))
	}
	if index > mostIndex {
		missed = append(missed, fmt.Sprintf("the index has %.3f of the raw mail, %.2f is wanted", index, mostIndex))
	}
	err = asTheSite(ctx, func() error {
		more, err := c.searching(ctx, filepath.Dir(names[0]))
		missed = append(missed, more...)
		return err
	})
	return missed, err
}

// searching measures the first page of searches in the store.
func (c *collecting) searching(ctx context.Context, dir string) (missed []string, err error) {
	box, err := cache.OpenReadOnly(ctx, dir, time.Now)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	var queries []string
	for _, s := range searches() {
		queries = append(queries, s.notmuch)
	}
	theirs, found, err := c.notmuch(ctx, filepath.Join(c.dir, "home", "Maildir"), queries)
	if err != nil {
		return nil, err
	}
	for i, s := range searches() {
		line, q := s.line, query.Parse(s.line, time.UTC)
		var total int
		took, err := p95(func() error {
			found, err := box.Search(ctx, q, cache.Page{})
			total = found.Total
			return err
		})
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(c.out, "search %-24s %5d hits, %v", line, total, took.Round(10*time.Microsecond))
		if theirs != nil {
			fmt.Fprintf(c.out, "; libnotmuch %v", theirs[i].Round(10*time.Microsecond))
			if found[i] > 0 && total > 0 && took > theirs[i] {
				missed = append(missed, fmt.Sprintf("search %s: %v, libnotmuch takes %v", line, took.Round(10*time.Microsecond), theirs[i].Round(10*time.Microsecond)))
			}
		}
		fmt.Fprintln(c.out)
		if took > mostSearch {
			missed = append(missed, fmt.Sprintf("search %s: %v, %v is wanted", line, took.Round(10*time.Microsecond), mostSearch))
		}
	}
	return missed, nil
}

// sampled is how often something is done to know how long it takes.
const sampled = 100

// p95 is how long fn takes in 95 of 100 cases at most.
func p95(fn func() error) (time.Duration, error) {
	all := make([]time.Duration, sampled)
	for i := range all {
		start := time.Now()
		if err := fn(); err != nil {
			return 0, err
		}
		all[i] = time.Since(start)
	}
	slices.Sort(all)
	return all[sampled*95/100], nil
}
