package cache

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"testing"
	"time"
)

func (f *fixture) verify() Verified {
	f.t.Helper()
	v, err := f.Verify(f.t.Context(), nil)
	if err != nil {
		f.t.Fatal(err)
	}
	return v
}

// damage changes the file behind the box's back, as a bad disk does, and opens it again.
func (f *fixture) damage(statement string) {
	f.t.Helper()
	if statement == "" {
		return
	}
	if err := f.Close(); err != nil {
		f.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(f.dir, "mail.db"))
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := db.Exec(statement); err != nil {
		f.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		f.t.Fatal(err)
	}
	f.Box = openBox(f.t, f.dir)
}

// Whatever of a file is damaged that follows from the messages is found, and is as it was afterwards.
func TestVerifyRepairsWhatCanBeDerived(t *testing.T) {
	for name, damage := range map[string]string{
		"nothing":                  ``,
		"an index entry is gone":   `DELETE FROM fts WHERE rowid = (SELECT min(id) FROM messages)`,
		"an index entry too many":  `INSERT INTO fts (rowid, subject) VALUES (5, 'garden')`,
		"the index is damaged":     `UPDATE fts_data SET block = zeroblob(20) WHERE id > 10`,
		"a text is gone":           `DELETE FROM texts WHERE message = (SELECT max(id) FROM messages)`,
		"no top":                   `UPDATE messages SET top = 0`,
		"two tops":                 `UPDATE messages SET top = 1`,
		"a counter":                `UPDATE counters SET total = 99, unread = 98 WHERE place = 1`,
		"an account's counter":     `UPDATE accounts SET total = 99`,
		"an account's octets":      `UPDATE accounts SET octets = 1`,
		"where messages are":       `UPDATE messages SET remote = 0`,
		"a copy without a message": `UPDATE copies SET message = NULL WHERE uidl = x'7569642d31'`,
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			texts := append(exchange(), letter("bo@example.org", "garden", "plum", noon.Add(-time.Hour)))
			ids := f.add(texts...)
			var listing []Listing
			for i := range texts {
				listing = append(listing, Listing{i + 1, "uid-" + string(rune('1'+i)), int64(len(texts[i]))})
			}
			f.list(listing...)
			lists, err := f.Conversations(t.Context(), Inbox, Page{})
			if err != nil {
				t.Fatal(err)
			}
			f.damage(damage)
			v := f.verify()
			if v.Messages != len(ids) || v.Repaired != v.Bad || v.Bad == 0 != (damage == "") {
				t.Errorf("found %+v", v)
			}
			if again := f.verify(); again.Bad != 0 {
				t.Errorf("the second time found %+v", again)
			}
			if got := f.find("plum garden"); len(got) != 1 {
				t.Errorf("the search finds %q", got)
			}
			for i, id := range ids {
				if f.bytesOf(id) != texts[i] {
					t.Errorf("message %d has changed", i)
				}
			}
			for _, m := range f.list(listing...).Missing { // a copy that had lost its message finds it again
				f.collect(m, texts[m.Number-1])
			}
			rows, err := f.Conversations(t.Context(), Inbox, Page{})
			if err != nil || len(rows.List) != len(lists.List) {
				t.Errorf("the inbox has %d conversations, %v", len(rows.List), err)
			}
		})
	}
}

// A damaged message is collected again where a server has it; what nobody has any more is named and stays.
func TestVerifyTellsOfDamagedMessages(t *testing.T) {
	f := newFixture(t)
	one, two := letter("bo@example.org", "one", "x", noon.Add(-time.Hour)), letter("bo@example.org", "two", "x", noon.Add(-2*time.Hour))
	ids := f.add(one, two)
	f.list(Listing{1, "uid-1", int64(len(one))})
	if _, err := f.file.Write.Exec(`UPDATE raw SET data = ?`, bytes.Repeat([]byte{7}, 30)); err != nil {
		t.Fatal(err)
	}
	if v := f.verify(); v != (Verified{Messages: 2, Bad: 2, Repaired: 1}) {
		t.Errorf("found %+v, want both bad and one to be collected again", v)
	}
	work := f.list(Listing{1, "uid-1", int64(len(one))})
	if len(work.Missing) != 1 {
		t.Fatalf("to do is %+v", work)
	}
	f.collect(work.Missing[0], one)
	if f.bytesOf(ids[0]) != one {
		t.Error("it is not whole again")
	}
	if v := f.verify(); v.Bad != 1 || v.Repaired != 0 {
		t.Errorf("then found %+v, want the one that nobody has", v)
	}
	if m, err := f.Message(t.Context(), ids[1]); err != nil || m.Subject != "two" {
		t.Errorf("what is left of it is %+v, %v", m, err)
	}
}
