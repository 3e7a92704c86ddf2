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

// A question that is asked again while its first answer is still being read gets an answer of its own, and one that was
// not read to its end is answered from the beginning.
func TestPreparedQuestionsAreAnsweredEachForItself(t *testing.T) {
	db := connect(filepath.Join(t.TempDir(), "x.db"), writing, Schema{}, 1)
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE x (a INTEGER PRIMARY KEY) STRICT; INSERT INTO x VALUES (1), (2), (3), (4)`); err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	const question = `SELECT a FROM x WHERE a > ? ORDER BY a`
	ask := func(above int) (list []int) {
		t.Helper()
		rows, err := tx.Query(question, above)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var a int
			if err := rows.Scan(&a); err != nil {
				t.Fatal(err)
			}
			list = append(list, a)
		}
		return list
	}
	outer, err := tx.Query(question, 1)
	if err != nil {
		t.Fatal(err)
	}
	for above := 2; outer.Next(); above++ {
		var a int
		if err := outer.Scan(&a); err != nil || a != above {
			t.Errorf("the outer answer is %d, %v, want %d", a, err, above)
		}
		if got := ask(above); len(got) != 4-above {
			t.Errorf("above %d there are %v", above, got)
		}
		if above == 3 {
			break
		}
	}
	if err := outer.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := ask(0); len(got) != 4 {
			t.Errorf("there are %v, want all", got)
		}
	}
	for i := range 2*maxStatements + 50 { // more than are kept
		var a int
		if err := tx.QueryRow(fmt.Sprintf(`SELECT a + %d FROM x WHERE a = ?`, i), 1).Scan(&a); err != nil || a != i+1 {
			t.Fatalf("question %d is answered by %d, %v", i, a, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
}
