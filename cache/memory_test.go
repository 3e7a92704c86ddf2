package cache

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"restante/cache/sqlitefile"
)

// inMemory is a fixture on a box in memory, in an empty folder, where nothing may be when the test is over.
func inMemory(t *testing.T, size int64) *fixture {
	t.Helper()
	t.Chdir(t.TempDir())
	b, err := OpenInMemory(t.Context(), size, frozen)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("closing a box: %v", err)
		}
		if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
			t.Errorf("it has left %v, %v", left, err)
		}
	})
	a, err := b.AddAccount(t.Context(), "pop3s://mail.example.org", "ana@example.org")
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{Box: b, t: t, account: a}
}

// All that a person and the collector do with a box works in memory, too: on its one connection nothing may wait for itself.
func TestABoxInMemoryDoesAllThatOthersDo(t *testing.T) {
	everything(inMemory(t, 64<<20))
}

func TestALongMessageInMemoryTouchesNoDisk(t *testing.T) {
	f := inMemory(t, 64<<20)
	var text strings.Builder
	for i := range 3 * spoolMemory / 10 {
		fmt.Fprintf(&text, "%09d\n", i*7919%1_000_000_007)
	}
	long := letter("bo@example.org", "long", text.String(), noon)
	if got := f.bytesOf(f.add(long)[0]); got != long {
		t.Errorf("%d bytes came back of %d", len(got), len(long))
	}
}

func TestAFullBoxInMemoryLosesNothing(t *testing.T) {
	f := inMemory(t, 2<<20)
	first := letter("bo@example.org", "first", "x", noon.Add(-time.Hour))
	id := f.add(first)[0]
	noise := strings.Builder{}
	for i := range 400_000 {
		fmt.Fprintf(&noise, "%x\n", i*2_654_435_761)
	}
	work := f.list(Listing{Number: 1, UIDL: "uid-1"}, Listing{Number: 2, UIDL: "large"})
	p := f.prepare(work.Missing[0], letter("bo@example.org", "large", noise.String(), noon))
	defer p.Close()
	if _, err := f.Store(t.Context(), []*Prepared{p}); !sqlitefile.IsFull(err) {
		t.Fatalf("storing more than there is room for: %v", err)
	}
	if got := f.bytesOf(id); got != first {
		t.Errorf("what was there is now %q", got)
	}
	f.add(letter("bo@example.org", "small", "fits", noon))
	if size, err := f.Size(t.Context()); err != nil || size <= 0 || size > 2<<20 {
		t.Errorf("it takes %d bytes, %v", size, err)
	}
}

func TestAPoolInMemoryKeepsBoxesUntilTheyAreErased(t *testing.T) {
	now := noon
	p := NewMemoryPool(8<<20, func() time.Time { return now })
	defer p.Close()
	accounts := func() int {
		box, done, err := p.Get(t.Context(), "ana")
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		if _, err := box.AddAccount(t.Context(), "pop3s://mail.example.org", now.String()); err != nil {
			t.Fatal(err)
		}
		list, err := box.Accounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	accounts()
	now = noon.Add(2 * idleClose)
	if err := p.sweep(idleClose); err != nil {
		t.Fatal(err)
	}
	if n := accounts(); n != 2 {
		t.Errorf("after a while without use it has %d accounts, want 2", n)
	}
	if err := p.Erase(t.Context(), "ana"); err != nil {
		t.Fatal(err)
	}
	if err := p.Forget("ana"); err != nil {
		t.Fatal(err)
	}
	if left, err := p.Erased(); err != nil || len(left) > 0 {
		t.Errorf("there is still %v to be erased, %v", left, err)
	}
	if n := accounts(); n != 1 {
		t.Errorf("erased and opened anew it has %d accounts, want 1", n)
	}
}
