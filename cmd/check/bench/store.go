package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"restante/cache"
	"restante/cache/query"
	"restante/cache/registry"
	"restante/cmd/restante/memory"
)

// What is asked of a store, however much mail there is in it.
const (
	mostWord   = time.Millisecond     // a search for words, with count and excerpts, p95
	mostPrefix = 5 * time.Millisecond // for three letters, or a common word with a flag that few have
	mostPage   = 5 * time.Millisecond // a page, p99 in the store, p95 over HTTP
	mostStar   = 100 * time.Millisecond
)

const (
	groupSize   = 256                    // messages of a group, as the collector has them
	starEvery   = 100 * time.Millisecond // while mail is stored
	storeServer = "pop3+insecure://127.0.0.1:11110"
	storeUser   = "ana@example.org"

	storePassword = "correct horse"
)

// Store writes messages through a store's own intake, somebody starring some meanwhile, and measures what is then
// searched and shown: in the store, and over HTTP.
func Store(ctx context.Context, out io.Writer, o Options) (err error) {
	dir, err := os.MkdirTemp("", "restante-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bars{out: out}
	program, err := build(ctx, dir)
	if err != nil {
		return err
	}
	if err := crowded(ctx, program, filepath.Join(dir, "crowd"), b); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	e, err := enrolOne(ctx, data)
	if err != nil {
		return err
	}
	folder := filepath.Join(data, "users", string(e.Person))
	box, err := cache.Open(ctx, folder, time.Now)
	if err != nil {
		return err
	}
	err = fill(ctx, box, e.Account, o.Messages, b)
	if err == nil {
		err = asTheSite(ctx, func() error { return inStore(ctx, box, b) })
	}
	if err = errors.Join(err, box.Close()); err != nil {
		return err
	}
	if err := served(ctx, program, data, b); err != nil {
		return err
	}
	return b.verdict()
}

// asTheSite does something with the garbage collector as the site has it.
func asTheSite(ctx context.Context, fn func() error) error {
	ctx, stop := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() { memory.Keep(ctx) })
	defer keeping.Wait()
	defer stop()
	return fn()
}

// bars prints figures, and remembers those that miss what is asked.
type bars struct {
	out    io.Writer
	missed []string
}

func (b *bars) took(what string, took, most time.Duration) {
	fmt.Fprintf(b.out, "%-44s %9v\n", what, took.Round(10*time.Microsecond))
	if took > most {
		b.missed = append(b.missed, fmt.Sprintf("%s: %v, %v is wanted", what, took.Round(10*time.Microsecond), most))
	}
}

func (b *bars) verdict() error {
	if len(b.missed) == 0 {
		_, err := fmt.Fprintln(b.out, "\nevery bar is met")
		return err
	}
	for _, line := range b.missed {
		fmt.Fprintf(b.out, "\nmissed: %s", line)
	}
	_, err := fmt.Fprintln(b.out)
	return err
}

// enrolOne makes a person with one mailbox.
func enrolOne(ctx context.Context, data string) (e registry.Enrolment, err error) {
	people, err := registry.Open(ctx, data)
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, people.Close()) }()
	return enrol(ctx, people, data, storeUser)
}

// enrol makes a person with one mailbox, whose file is empty.
func enrol(ctx context.Context, people *registry.Registry, data, user string) (e registry.Enrolment, err error) {
	person, err := people.AddPerson(ctx, time.Now())
	if err != nil {
		return e, err
	}
	box, err := cache.Open(ctx, filepath.Join(data, "users", string(person)), time.Now)
	if err != nil {
		return e, err
	}
	account, err := box.AddAccount(ctx, storeServer, user)
	if err = errors.Join(err, box.Close()); err != nil {
		return e, err
	}
	return people.Enrol(ctx, registry.Enrolment{Mailbox: registry.Mailbox{Server: storeServer, User: user}, Person: person, Account: account.ID, SignsIn: true, Made: time.Now()})
}

// fill stores n small messages, newest first, and stars one now and then.
func fill(ctx context.Context, box *cache.Box, account int64, n int, b *bars) error {
	w := newLetterWriter(n)
	listing := make([]cache.Listing, n)
	for i := range listing {
		listing[i] = cache.Listing{Number: i + 1, UIDL: fmt.Sprint("uid-", i+1)}
	}
	work, err := box.Compare(ctx, account, listing, true)
	if err != nil {
		return err
	}
	var text int64
	stop := make(chan struct{})
	var stars []time.Duration
	var starring sync.WaitGroup
	starring.Go(func() { stars = starSome(ctx, box, stop) })
	start := time.Now()
	for group := range slices.Chunk(work.Missing, groupSize) {
		octets, err := w.store(ctx, box, group)
		if err != nil {
			close(stop)
			starring.Wait()
			return err
		}
		text += octets
	}
	took := time.Since(start)
	close(stop)
	starring.Wait()
	if err := box.Tidy(ctx); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%d messages, %.1f MB, stored in %.1f s: %.0f messages/s, %.2f MB of text/s\n",
		n, float64(text)/1e6, took.Seconds(), float64(n)/took.Seconds(), float64(text)/1e6/took.Seconds())
	if len(stars) > 0 {
		b.took(fmt.Sprintf("a star meanwhile, p95 of %d", len(stars)), share(stars, 95), mostStar)
	}
	return nil
}

// starSome stars the newest message of the inbox, and takes the star away, until stop is closed.
func starSome(ctx context.Context, box *cache.Box, stop <-chan struct{}) (took []time.Duration) {
	tick := time.NewTicker(starEvery)
	defer tick.Stop()
	for verb := cache.DoStar; ; {
		select {
		case <-stop:
			return took
		case <-tick.C:
		}
		rows, err := box.Conversations(ctx, cache.Inbox, cache.Page{Limit: 1})
		if err != nil || len(rows.List) == 0 {
			continue
		}
		start := time.Now()
		if _, err := box.Act(ctx, verb, []cache.ID{rows.List[0].ID}); err == nil {
			took = append(took, time.Since(start))
		}
		if verb == cache.DoStar {
			verb = cache.DoUnstar
		} else {
			verb = cache.DoStar
		}
	}
}

// store makes a group of messages durable, and returns how many octets they have.
func (w *letterWriter) store(ctx context.Context, box *cache.Box, missing []cache.Missing) (octets int64, err error) {
	raw := make([]*cache.Spool, len(missing))
	for i, m := range missing {
		text := w.letter(m.Number)
		octets += int64(len(text))
		raw[i] = box.NewSpool(int64(len(text)))
		if _, err := raw[i].Write(text); err != nil {
			return 0, err
		}
	}
	group := make([]*cache.Prepared, len(raw))
	failed := make([]error, len(raw))
	var preparing sync.WaitGroup
	for k := range runtime.NumCPU() {
		preparing.Go(func() {
			for i := k; i < len(raw); i += runtime.NumCPU() {
				group[i], failed[i] = box.Prepare(missing[i].Copy, missing[i].Number, raw[i])
			}
		})
	}
	preparing.Wait()
	if err := errors.Join(failed...); err != nil {
		return 0, err
	}
	_, err = box.Store(ctx, group)
	for _, p := range group {
		err = errors.Join(err, p.Close())
	}
	return octets, err
}

// inStore measures searches and pages in the store.
func inStore(ctx context.Context, box *cache.Box, b *bars) error {
	if err := mark(ctx, box); err != nil {
		return err
	}
	for _, s := range []struct {
		line string
		most time.Duration
	}{
		{`"the"`, mostWord}, {`"of" "and"`, mostWord}, {`"of the"`, mostWord}, {`"` + commonWord + `"`, mostWord}, {"from:user17@example.org", mostWord},
		{`subject:"the"`, mostWord}, {`before:2024 "the"`, mostWord}, {"日本", mostWord}, {`"nonesuch"`, mostWord},
		{"bab", mostPrefix}, {`"the" is:unread`, mostPrefix}, {`"the" is:starred`, mostPrefix}, {`"the" label:few`, mostPrefix},
	} {
		q := query.Parse(s.line, time.UTC)
		total := 0
		took, err := p95(func() error {
			found, err := box.Search(ctx, q, cache.Page{})
			total = found.Total
			return err
		})
		if err != nil {
			return err
		}
		b.took(fmt.Sprintf("search %-26s %4d hits", s.line, total), took, s.most)
	}
	return lists(ctx, box, b)
}

// mark stars and labels a few messages that are half-way down, so that few have a flag.
func mark(ctx context.Context, box *cache.Box) error {
	rows, err := box.Conversations(ctx, cache.Inbox, cache.Page{Limit: 40})
	if err != nil {
		return err
	}
	var ids []cache.ID
	for _, r := range rows.List {
		ids = append(ids, r.ID)
	}
	for _, verb := range []cache.Verb{cache.DoStar, cache.DoUnread, cache.Labelling("few")} {
		if _, err := box.Act(ctx, verb, ids); err != nil {
			return err
		}
	}
	return nil
}

// lists measures pages of the inbox at any depth, and conversations.
func lists(ctx context.Context, box *cache.Box, b *bars) error {
	var span [2]cache.ID // the oldest and the newest
	for i, page := range []cache.Page{{After: 1, Limit: 1}, {Limit: 1}} {
		rows, err := box.Conversations(ctx, cache.Inbox, page)
		if err != nil || len(rows.List) == 0 {
			return errors.Join(err, errors.New("the inbox is empty"))
		}
		span[i] = rows.List[0].ID
	}
	random := rand.New(rand.NewPCG(3, 4))
	anywhere := func() cache.ID { return span[0] + cache.ID(random.Int64N(int64(span[1]-span[0])+1)) }
	var some cache.ID
	all, err := samples(3*sampled, func() error {
		rows, err := box.Conversations(ctx, cache.Inbox, cache.Page{Before: anywhere()})
		if len(rows.List) > 0 {
			some = rows.List[len(rows.List)/2].ID
		}
		return err
	})
	if err != nil {
		return err
	}
	b.took("a page of the inbox at any depth, p99", share(all, 99), mostPage)
	all, err = samples(3*sampled, func() error {
		_, err := box.Conversation(ctx, some)
		return err
	})
	if err != nil {
		return err
	}
	b.took("a conversation, p99", share(all, 99), mostPage)
	return nil
}

// samples are how long fn takes, n times.
func samples(n int, fn func() error) ([]time.Duration, error) {
	all := make([]time.Duration, n)
	for i := range all {
		start := time.Now()
		if err := fn(); err != nil {
			return nil, err
		}
		all[i] = time.Since(start)
	}
	return all, nil
}

// share is how long it took at most in so many of 100 cases.
func share(all []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}
