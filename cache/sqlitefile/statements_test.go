package sqlitefile

import (
	"fmt"
	"path/filepath"
	"testing"
)

// A statement that is kept prepared does each time what it is given, also after it has failed, after a rollback and after
// the table has changed under it.
func TestPreparedStatementsDoWhatTheyAreGivenEachTime(t *testing.T) {
	db := connect(filepath.Join(t.TempDir(), "x.db"), writing, Schema{}, 1)
	defer db.Close()
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	do(`CREATE TABLE x (a INTEGER PRIMARY KEY, b TEXT) STRICT`)
	const insert = `INSERT INTO x (a, b) VALUES (?, ?)`
	for i := range 5 {
		do(insert, i, fmt.Sprint("text ", i))
	}
	if _, err := db.Exec(insert, 3, "again"); !IsUnique(err) {
		t.Errorf("a row twice: %v", err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(insert, 100, "gone"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	do(`ALTER TABLE x ADD COLUMN c INTEGER`)
	do(insert, 5, nil)
	for i := range maxStatements + 50 { // more than are kept
		do(fmt.Sprintf(`UPDATE x SET c = %d WHERE a = ?`, i), 5)
	}
	var n, last int
	if err := db.QueryRow(`SELECT count(*), max(c) FROM x WHERE b = 'text ' || a OR b IS NULL`).Scan(&n, &last); err != nil || n != 6 || last != maxStatements+49 {
		t.Errorf("%d rows, the last value is %d, %v", n, last, err)
	}
}
