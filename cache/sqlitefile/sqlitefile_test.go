package sqlitefile_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"restante/cache/sqlitefile"
)

func TestEveryConnectionHasThePragmas(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "x.db"), library(history...))
	common := map[string]string{
		"journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "5000", "temp_store": "2",
		"trusted_schema": "0", "application_id": "1818845810", "user_version": "3",
	}
	for _, pool := range []struct {
		name string
		db   *sql.DB
		n    int
		own  map[string]string
	}{
		{"Write", f.Write, 1, map[string]string{"synchronous": "2", "query_only": "0", "cache_size": "-16000", "wal_autocheckpoint": "8000"}},
		{"Read", f.Read, 2, map[string]string{"query_only": "1", "cache_size": "-1000"}},
	} {
		if got := pool.db.Stats().MaxOpenConnections; got != pool.n {
			t.Errorf("%s allows %d connections, want %d", pool.name, got, pool.n)
		}
		for i := range pool.n {
			c, err := pool.db.Conn(t.Context()) // held, so that the next is another one
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for _, want := range []map[string]string{common, pool.own} {
				for pragma, value := range want {
					if got := queryString(t, c, "PRAGMA "+pragma); got != value {
						t.Errorf("%s connection %d: %s = %s, want %s", pool.name, i, pragma, got, value)
					}
				}
			}
			if _, err := c.ExecContext(t.Context(), `SELECT "typo"`); err == nil {
				t.Errorf("%s connection %d takes an unknown quoted name for a string", pool.name, i)
			}
			if _, err := c.ExecContext(t.Context(), `PRAGMA writable_schema = ON`); err != nil {
				t.Fatal(err)
			}
			if got := queryString(t, c, "PRAGMA writable_schema"); got != "0" {
				t.Errorf("%s connection %d is not defensive: writable_schema = %s", pool.name, i, got)
			}
		}
	}
}

func TestReadersReadWhileAWriterWrites(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "x.db"), library(history...))
	execute(t, f.Write, `INSERT INTO shelves (id, name, room) VALUES (1, 'first', 'hall')`)
	if _, err := f.Read.ExecContext(t.Context(), `DELETE FROM shelves`); err == nil {
		t.Error("a connection for reading deleted rows")
	}

	writer, err := f.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Rollback()
	if _, err := writer.ExecContext(t.Context(), `UPDATE shelves SET name = 'second'`); err != nil {
		t.Fatal(err)
	}
	reader, err := f.Read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatalf("a reader's transaction wants the writer's lock: %v", err)
	}
	defer reader.Rollback()
	if got := queryString(t, reader, `SELECT name FROM shelves`); got != "first" {
		t.Errorf("before the commit a reader sees %q, want %q", got, "first")
	}
	if err := writer.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := queryString(t, f.Read, `SELECT name FROM shelves`); got != "second" {
		t.Errorf("after the commit a reader sees %q, want %q", got, "second")
	}
}

func TestNamesWithSpecialCharactersAreNamesOfFiles(t *testing.T) {
	for _, name := range []string{"a?mode=memory", "a#b", "a%41", "a b;c&d=e+f", "ü\xff", "'\"", ":memory:", "file:x"} {
		dir := t.TempDir()
		f := open(t, filepath.Join(dir, name), library(history...))
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, dir); len(got) != 1 || len(got[name]) < 4096 {
			t.Errorf("opening %q made %v", name, keys(got))
		}
	}
}

func TestARelativePathIsRelativeToTheWorkingDirectory(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	open(t, "x.db", library(history...))
	if _, err := os.Stat(filepath.Join(dir, "x.db")); err != nil {
		t.Error(err)
	}
}

func TestFilesAreReadableByTheirOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	open(t, filepath.Join(dir, "x.db"), library(history...))
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s has mode %o, want 600", e.Name(), got)
		}
	}
	if len(entries) != 3 {
		t.Errorf("%d files while the file is open, want it, its -wal and its -shm", len(entries))
	}
}

func TestWhatWasCommittedSurvivesAPowerCut(t *testing.T) {
	live, after := t.TempDir(), t.TempDir()
	f := open(t, filepath.Join(live, "x.db"), library(history...))
	execute(t, f.Write, `INSERT INTO shelves (id, name, room) VALUES (1, 'kept', 'hall')`)
	// What a disk holds after a power cut: the file and the log, never closed.
	for _, name := range []string{"x.db", "x.db-wal"} {
		b, err := os.ReadFile(filepath.Join(live, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(after, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again := open(t, filepath.Join(after, "x.db"), library(history...))
	if got := queryString(t, again.Read, `SELECT name FROM shelves`); got != "kept" {
		t.Errorf("after the power cut the shelf is %q", got)
	}
}

func TestAnEmptyFileIsANewOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := open(t, path, library(history...))
	if got := queryString(t, f.Read, `SELECT count(*) FROM shelves`); got != "0" {
		t.Errorf("a new file has %s shelves", got)
	}
}

func TestOpeningEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sqlitefile.Open(ctx, filepath.Join(t.TempDir(), "x.db"), library(history...)); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a cancelled context: %v", err)
	}
}

func TestAMissingFolderIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "x.db")
	_, err := sqlitefile.Open(t.Context(), path, library(history...))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(fmt.Sprint(err), path) {
		t.Errorf("Open in a missing folder: %v", err)
	}
}

func TestSecureDeleteOverwritesDeletedRows(t *testing.T) {
	secret := bytes.Repeat([]byte("vanish"), 20)
	for _, secure := range []bool{true, false} {
		dir := t.TempDir()
		s := library(history...)
		s.SecureDelete = secure
		f := open(t, filepath.Join(dir, "x.db"), s)
		execute(t, f.Write, `INSERT INTO shelves (id, name, room) VALUES (1, ?, 'hall'), (2, 'stays', 'hall')`, string(secret))
		execute(t, f.Write, `DELETE FROM shelves WHERE id = 1`)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if found := strings.Contains(contents(t, dir)["x.db"], string(secret)); found == secure {
			t.Errorf("SecureDelete %v: the deleted row is in the file: %v", secure, found)
		}
	}
}

// A file that nobody uses holds no connection, and is there again at once; one in memory would be gone.
func TestConnectionsAreClosedWhileNobodyUsesThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDisk := open(t, filepath.Join(t.TempDir(), "x.db"), library(history...))
		inMemory, err := sqlitefile.OpenMemory(t.Context(), library(history...), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		defer inMemory.Close()
		for i := range 3 {
			for _, f := range []*sqlitefile.File{onDisk, inMemory} {
				if _, err := f.Write.ExecContext(t.Context(), `CREATE TABLE t`+strconv.Itoa(i)+` (x)`); err != nil {
					t.Fatal(err)
				}
				var n int
				if err := f.Read.QueryRowContext(t.Context(), `SELECT count(*) FROM sqlite_schema WHERE name LIKE 't_'`).Scan(&n); err != nil || n != i+1 {
					t.Fatalf("there are %d tables, %v; want %d", n, err, i+1)
				}
			}
			time.Sleep(time.Minute)
			if n := onDisk.Write.Stats().OpenConnections + onDisk.Read.Stats().OpenConnections; n > 0 {
				t.Errorf("a minute later %d connections are open", n)
			}
		}
	})
}
