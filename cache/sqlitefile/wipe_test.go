package sqlitefile_test

import (
	"os"
	"testing"

	"restante/cache/sqlitefile"
)

// What is wiped is what is free: a file that is open stays as it is. That nothing is left of one that was closed shows in
// the memory of a process of its own, see TestAKioskLeavesNoWordOfTheMailInMemory of cmd/restante.
func TestWipingLeavesOpenFilesAlone(t *testing.T) {
	if _, err := os.Stat("/proc/self/statm"); err != nil {
		if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatal(err)
		}
		t.Skipf("the system does not say how much memory a process has: %v", err)
	}
	f, err := sqlitefile.OpenMemory(t.Context(), library(`CREATE TABLE kept (x TEXT)`), 8<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 200 {
		execute(t, f.Write, `INSERT INTO kept VALUES (?)`, "kept")
	}
	for range 3 {
		if err := f.Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := sqlitefile.WipeFreed(); err != nil {
			t.Fatal(err)
		}
	}
	if got := queryString(t, f.Read, `SELECT count(*) FILTER (WHERE x = 'kept') || ' of ' || count(*) FROM kept`); got != "200 of 200" {
		t.Errorf("%s rows are as they were", got)
	}
	if got := queryString(t, f.Read, `SELECT group_concat(name) FROM sqlite_schema`); got != "kept" {
		t.Errorf("there are the tables %s", got)
	}
}

// SQLite takes memory in one way from its first file on.
func TestCleanMemoryIsChosenFirst(t *testing.T) {
	f, err := sqlitefile.OpenMemory(t.Context(), library(`CREATE TABLE kept (x TEXT)`), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := sqlitefile.UseCleanMemory(); err == nil {
		t.Error("it was chosen though a file is open")
	}
}
