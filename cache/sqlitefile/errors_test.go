package sqlitefile_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"restante/cache/sqlitefile"
)

func TestRefusedRowsAreToldApart(t *testing.T) {
	f := open(t, filepath.Join(t.TempDir(), "x.db"), library(history...))
	execute(t, f.Write, `CREATE TABLE names (name TEXT PRIMARY KEY, nick TEXT UNIQUE CHECK (nick <> '')) STRICT, WITHOUT ROWID`)
	execute(t, f.Write, `INSERT INTO names VALUES ('anna', 'a')`)
	execute(t, f.Write, `INSERT INTO shelves VALUES (1, 'first', 'hall')`)
	for _, c := range []struct {
		query              string
		unique, foreignKey bool
	}{
		{`INSERT INTO names VALUES ('anna', 'b')`, true, false},
		{`INSERT INTO names VALUES ('ben', 'a')`, true, false},
		{`INSERT INTO shelves VALUES (1, 'second', 'hall')`, true, false},
		{`INSERT INTO books (shelf, title) VALUES (7, 'lost')`, false, true},
		{`INSERT INTO names VALUES ('carl', '')`, false, false},
		{`INSERT INTO nowhere VALUES (1)`, false, false},
	} {
		_, err := f.Write.ExecContext(t.Context(), c.query)
		if err == nil {
			t.Errorf("%s was done", c.query)
		}
		err = fmt.Errorf("wrapped: %w", err)
		if sqlitefile.IsUnique(err) != c.unique || sqlitefile.IsForeignKey(err) != c.foreignKey {
			t.Errorf("%s: %v: unique %v, foreign key %v", c.query, err, sqlitefile.IsUnique(err), sqlitefile.IsForeignKey(err))
		}
	}
	if sqlitefile.IsUnique(nil) || sqlitefile.IsForeignKey(errors.New("UNIQUE constraint failed")) {
		t.Error("an error that is none of SQLite's is taken for one")
	}
}
