package live

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A server sets flags by renaming, also while somebody reads.
func TestAMaildirIsReadWholeWhileItsFilesAreRenamed(t *testing.T) {
	m, err := newMaildir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const n = 50
	for i := range n {
		if err := m.deliver(fmt.Appendf(nil, "%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() {
		for i := range n {
			name := fmt.Sprintf("1700000000.M%06d.test", i+1)
			if err := os.Rename(filepath.Join(m.dir, "new", name), filepath.Join(m.dir, "cur", name+":2,S")); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	check := func() []Message {
		all, err := m.messages()
		if err != nil || len(all) != n {
			t.Fatalf("%d messages, want %d; %v", len(all), n, err)
		}
		for i, msg := range all {
			if string(msg.Raw) != fmt.Sprint(i) {
				t.Fatalf("message %d is %q", i, msg.Raw)
			}
		}
		return all
	}
	for {
		check()
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			for i, msg := range check() {
				if !msg.Seen {
					t.Errorf("message %d lacks its flag", i)
				}
			}
			return
		default:
		}
	}
}
