package sqlitefile_test

import (
	"os"
	"strings"
	"testing"

	"restante/cache/sqlitefile"
)

func TestAFileInMemoryIsWholeAndInNoFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	f, err := sqlitefile.OpenMemory(t.Context(), library(history...), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for pragma, want := range map[string]string{"foreign_keys": "1", "secure_delete": "1", "temp_store": "2", "user_version": "3", "journal_mode": "memory"} {
		if got := queryString(t, f.Read, "PRAGMA "+pragma); got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
		}
	}
	if n := f.Write.Stats().MaxOpenConnections; f.Read != f.Write || n != 1 {
		t.Errorf("it has two pools, or one of %d connections", n)
	}
	before, err := f.Used(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write.Exec(`CREATE TABLE heap (x); INSERT INTO heap VALUES (zeroblob(500000))`); err != nil {
		t.Fatal(err)
	}
	if used, err := f.Used(t.Context()); err != nil || used < before+500_000 {
		t.Errorf("half a megabyte more makes %d of %d bytes, %v", used, before, err)
	}
	if _, err := f.Write.Exec(`INSERT INTO heap VALUES (zeroblob(600000))`); !sqlitefile.IsFull(err) {
		t.Errorf("more than there is room for: %v", err)
	}
	if _, err := f.Write.Exec(`DELETE FROM heap`); err != nil {
		t.Fatal(err)
	}
	if used, err := f.Used(t.Context()); err != nil || used > before+10_000 {
		t.Errorf("emptied it takes %d bytes, %d before, %v", used, before, err)
	}
	if err := f.MoveLog(t.Context()); err != nil {
		t.Errorf("moving the log that there is not: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("it has left %v, %v", left, err)
	}
}

func TestFilesInMemoryAreApart(t *testing.T) {
	for range 2 {
		f, err := sqlitefile.OpenMemory(t.Context(), library(history...), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Write.Exec(`CREATE TABLE mine (x)`); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFileInMemoryThatCannotBeMadeSaysWhy(t *testing.T) {
	_, err := sqlitefile.OpenMemory(t.Context(), library("nonsense"), 1<<20)
	if err == nil || !strings.Contains(err.Error(), "in memory: migration") {
		t.Errorf("it says %v", err)
	}
}
