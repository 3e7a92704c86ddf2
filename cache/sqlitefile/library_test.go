package sqlitefile_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"restante/cache/sqlitefile"
)

// history is the migrations of an imagined file that keeps shelves of books.
// The third step rebuilds a table to which rows of another refer.
var history = []string{
	`CREATE TABLE shelves (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
	 CREATE TABLE books (id INTEGER PRIMARY KEY,
	   shelf INTEGER NOT NULL REFERENCES shelves (id) ON DELETE CASCADE, title TEXT NOT NULL) STRICT`,
	`ALTER TABLE books ADD COLUMN lent INTEGER NOT NULL DEFAULT 0`,
	`CREATE TABLE new_shelves (id INTEGER PRIMARY KEY, name TEXT NOT NULL, room TEXT NOT NULL) STRICT;
	 INSERT INTO new_shelves SELECT id, name, 'hall' FROM shelves;
	 DROP TABLE shelves;
	 ALTER TABLE new_shelves RENAME TO shelves`,
}

// library returns the schema made of the given steps.
func library(steps ...string) sqlitefile.Schema {
	migrations := fstest.MapFS{}
	for i, step := range steps {
		migrations[fmt.Sprintf("%04d_step.sql", i+1)] = &fstest.MapFile{Data: []byte(step)}
	}
	return sqlitefile.Schema{Name: "library file", ApplicationID: 0x6c696272, Migrations: migrations}
}

func open(t *testing.T, path string, s sqlitefile.Schema) *sqlitefile.File {
	t.Helper()
	f, err := sqlitefile.Open(t.Context(), path, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func execute(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func queryString(t *testing.T, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, query string) string {
	t.Helper()
	var got string
	if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got
}

// contents returns the names and bytes of everything in a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

func keys(m map[string]string) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	return names
}

func diff(t *testing.T, want, got map[string]string) {
	t.Helper()
	if cmp.Equal(want, got) {
		return
	}
	for name := range want {
		if want[name] != got[name] {
			t.Errorf("%s changed", name)
		}
	}
	if len(want) != len(got) {
		t.Errorf("the folder held %v and holds %v", keys(want), keys(got))
	}
}
