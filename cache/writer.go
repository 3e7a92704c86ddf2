package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// maxGroup is how long a group of messages may hold the writer while a person's action waits.
const maxGroup = 20 * time.Millisecond

// write is what happens in one transaction. It uses the context that it is given, which its caller cannot cancel.
type write func(context.Context, *sql.Tx) error

// job is one transaction for the writer.
type job struct {
	ctx  context.Context
	fn   write
	done chan error // buffered: the writer never waits for a caller that gave up
}

// work is the one goroutine that changes the file. A person's action goes before the next group.
func (b *Box) work() {
	groups := 0
	for {
		select {
		case <-b.closing:
			return
		case j := <-b.urgent:
			b.run(j)
			continue
		default:
		}
		select {
		case <-b.closing:
			return
		case j := <-b.urgent:
			b.run(j)
		case j := <-b.bulk:
			b.run(j)
			if groups++; groups%moveEvery == 0 {
				b.logGrew()
			}
		}
	}
}

// moveEvery is after how many groups the log is moved into the file. Left alone the writer would do it, and everybody
// wait.
const moveEvery = 4

// logGrew has the log moved; it never blocks.
func (b *Box) logGrew() {
	select {
	case b.grown <- struct{}{}:
	default:
	}
}

// moveLog moves the log into the file beside the writer, whenever it has grown.
func (b *Box) moveLog(ctx context.Context) {
	for {
		select {
		case <-b.closing:
			return
		case <-b.grown:
			b.noteDamage(b.file.MoveLog(context.WithoutCancel(ctx))) // what else fails, the writer meets too
		}
	}
}

// run carries out one job. A job whose caller has gone is not begun; one that has begun is finished, because half of
// what a person asked for is worse than all of it.
func (b *Box) run(j job) {
	if err := j.ctx.Err(); err != nil {
		j.done <- err
		return
	}
	ctx := context.WithoutCancel(j.ctx)
	tx, err := b.file.Write.BeginTx(ctx, nil)
	if err != nil {
		j.done <- fmt.Errorf("writing: %w", err)
		return
	}
	if err := j.fn(ctx, tx); err != nil {
		b.noteDamage(err)
		j.done <- errors.Join(err, tx.Rollback())
		return
	}
	if err := tx.Commit(); err != nil {
		j.done <- fmt.Errorf("writing: %w", err)
		return
	}
	j.done <- nil
}

// act runs fn in a write transaction ahead of all that the collector has waiting.
func (b *Box) act(ctx context.Context, fn write) error {
	b.waiting.Add(1)
	defer b.waiting.Add(-1)
	return b.submit(ctx, b.urgent, fn)
}

// store runs fn in a write transaction of the collector's. fn should end once b.pressed says so.
func (b *Box) store(ctx context.Context, fn write) error {
	return b.submit(ctx, b.bulk, fn)
}

// pressed reports whether a group that began at start should close because somebody waits.
func (b *Box) pressed(start time.Time) bool {
	return b.waiting.Load() > 0 && time.Since(start) > maxGroup
}

func (b *Box) submit(ctx context.Context, queue chan<- job, fn write) error {
	j := job{ctx: ctx, fn: fn, done: make(chan error, 1)}
	select {
	case queue <- j:
		return <-j.done
	case <-b.closing:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}
