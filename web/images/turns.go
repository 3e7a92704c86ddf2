package images

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// turns lets so many of all and so many of each person do something at once.
type turns struct {
	all  *semaphore.Weighted
	each int64

	mu    sync.Mutex
	lines map[string]*line // by person, of those who do or wait
}

// line is where one person's pictures wait.
type line struct {
	turns *semaphore.Weighted
	size  int // how many do or wait
}

func newTurns(all, each int64) *turns {
	return &turns{all: semaphore.NewWeighted(all), each: each, lines: make(map[string]*line)}
}

// wait returns when it is the person's turn; done ends it. It fails with
// ErrUnreachable when ctx ends before.
func (t *turns) wait(ctx context.Context, person string) (done func(), err error) {
	own := t.enter(person)
	if err := own.turns.Acquire(ctx, 1); err != nil {
		t.leave(person)
		return nil, fail(ErrUnreachable, err)
	}
	if err := t.all.Acquire(ctx, 1); err != nil {
		own.turns.Release(1)
		t.leave(person)
		return nil, fail(ErrUnreachable, err)
	}
	return func() {
		t.all.Release(1)
		own.turns.Release(1)
		t.leave(person)
	}, nil
}

func (t *turns) enter(person string) *line {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.lines[person]
	if own == nil {
		own = &line{turns: semaphore.NewWeighted(t.each)}
		t.lines[person] = own
	}
	own.size++
	return own
}

func (t *turns) leave(person string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.lines[person]
	if own.size--; own.size == 0 {
		delete(t.lines, person)
	}
}
