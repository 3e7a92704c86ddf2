package sqlitefile_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"restante/cache/sqlitefile"
)

func TestUpgradeFromEveryVersionKeepsEveryRow(t *testing.T) {
	for version := range len(history) + 1 {
		t.Run(fmt.Sprintf("from %d", version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			if version > 0 {
				old := open(t, path, library(history[:version]...))
				room := ""
				if version >= 3 {
					room = ", 'hall'"
				}
				execute(t, old.Write, `INSERT INTO shelves VALUES (1, 'poetry'`+room+`), (2, 'prose'`+room+`)`)
				execute(t, old.Write, `INSERT INTO books (id, shelf, title) VALUES (10, 1, 'Duino'), (11, 2, 'Malte'), (12, 2, 'Ewald')`)
				if err := old.Close(); err != nil {
					t.Fatal(err)
				}
			}
			f := open(t, path, library(history...))
			want := ""
			if version > 0 {
				want = "10 poetry hall Duino 0|11 prose hall Malte 0|12 prose hall Ewald 0"
			}
			got := queryString(t, f.Read, `SELECT coalesce(group_concat(concat_ws(' ', b.id, s.name, s.room, b.title, b.lent), '|' ORDER BY b.id), '')
				FROM books b JOIN shelves s ON s.id = b.shelf`)
			if got != want {
				t.Errorf("after the upgrade: %q, want %q", got, want)
			}
			if got := queryString(t, f.Read, `PRAGMA user_version`); got != "3" {
				t.Errorf("user_version = %s, want 3", got)
			}
			// Keys are off while migrating only.
			if _, err := f.Write.ExecContext(t.Context(), `INSERT INTO books (shelf, title) VALUES (99, 'lost')`); err == nil {
				t.Error("after the upgrade a book may stand on a shelf that is not there")
			}
		})
	}
}

func TestAFailedStepLeavesTheVersionBefore(t *testing.T) {
	for name, step := range map[string]string{
		"bad SQL half-way":   `CREATE TABLE halfway (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1)`,
		"dangling reference": `DELETE FROM shelves WHERE id = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			old := open(t, path, library(history[:1]...))
			execute(t, old.Write, `INSERT INTO shelves VALUES (1, 'poetry')`)
			execute(t, old.Write, `INSERT INTO books (id, shelf, title) VALUES (10, 1, 'Duino')`)
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}

			_, err := sqlitefile.Open(t.Context(), path, library(history[0], history[1], step))
			if msg := fmt.Sprint(err); !strings.Contains(msg, path) || !strings.Contains(msg, "0003_step.sql") {
				t.Fatalf("the error does not say which file and which step: %v", err)
			}
			f := open(t, path, library(history[:2]...)) // the second step had worked
			got := queryString(t, f.Read, `SELECT (SELECT count(*) FROM books) || (SELECT count(*) FROM shelves) ||
				(SELECT count(*) FROM sqlite_schema WHERE name = 'halfway')`)
			if got != "110" {
				t.Errorf("books, shelves, tables of the failed step = %s, want 110", got)
			}
		})
	}
}

func TestOpeningTogetherMigratesOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	const n = 4
	errs := make(chan error, n)
	for range n {
		go func() {
			f, err := sqlitefile.Open(t.Context(), path, library(history...))
			if err == nil {
				err = f.Close()
			}
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestMigrationsAreNumberedWithoutAGap(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"0002_b.sql", "number 0001 is missing"},
		{"0001_a.sql 0003_c.sql", "number 0002 is missing"},
		{"0001_a.sql 0001_b.sql", "number 0002 is missing or there twice"},
		{"0001_a.sql notes.txt", "NNNN_name.sql"},
		{"1_a.sql", "NNNN_name.sql"},
		{"", "at least one migration"},
	} {
		s := library()
		files := fstest.MapFS{}
		for _, name := range strings.Fields(c.names) {
			files[name] = &fstest.MapFile{Data: []byte(`SELECT 1`)}
		}
		s.Migrations = files
		_, err := sqlitefile.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), s)
		if !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("migrations %q: %v, want an error with %q", c.names, err, c.want)
		}
	}
}
