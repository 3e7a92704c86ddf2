package cache

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	idleClose = 5 * time.Minute // a box that nobody used for so long is closed
	idleSweep = time.Minute     // how often that is looked at
)

// Pool keeps the boxes of an instance's people open while they are used. An open box costs about a megabyte and seven
// descriptors, and little of that half a minute after it was last used; an idle person costs nothing but disk.
type Pool struct {
	dir    string // "": the boxes lie in memory,
	memory int64  // … each of at most so many bytes
	now    func() time.Time

	mu     sync.Mutex
	boxes  map[string]*pooled
	closed bool
}

// pooled is a box: being opened, open or being closed.
type pooled struct {
	person string

	ready chan struct{} // closed once box and err stand
	box   *Box
	err   error

	// Protected by Pool.mu.
	users int
	last  time.Time
	gone  chan struct{} // closed once the box is; nil while nobody closes it
}

// NewPool makes the pool of the people whose folders lie in dir.
func NewPool(dir string, now func() time.Time) *Pool {
	return &Pool{dir: dir, now: now, boxes: map[string]*pooled{}}
}

// NewMemoryPool makes a pool of boxes in memory, each of at most so many bytes. They begin empty, and last until they are
// erased or the pool is closed.
func NewMemoryPool(memory int64, now func() time.Time) *Pool {
	return &Pool{memory: memory, now: now, boxes: map[string]*pooled{}}
}

func (p *Pool) open(ctx context.Context, person string) (*Box, error) {
	if p.dir == "" {
		return OpenInMemory(ctx, p.memory, p.now)
	}
	return Open(ctx, filepath.Join(p.dir, person), p.now)
}

// Get returns the box of a person, an id as the registry gives it, which it opens or makes. The box stays open at
// least until done is called, which must happen exactly once where err is nil.
func (p *Pool) Get(ctx context.Context, person string) (box *Box, done func(), err error) {
	if person == "" || strings.Trim(person, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return nil, nil, fmt.Errorf("%q is no id of a person", person)
	}
	e, isNew, err := p.take(ctx, person)
	if err != nil {
		return nil, nil, err
	}
	done = sync.OnceFunc(func() { p.release(e) })
	if isNew {
		// Whoever waits for the same box must not be failed by this caller's going away.
		e.box, e.err = p.open(context.WithoutCancel(ctx), person)
		if e.err != nil {
			p.forget(e)
		}
		close(e.ready)
	}
	select {
	case <-e.ready:
	case <-ctx.Done():
		done()
		return nil, nil, ctx.Err()
	}
	if e.err != nil {
		done()
		return nil, nil, e.err
	}
	return e.box, done, nil
}

// take counts one user more of a person's box; whoever gets a new one opens it. It waits while the box of before is
// being closed, which still holds the lock of the file.
func (p *Pool) take(ctx context.Context, person string) (e *pooled, isNew bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.closed {
		e, ok := p.boxes[person]
		if !ok {
			e = &pooled{person: person, ready: make(chan struct{})}
			p.boxes[person] = e
		}
		if e.gone == nil {
			e.users++
			return e, !ok, nil
		}
		p.mu.Unlock()
		select {
		case <-e.gone:
		case <-ctx.Done():
			err = ctx.Err()
		}
		p.mu.Lock()
		if err != nil {
			return nil, false, err
		}
	}
	return nil, false, ErrClosed
}

func (p *Pool) release(e *pooled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.users--
	e.last = p.now()
	if e.users == 0 && e.box != nil && e.box.damaged.Load() {
		e.last = time.Time{} // the next sweep closes it, and who opens it then has it rebuilt
	}
}

func (p *Pool) forget(e *pooled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.boxes, e.person)
}

// Run closes idle boxes until ctx is done, and then returns what went wrong in closing: trouble with one person's file
// is no reason to keep those of all others open.
func (p *Pool) Run(ctx context.Context) error {
	tick := time.NewTicker(idleSweep)
	defer tick.Stop()
	var errs error
	for {
		select {
		case <-ctx.Done():
			return errs
		case <-tick.C:
			errs = errors.Join(errs, p.sweep(idleClose))
		}
	}
}

// People are those whose boxes are open, in no order.
func (p *Pool) People() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.boxes))
}

// sweep closes the boxes that nobody uses and nobody used for idle. Those in memory stay: there they are all that is left.
func (p *Pool) sweep(idle time.Duration) error {
	if p.dir == "" {
		return nil
	}
	return p.shut(func(e *pooled) bool { return e.users == 0 && p.now().Sub(e.last) >= idle })
}

// Close closes all boxes, used or not, and opens no more: whoever still uses one gets ErrClosed. It is for the end of
// the process.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	return p.shut(func(*pooled) bool { return true })
}

// shut closes the boxes that are chosen, and returns when all of them are closed, by whomever. It does not hold the
// mutex meanwhile: closing writes to the disk, and nobody else's page should wait for that.
func (p *Pool) shut(chosen func(*pooled) bool) error {
	p.mu.Lock()
	var mine, others []*pooled
	for _, e := range p.boxes {
		switch {
		case !chosen(e):
		case e.gone != nil:
			others = append(others, e)
		default:
			e.gone = make(chan struct{})
			mine = append(mine, e)
		}
	}
	p.mu.Unlock()
	var errs []error
	for _, e := range mine {
		<-e.ready
		if e.box != nil {
			errs = append(errs, e.box.Close())
		}
		p.forget(e)
		close(e.gone)
	}
	for _, e := range others {
		<-e.gone
	}
	return errors.Join(errs...)
}
