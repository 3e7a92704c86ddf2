package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"restante/cache/query"
)

const patience = 20 * time.Second // a guard against hanging, never a verdict about speed

// Every method of a closed box gives the same answer, so that callers need not know which of them reads how.
func TestAClosedBoxSaysSo(t *testing.T) {
	f := newFixture(t)
	id := f.add(letter("bo@example.org", "hello", "x", noon))[0]
	raw, err := f.Raw(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, account := t.Context(), f.account.ID
	for name, call := range map[string]func() error{
		"Act":           func() error { _, err := f.Act(ctx, DoStar, []ID{id}); return err },
		"Action":        func() error { _, err := f.Action(ctx, 1); return err },
		"Account":       func() error { _, err := f.Account(ctx, account); return err },
		"Accounts":      func() error { _, err := f.Accounts(ctx); return err },
		"Compare":       func() error { _, err := f.compare(ctx, account, nil); return err },
		"Conversation":  func() error { _, err := f.Conversation(ctx, id); return err },
		"Conversations": func() error { _, err := f.Conversations(ctx, Inbox, Page{}); return err },
		"Counters":      func() error { _, err := f.Counters(ctx); return err },
		"Message":       func() error { _, err := f.Message(ctx, id); return err },
		"Raw":           func() error { _, err := f.Raw(ctx, id); return err },
		"Raw.ReadAt":    func() error { _, err := raw.ReadAt(make([]byte, 1), 0); return err },
		"Runs":          func() error { _, err := f.Runs(ctx, account, 1); return err },
		"Search":        func() error { _, err := f.Search(ctx, query.Query{}, Page{}); return err },
		"Starred":       func() error { _, err := f.Starred(ctx, Page{}); return err },
		"Text":          func() error { _, err := f.Text(ctx, id); return err },
	} {
		if err := call(); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v, want ErrClosed", name, err)
		}
	}
}

func TestABoxMayBeClosedWhileItIsRead(t *testing.T) {
	f := newFixture(t)
	id := f.add(letter("bo@example.org", "hello", "x", noon))[0]
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				if _, err := f.Text(context.Background(), id); errors.Is(err, ErrClosed) {
					return
				} else if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	time.Sleep(5 * time.Millisecond) // so that they are at it; nothing depends on how long
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	readers.Wait()
}

// Half of what a person asked for is worse than all of it, and what has come whole is worth keeping.
func TestAWriteThatHasBegunIsFinishedThoughItsCallerLeaves(t *testing.T) {
	f := newFixture(t)
	id := f.add(letter("bo@example.org", "hello", "x", noon))[0]
	ctx, leave := context.WithCancel(t.Context())
	f.now = func() time.Time { leave(); return noon } // Act asks for the time within its transaction
	if _, err := f.Act(ctx, DoStar, []ID{id}); err != nil {
		t.Errorf("the action: %v", err)
	}
	if m := f.message(id); !m.Starred {
		t.Error("it was not finished")
	}
}

// stuck makes a folder in dir that cannot be opened, and until release is called takes for ever to say so.
func stuck(t *testing.T, dir, person string) (release func()) {
	t.Helper()
	path := filepath.Join(dir, person, "mail.db")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return func() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		f.WriteString("this is no file of ours, whoever made it")
		f.Close()
	}
}

func TestClosingAPoolWaitsForABoxThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	p := NewPool(dir, frozen)
	release := stuck(t, dir, "ana")
	opened, closed := make(chan error, 1), make(chan error, 1)
	go func() {
		_, _, err := p.Get(context.Background(), "ana")
		opened <- err
	}()
	for !p.opening("ana") {
		time.Sleep(time.Millisecond)
	}
	go func() { closed <- p.Close() }()
	time.Sleep(10 * time.Millisecond) // so that Close waits already; it must end however that falls
	release()
	for _, c := range []chan error{opened, closed} {
		select {
		case err := <-c:
			t.Log(err)
		case <-time.After(patience):
			t.Fatal("opening and closing wait for each other")
		}
	}
}

func (p *Pool) opening(person string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.boxes[person] != nil
}

func TestAFileThatCannotBeClosedDoesNotEndThePool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPool(t.TempDir(), time.Now)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx) }()
		box, done, err := p.Get(ctx, "ana")
		if err != nil {
			t.Fatal(err)
		}
		done()
		box.lock.Close() // closing it again will fail
		time.Sleep(idleClose + 2*idleSweep)
		select {
		case err := <-ended:
			t.Fatalf("the pool closes nothing any more: %v", err)
		default:
		}
		if p.opening("ana") {
			t.Error("the box is still in the pool")
		}
		stop()
		if err := <-ended; !errors.Is(err, os.ErrClosed) {
			t.Errorf("the pool ended with %v, want what was wrong with the file", err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
}
