package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"restante/cache/registry"
)

const (
	mostStart = 200 * time.Millisecond // from nothing to ready, with
	manyUsers = 1000                   // people
	mostIdle  = 150 << 20              // of memory with the files of
	openFiles = 200                    // people open
	idleWait  = 2 * time.Minute        // for what is given back by and by
)

// crowded measures how long the site takes to start when many people are known, and how much memory it has when some of
// them have signed in.
func crowded(ctx context.Context, program, crowd string, b *bars) (err error) {
	if err := gather(ctx, crowd); err != nil {
		return err
	}
	stop, err := servePOP3()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	s, err := serve(ctx, program, crowd)
	if err != nil {
		return err
	}
	b.took(fmt.Sprintf("from start to ready with %d people", manyUsers), s.started, mostStart)
	return errors.Join(idle(ctx, s, b), s.stop())
}

func crowdUser(i int) string { return fmt.Sprintf("user%d@example.org", i) }

// gather makes a data folder of many people.
func gather(ctx context.Context, data string) (err error) {
	people, err := registry.Open(ctx, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, people.Close()) }()
	for i := range manyUsers {
		if _, err := enrol(ctx, people, data, crowdUser(i)); err != nil {
			return err
		}
	}
	return nil
}

// idle measures the memory that the site has when many people signed in lately, so that their files are open, and nobody
// does anything. What was needed for a moment may take a moment to go.
func idle(ctx context.Context, s *site, b *bars) error {
	for i := range openFiles {
		if _, err := signedIn(s.address, crowdUser(i)); err != nil {
			return err
		}
	}
	resident, err := s.resident()
	for wait := idleWait; err == nil && resident > mostIdle && wait > 0; wait -= time.Second {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		resident, err = s.resident()
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%-44s %6.0f MB\n", fmt.Sprintf("memory with the files of %d people open", openFiles), float64(resident)/(1<<20))
	if resident > mostIdle {
		b.missed = append(b.missed, fmt.Sprintf("memory with %d files open: %d MB, %d is wanted", openFiles, resident>>20, mostIdle>>20))
	}
	return nil
}

// resident is how much memory the site has, in bytes.
func (s *site) resident() (int64, error) {
	name := fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid)
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	var all, resident int64
	if _, err := fmt.Sscan(string(text), &all, &resident); err != nil {
		return 0, fmt.Errorf("reading %s: %w", name, err)
	}
	return resident * int64(os.Getpagesize()), nil
}
