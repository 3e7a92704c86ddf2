package sqlitefile_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante/cache/sqlitefile"
)

// described is what makes one file like another: its schema and what its header says.
func described(t *testing.T, path string, s sqlitefile.Schema) (lines []string) {
	t.Helper()
	f, err := sqlitefile.Open(t.Context(), path, s)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Read.QueryContext(t.Context(), `SELECT name || ' ' || coalesce(sql, '') FROM sqlite_schema UNION ALL
		SELECT 'header ' || (SELECT page_size FROM pragma_page_size) || ' ' || (SELECT user_version FROM pragma_user_version) || ' ' || (SELECT application_id FROM pragma_application_id)
			|| ' ' || (SELECT journal_mode FROM pragma_journal_mode) || ' ' || (SELECT encoding FROM pragma_encoding) || ' ' || (SELECT auto_vacuum FROM pragma_auto_vacuum)`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

// A file that is written as a new one looks is the same as one that the migrations make.
func TestABlankFileIsAsTheMigrationsMakeIt(t *testing.T) {
	s := library("CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT) STRICT; INSERT INTO a VALUES (1, 'one')", "CREATE INDEX a_y ON a (y); ALTER TABLE a ADD COLUMN z BLOB")
	dir := t.TempDir()
	want := described(t, filepath.Join(dir, "migrated.db"), s)
	s.Blank = sync.OnceValues(func() ([]byte, error) { return sqlitefile.Blank(t.Context(), s) })
	path := filepath.Join(dir, "blank.db")
	if diff := cmp.Diff(want, described(t, path, s)); diff != "" {
		t.Errorf("a blank file differs (-migrated +blank):\n%s", diff)
	}
	f, err := sqlitefile.Open(t.Context(), path, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write.ExecContext(t.Context(), `INSERT INTO a VALUES (2, 'two', x'00')`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := f.Read.QueryRowContext(t.Context(), `SELECT count(*) FROM a`).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d rows, %v", n, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its permissions are %v, %v", info.Mode(), err)
	}
	if names, err := filepath.Glob(filepath.Join(dir, ".new-*")); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

func TestABlankFileReplacesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := library("CREATE TABLE a (x)")
	s.Blank = func() ([]byte, error) { return sqlitefile.Blank(t.Context(), library("CREATE TABLE a (x)")) }
	if _, err := sqlitefile.Open(t.Context(), path, s); !errors.Is(err, sqlitefile.ErrForeign) {
		t.Errorf("%v", err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "mine" {
		t.Errorf("it holds %q, %v", content, err)
	}
}
