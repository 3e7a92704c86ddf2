package cache

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"restante/cache/sqlitefile"
)

// early is the schema of before step n+1.
func early(t *testing.T, n int) sqlitefile.Schema {
	t.Helper()
	s, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := fs.ReadDir(s.Migrations, ".")
	if err != nil {
		t.Fatal(err)
	}
	steps := fstest.MapFS{}
	for _, e := range entries[:n] {
		text, err := fs.ReadFile(s.Migrations, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		steps[e.Name()] = &fstest.MapFile{Data: text}
	}
	s.Migrations = steps
	return s
}

// steps is how many migrations there are.
func steps(t *testing.T) int {
	entries, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// fillEarly makes a file of before step n+1 with messages, as the program of that time would have stored them.
func fillEarly(t *testing.T, dir string, n int, messages []string) (ids []ID) {
	t.Helper()
	file, err := sqlitefile.Open(t.Context(), filepath.Join(dir, "mail.db"), early(t, n))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	today := newFixture(t)
	tx, err := file.Write.Begin()
	if err != nil {
		t.Fatal(err)
	}
	do := func(statement string, args ...any) {
		t.Helper()
		if _, err := tx.Exec(statement, args...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	do(`INSERT INTO accounts (server, user, made, first_done) VALUES ('pop3s://mail.example.org', 'ana@example.org', 1, 1)`)
	for i, text := range messages {
		p := today.prepare(Missing{Copy: Copy{Account: 1, UIDL: fmt.Sprintf("uid-%d", i+1), Nth: 1}, Number: i + 1, Size: int64(len(text))}, text)
		id := firstID(p.received)
		ids = append(ids, id)
		e := p.row
		do(`INSERT INTO messages (id, account, thread, place, top, unread, starred, sent, subject, base, orphan, from_name, from_addr, recipients, snippet,
			attachments, size, sha256, identity, reader, normaliser) VALUES (?, 1, ?, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1)`,
			id, id, i%2, i%3 == 0, maybe(e.sent), e.subject, e.base, e.orphan, e.fromName, e.fromAddr, e.recipients, e.snippet, e.attachments, p.size, p.exact, p.identity)
		do(`INSERT INTO raw (message, n, data) VALUES (?, 0, ?)`, id, today.codec.enc.EncodeAll([]byte(text), nil))
		do(`INSERT INTO texts (message, data) VALUES (?, ?)`, id, p.text)
		for _, name := range threadNames(e) {
			do(`INSERT INTO refs (message_id, thread) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, id)
		}
		if n < 4 {
			do(`INSERT INTO fts (rowid, subject, sender, recipients, body) VALUES (?, 'old', 'old', 'old', 'old')`, id)
		}
		do(`INSERT INTO copies (account, uidl, copy, state, size, message, first_seen) VALUES (1, ?, 1, 2, ?, ?, 1)`, []byte(p.Copy.UIDL), p.size, id)
	}
	do(`UPDATE copies SET absent = 5 WHERE uidl = ?`, []byte("uid-2"))
	do(`INSERT INTO actions VALUES (7, 'star', 1, ?1, ?1 + 600)`, noon.Unix())
	do(`INSERT INTO action_items (action, message, place, unread, starred) VALUES (7, ?, 1, 0, 0)`, ids[0])
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// A file of any earlier version opens with all that was in it, and soon is searched like one that was filled today.
func TestAFileOfEveryEarlierSchemaIsBroughtUpToDate(t *testing.T) {
	messages := append(exchange(),
		letter("Bo <bo@example.org>", "picture", "garden", noon.AddDate(0, 0, -1), "Cc: cy@example.net", "Content-Type: image/png; name=beach.png"),
		letter("ana@example.org", "mine", "garden", noon.AddDate(0, 0, -2), "Message-ID: <m@x>"))
	fresh := newFixture(t)
	fresh.add(messages...)
	for n := 1; n < steps(t); n++ {
		t.Run(fmt.Sprintf("step %d", n), func(t *testing.T) {
			dir := t.TempDir()
			ids := fillEarly(t, dir, n, messages)
			f := &fixture{Box: openBox(t, dir), t: t}
			f.renewer.Wait()
			if f.renewed != nil || f.Renewing() != 0 {
				t.Fatalf("%d rows are not renewed: %v", f.Renewing(), f.renewed)
			}
			for _, line := range []string{"garden", "hello", "cc:cy", "filename:beach", "has:image", "from:bo", "rfc822msgid:m@x", "old", "is:replied"} {
				if got, want := f.find(line), fresh.find(line); !slices.Equal(got, want) {
					t.Errorf("%q finds %q, want %q", line, got, want)
				}
			}
			got, err := f.Files(t.Context(), Pictures, Page{})
			if want, _ := fresh.Files(t.Context(), Pictures, Page{}); err != nil || len(want.List) != 1 || !slices.Equal(fileNames(got), fileNames(want)) {
				t.Errorf("the attachments are %q, %v, want %q", fileNames(got), err, fileNames(want))
			}
			if got := f.find("is:here"); len(got) != 1 {
				t.Errorf("is:here finds %q, want the one message that its server no longer lists", got)
			}
			for i, id := range ids {
				raw, err := f.Raw(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(raw.Reader()); err != nil || string(got) != messages[i] {
					t.Errorf("message %d is %d bytes, want %d: %v", i, len(got), len(messages[i]), err)
				}
			}
			counters, err := f.Counters(t.Context())
			if err != nil || counters[Inbox] != (Counter{Total: len(messages), Unread: len(messages) / 2}) {
				t.Errorf("the inbox counts %+v, %v", counters[Inbox], err)
			}
			octets := 0
			for _, text := range messages {
				octets += len(text)
			}
			if a, err := f.Account(t.Context(), 1); err != nil || a.Total != len(messages) || a.Octets != int64(octets) {
				t.Errorf("the account counts %d messages of %d bytes, %v, want %d of %d", a.Total, a.Octets, err, len(messages), octets)
			}
			if _, err := f.Undo(t.Context(), 7); err != nil {
				t.Errorf("an action of before cannot be undone: %v", err)
			}
			again := &fixture{Box: reopened(t, f.Box), t: t}
			if stale, err := again.Stale(t.Context()); stale || err != nil {
				t.Errorf("opened once more it is stale: %v, %v", stale, err)
			}
		})
	}
}

// reopened closes a box and opens it again.
func reopened(t *testing.T, b *Box) *Box {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return openBox(t, b.dir)
}

// Renewing goes on where the program was stopped, and a person's action does not wait for all of it.
func TestRenewingSurvivesBeingStopped(t *testing.T) {
	var messages []string
	for i := range 3 * renewGroup {
		messages = append(messages, letter("bo@example.org", fmt.Sprint("number ", i), "common", noon.AddDate(0, 0, -i-1)))
	}
	dir := t.TempDir()
	fillEarly(t, dir, 1, messages)
	f := &fixture{Box: openBox(t, dir), t: t}
	for range 3 {
		f.Box = reopened(t, f.Box)
	}
	f.renewer.Wait()
	if f.renewed != nil {
		t.Fatal(f.renewed)
	}
	found := 0
	if err := f.file.Read.QueryRow(`SELECT count(*) FROM fts WHERE fts MATCH 'common'`).Scan(&found); err != nil || found != len(messages) {
		t.Errorf("the index has %d of %d messages, %v", found, len(messages), err)
	}
	if n := f.pieces(); n != 1 {
		t.Errorf("the index is left in %d pieces", n)
	}
}

// A new file is written as the migrations would make it.
func TestANewFileIsAsTheMigrationsMakeIt(t *testing.T) {
	described := func(s sqlitefile.Schema) (lines []string) {
		f, err := sqlitefile.Open(t.Context(), filepath.Join(t.TempDir(), "mail.db"), s)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		tx, err := f.Read.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		lines, err = scanAll(t.Context(), tx, func(row row) (line string, err error) {
			err = row.Scan(&line)
			return line, err
		}, `SELECT name || ' ' || coalesce(sql, '') FROM sqlite_schema UNION ALL SELECT 'counter ' || place || total FROM counters
			UNION ALL SELECT quote(block) FROM fts_data UNION ALL SELECT page_size || 'bytes' FROM pragma_page_size`)
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	old, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	today, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(described(old), described(today)); diff != "" {
		t.Errorf("a new file differs (-migrated +new):\n%s", diff)
	}
}
