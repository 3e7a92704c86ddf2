package cache

import (
	"os"
	"path/filepath"
	"testing"
)

// pieces is how many pieces the index has.
func (f *fixture) pieces() (n int) {
	f.t.Helper()
	if err := f.file.Write.QueryRow(`SELECT count(DISTINCT segid) FROM fts_idx`).Scan(&n); err != nil {
		f.t.Fatal(err)
	}
	return n
}

func TestTidyingMakesTheIndexOnePieceAndFindsTheSame(t *testing.T) {
	f := newFixture(t)
	for range 40 {
		store(f, f.batch(20))
	}
	before, found := f.pieces(), len(f.find("letter is:unread subject:799 OR subject:3"))
	if err := f.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := f.pieces(); before < 2 || after != 1 {
		t.Errorf("%d pieces of the index have become %d, want one", before, after)
	}
	if got := len(f.find("letter is:unread subject:799 OR subject:3")); got != found || f.verify().Bad != 0 {
		t.Errorf("%d are found, before it were %d", got, found)
	}
	if err := f.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTidyingGivesTheRoomOfTheLogBack(t *testing.T) {
	f := newFixture(t)
	store(f, f.batch(200))
	reader, err := f.file.Read.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.QueryRow(`SELECT count(*) FROM messages`).Scan(new(int)); err != nil {
		t.Fatal(err)
	}
	if err := f.Tidy(t.Context()); err != nil {
		t.Errorf("while somebody reads: %v", err)
	}
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := f.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	size, err := f.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Stat(filepath.Join(f.dir, "mail.db"))
	if err != nil || size != file.Size() {
		t.Errorf("%d bytes are said to be taken, and the file has %v, %v", size, file.Size(), err)
	}
}
