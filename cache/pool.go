package cache

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	idleClose = 5 * time.Minute // a box that nobody used for so long is closed
	idleSweep = time.Minute     // how often that is looked at
)

// Pool keeps the boxes of an instance's people open while they are used. An open box costs about a megabyte and seven
// descriptors; an idle person costs nothing but disk.
type Pool struct {
	dir string
	now func() time.Time

	mu     sync.Mutex
	boxes  map[string]*pooled
	closed bool
}

// pooled is a box, open or being opened.
type pooled struct {
	ready chan struct{} // closed once box and err stand
	box   *Box
	err   error
	users int // protected by Pool.mu, as is last
	last  time.Time
}

// NewPool makes the pool of the people whose folders lie in dir.
func NewPool(dir string, now func() time.Time) *Pool {
	return &Pool{dir: dir, now: now, boxes: map[string]*pooled{}}
}

// Get returns the box of a person, an id as the registry gives it, which it opens or makes. The box stays open at
// least until done is called, which must happen exactly once where err is nil.
func (p *Pool) Get(ctx context.Context, person string) (box *Box, done func(), err error) {
	if person == "" || strings.Trim(person, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return nil, nil, fmt.Errorf("%q is no id of a person", person)
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, nil, ErrClosed
	}
	e, ok := p.boxes[person]
	if !ok {
		e = &pooled{ready: make(chan struct{})}
		p.boxes[person] = e
	}
	e.users++
	p.mu.Unlock()
	done = sync.OnceFunc(func() { p.release(e) })
	if !ok {
		// Whoever waits for the same box must not be failed by this caller's going away.
		e.box, e.err = Open(context.WithoutCancel(ctx), filepath.Join(p.dir, person), p.now)
		if e.err != nil {
			p.forget(person, e)
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

func (p *Pool) release(e *pooled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.users--
	e.last = p.now()
}

func (p *Pool) forget(person string, e *pooled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.boxes[person] == e {
		delete(p.boxes, person)
	}
}

// Run closes idle boxes until ctx is done. It returns only errors of closing.
func (p *Pool) Run(ctx context.Context) error {
	tick := time.NewTicker(idleSweep)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := p.sweep(idleClose); err != nil {
				return err
			}
		}
	}
}

// sweep closes the boxes that nobody uses and nobody used for idle. It holds the mutex while it closes, so that
// nobody opens a file whose lock is about to be given back.
func (p *Pool) sweep(idle time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for person, e := range p.boxes {
		if e.users == 0 && p.now().Sub(e.last) >= idle {
			errs = append(errs, e.box.Close())
			delete(p.boxes, person)
		}
	}
	return errors.Join(errs...)
}

// Close closes all boxes, used or not, and opens no more: whoever still uses one gets ErrClosed. It is for the end of the process.
func (p *Pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	var errs []error
	for person, e := range p.boxes {
		<-e.ready
		if e.box != nil {
			errs = append(errs, e.box.Close())
		}
		delete(p.boxes, person)
	}
	return errors.Join(errs...)
}
