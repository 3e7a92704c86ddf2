package cache

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func TestAPoolOpensABoxOnceForAll(t *testing.T) {
	p := NewPool(t.TempDir(), frozen)
	var wait sync.WaitGroup
	boxes := make([]*Box, 8)
	for i := range boxes {
		wait.Go(func() {
			box, done, err := p.Get(t.Context(), "ana")
			if err != nil {
				t.Error(err)
				return
			}
			defer done()
			boxes[i] = box
		})
	}
	wait.Wait()
	for _, b := range boxes {
		if b != boxes[0] {
			t.Fatal("two boxes were opened for one person")
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Get(t.Context(), "ana"); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v, want ErrClosed", err)
	}
}

func TestAnIdleBoxIsClosedAndAUsedOneIsNot(t *testing.T) {
	now := noon
	dir := t.TempDir()
	p := NewPool(dir, func() time.Time { return now })
	defer p.Close()
	_, done, err := p.Get(t.Context(), "ana")
	if err != nil {
		t.Fatal(err)
	}
	_, doneB, err := p.Get(t.Context(), "bo")
	if err != nil {
		t.Fatal(err)
	}
	defer doneB()
	done()
	done() // once more does nothing
	now = noon.Add(idleClose)
	if err := p.sweep(idleClose); err != nil {
		t.Fatal(err)
	}
	if b, err := Open(t.Context(), filepath.Join(dir, "ana"), frozen); err != nil {
		t.Errorf("the idle box is still open: %v", err)
	} else if err := b.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "bo"), frozen); !errors.Is(err, ErrLocked) {
		t.Errorf("the used box was closed: %v", err)
	}
}

func TestAPoolOpensNoOtherFolder(t *testing.T) {
	p := NewPool(t.TempDir(), frozen)
	defer p.Close()
	for _, person := range []string{"", ".", "..", "../ana", "a/b", "/etc"} {
		if _, _, err := p.Get(t.Context(), person); err == nil {
			t.Errorf("%q was opened", person)
		}
	}
}
