package sqlitefile_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restante/cache/sqlitefile"
)

var openers = map[string]func(context.Context, string, sqlitefile.Schema) (*sqlitefile.File, error){
	"Open": sqlitefile.Open, "OpenReadOnly": sqlitefile.OpenReadOnly,
}

// makeForeign writes a SQLite file that this package had no part in.
func makeForeign(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, db, statements)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAForeignFileIsRefusedAndLeftAsItIs(t *testing.T) {
	sqlite := func(statements string) func(*testing.T, string) {
		return func(t *testing.T, path string) { makeForeign(t, path, statements) }
	}
	raw := func(content string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, file := range map[string]func(*testing.T, string){
		"another application":         sqlite(`PRAGMA application_id = 7; PRAGMA user_version = 1; CREATE TABLE shelves (id)`),
		"another application, WAL":    sqlite(`PRAGMA journal_mode = WAL; PRAGMA application_id = 7; CREATE TABLE t (id)`),
		"another application, empty":  sqlite(`PRAGMA application_id = 7`),
		"tables without a mark":       sqlite(`CREATE TABLE t (id)`),
		"a version without a mark":    sqlite(`PRAGMA user_version = 2`),
		"a mark without a version":    sqlite(`PRAGMA application_id = 0x6c696272`),
		"a mark, a version below 0":   sqlite(`PRAGMA application_id = 0x6c696272; PRAGMA user_version = -1; CREATE TABLE t (id)`),
		"a short text":                raw("notes\n"),
		"a longer text":               raw(strings.Repeat("Dear diary, ", 1000)),
		"zeros":                       raw(strings.Repeat("\x00", 8192)),
		"the beginning of a database": raw("SQLite format 3\x00"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "x.db")
			file(t, path)
			before := contents(t, dir)
			_, err := sqlitefile.Open(t.Context(), path, library(history...))
			if !errors.Is(err, sqlitefile.ErrForeign) {
				t.Errorf("Open: %v, want ErrForeign", err)
			}
			if !strings.Contains(fmt.Sprint(err), path) {
				t.Errorf("the error does not name the file: %v", err)
			}
			diff(t, before, contents(t, dir))

			if _, err := sqlitefile.OpenReadOnly(t.Context(), path, library(history...)); !errors.Is(err, sqlitefile.ErrForeign) {
				t.Errorf("OpenReadOnly: %v, want ErrForeign", err)
			}
			if contents(t, dir)["x.db"] != before["x.db"] {
				t.Error("OpenReadOnly changed the file")
			}
		})
	}
}

func TestANewerFileIsRefusedAndLeftAsItIs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.db")
	if err := open(t, path, library(history...)).Close(); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	for name, open := range openers {
		_, err := open(t.Context(), path, library(history[:2]...))
		if !errors.Is(err, sqlitefile.ErrNewer) {
			t.Errorf("%s: %v, want ErrNewer", name, err)
		}
		for _, want := range []string{"library file", path, "format 3", "up to 2"} {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%s: the error does not say %q: %v", name, want, err)
			}
		}
	}
	if contents(t, dir)["x.db"] != before["x.db"] {
		t.Error("the file changed")
	}
}

func TestReadingOnlyIsReadingOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	live := open(t, path, library(history...))
	execute(t, live.Write, `INSERT INTO shelves (id, name, room) VALUES (1, 'first', 'hall')`)

	f, err := sqlitefile.OpenReadOnly(t.Context(), path, library(history...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Write != nil {
		t.Error("a file open for reading has a pool for writing")
	}
	if got := queryString(t, f.Read, `SELECT name FROM shelves`); got != "first" {
		t.Errorf("beside a writer the shelf is %q, want %q", got, "first")
	}
	execute(t, live.Write, `UPDATE shelves SET name = 'second'`)
	if got := queryString(t, f.Read, `SELECT name FROM shelves`); got != "second" {
		t.Errorf("after the writer's next commit the shelf is %q, want %q", got, "second")
	}
	if _, err := f.Read.ExecContext(t.Context(), `PRAGMA query_only = 0; DELETE FROM shelves`); err == nil {
		t.Error("a file open for reading lost a row")
	}
}

func TestReadingOnlyNeedsAFileOfToday(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	if _, err := sqlitefile.OpenReadOnly(t.Context(), path, library(history...)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v, want fs.ErrNotExist", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("opening for reading made a file")
	}
	if err := open(t, path, library(history[:1]...)).Close(); err != nil {
		t.Fatal(err)
	}
	_, err := sqlitefile.OpenReadOnly(t.Context(), path, library(history...))
	if !errors.Is(err, sqlitefile.ErrOlder) || !strings.Contains(fmt.Sprint(err), path) {
		t.Errorf("an older file: %v, want ErrOlder and the path", err)
	}
	f, err := sqlitefile.OpenReadOnly(t.Context(), path, library(history[:1]...))
	if err != nil {
		t.Fatalf("a file that nobody has open: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// A process can be killed in the middle of a checkpoint: the file alone then makes no sense, with its log it does.
func TestAFileThatNeedsItsLogIsOpened(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.db")
	f := open(t, path, library(history...))
	execute(t, f.Write, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
		INSERT INTO shelves (id, name, room) SELECT i, hex(randomblob(200)), 'hall' FROM n`)
	if _, err := f.Write.Exec(`PRAGMA wal_checkpoint(PASSIVE)`); err != nil {
		t.Fatal(err)
	}
	execute(t, f.Write, `DELETE FROM shelves WHERE id > 1`)
	// The crash: a copy of both files, of which the first half has been written anew.
	crash := t.TempDir()
	for name, content := range contents(t, dir) {
		if name == "x.db" {
			content = content[:len(content)/2/4096*4096]
		}
		if name == "x.db" || name == "x.db-wal" {
			if err := os.WriteFile(filepath.Join(crash, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	again, err := sqlitefile.Open(t.Context(), filepath.Join(crash, "x.db"), library(history...))
	if err != nil {
		t.Fatalf("after the crash: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
