package cache

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shelf is a box with enough mail for damage to hit some of it, and all that a person does with it.
func filledBox(t *testing.T) (*fixture, map[ID]string, []Listing) {
	f := newFixture(t)
	var texts []string
	for i := range 60 {
		texts = append(texts, letter("bo@example.org", fmt.Sprint("letter ", i), strings.Repeat(fmt.Sprintf("word%d of the letter\r\n", i*7919), 200), noon.Add(-time.Duration(i)*time.Hour), fmt.Sprintf("Message-ID: <%d@x>", i)))
	}
	ids := f.add(texts...)
	if _, err := f.Act(t.Context(), DoStar, ids[:5]); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Act(t.Context(), DoArchive, ids[10:20]); err != nil {
		t.Fatal(err)
	}
	all := map[ID]string{}
	var listing []Listing
	for i, id := range ids {
		all[id] = texts[i]
		listing = append(listing, Listing{i + 1, fmt.Sprintf("uid-%d", i+1), int64(len(texts[i]))})
	}
	f.list(listing...)
	return f, all, listing
}

// spoil overwrites parts of the mail file.
func spoil(t *testing.T, path string, change func(content []byte) []byte) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

const page = 8192

// Whatever of the file is damaged: it is set aside unchanged, what can be read is there again, and all of it is there again
// after the next collection.
func TestADamagedFileIsSetAsideAndRebuilt(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"its first bytes":  func(c []byte) []byte { return append(bytes.Repeat([]byte{7}, 100), c[100:]...) },
		"its first page":   func(c []byte) []byte { return append(bytes.Repeat([]byte{0}, page), c[page:]...) },
		"its second half":  func(c []byte) []byte { return c[:len(c)/2/page*page] },
		"a third of it":    func(c []byte) []byte { return scramble(c, 3) },
		"a tenth of it":    func(c []byte) []byte { return scramble(c, 10) },
		"a few pages":      func(c []byte) []byte { return scramble(c, 40) },
		"all but its head": func(c []byte) []byte { return append(c[:page:page], make([]byte, len(c)-page)...) },
	} {
		t.Run(name, func(t *testing.T) {
			f, all, listing := filledBox(t)
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(f.dir, "mail.db")
			var damaged []byte
			spoil(t, path, func(c []byte) []byte {
				damaged = change(c)
				return damaged
			})
			if err := os.WriteFile(filepath.Join(f.dir, damagedMark), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			f.Box = openBox(t, f.dir)
			incidents, err := f.Incidents(t.Context())
			if err != nil || len(incidents) != 1 {
				t.Fatalf("%+v, %v", incidents, err)
			}
			i := incidents[0]
			t.Logf("%d kept, %d to be collected again, %d lost", i.Kept, i.Again, i.Lost)
			if kept, err := os.ReadFile(filepath.Join(f.dir, i.Aside)); err != nil || !bytes.Equal(kept, damaged) {
				t.Errorf("the damaged file was not kept as it was: %v", err)
			}
			if v := f.verify(); v.Bad != 0 || v.Messages != i.Kept {
				t.Errorf("the new file has faults: %+v", v)
			}
			if f.account, err = f.AddAccount(t.Context(), "pop3s://mail.example.org", "ana@example.org"); err != nil {
				t.Fatal(err)
			}
			for _, m := range f.list(listing...).Missing {
				f.collect(m, all[firstID(noon.Add(-time.Duration(m.Number-1)*time.Hour))])
			}
			here := map[string]int{}
			err = f.Each(t.Context(), func(m Message) error {
				here[f.bytesOf(m.ID)]++
				return nil
			})
			if err != nil || len(here) != len(all) {
				t.Errorf("%d messages are here of %d, %v", len(here), len(all), err)
			}
			for id, text := range all {
				if here[text] != 1 {
					t.Errorf("message %d is here %d times", id, here[text])
				}
			}
		})
	}
}

// scramble fills one page in n with noise, always the same ones.
func scramble(c []byte, n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	for at := 2 * page; at+page <= len(c); at += page {
		if r.IntN(n) == 0 {
			for i := range page {
				c[at+i] = byte(r.Uint32())
			}
		}
	}
	return c
}

// What is only here keeps its place, its flags and its id.
func TestWhatIsRebuiltIsAsItWas(t *testing.T) {
	f, all, _ := filledBox(t)
	f.list() // no server lists any of it
	before := f.find("is:starred")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, damagedMark), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f.Box = openBox(t, f.dir)
	if got := f.find("is:starred"); fmt.Sprint(got) != fmt.Sprint(before) {
		t.Errorf("starred are %q, want %q", got, before)
	}
	counters, err := f.Counters(t.Context())
	if err != nil || counters[Archive].Total != 10 || counters[Inbox].Total != 50 {
		t.Errorf("the counters are %+v, %v", counters, err)
	}
	for id, text := range all {
		if f.bytesOf(id) != text {
			t.Errorf("message %d has changed", id)
		}
	}
	var here int
	if err := f.file.Read.QueryRow(`SELECT count(*) FROM messages WHERE remote = 0`).Scan(&here); err != nil || here != 60 {
		t.Errorf("%d are only here, want all 60: %v", here, err)
	}
}

// SQLite's word that the file is damaged has it rebuilt when it is next opened, and stopping half-way loses nothing.
func TestDamageThatShowsLaterIsRememberedAndRebuildingCanBeStopped(t *testing.T) {
	f, all, _ := filledBox(t)
	var root int // of the texts, which nobody looks at in opening
	if err := f.file.Read.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = 'texts'`).Scan(&root); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	spoil(t, filepath.Join(f.dir, "mail.db"), func(c []byte) []byte {
		return append(append(c[:(root-1)*page:(root-1)*page], make([]byte, page)...), c[root*page:]...)
	})
	f.Box = openBox(t, f.dir)
	if list, err := f.Incidents(t.Context()); err != nil || len(list) != 0 {
		t.Fatalf("the damage has shown in opening: %+v, %v", list, err)
	}
	for id := range all {
		if raw, err := f.Raw(t.Context(), id); err == nil {
			raw.ReadAt(make([]byte, 10), 0)
		}
		f.Text(t.Context(), id)
	}
	if _, err := os.Stat(filepath.Join(f.dir, damagedMark)); err != nil {
		t.Fatalf("nobody noticed: %v", err)
	}
	if err := f.Close(); err != nil && !strings.Contains(err.Error(), "malformed") {
		t.Fatal(err)
	}
	// As if the process had been killed while it rebuilt, and then just before the new file was in place.
	if err := os.MkdirAll(filepath.Join(f.dir, rebuildingDir), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, rebuildingDir, "mail.db"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.Box = openBox(t, f.dir)
	n := f.verify().Messages
	if n == 0 {
		t.Fatal("nothing was brought over")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(f.dir, "mail.db"), filepath.Join(f.dir, rebuiltFile)); err != nil {
		t.Fatal(err)
	}
	f.Box = openBox(t, f.dir)
	if got := f.verify().Messages; got != n {
		t.Errorf("%d messages are here after the last step was made up for, want %d", got, n)
	}
	for _, left := range []string{damagedMark, rebuildingDir, rebuiltFile} {
		if _, err := os.Stat(filepath.Join(f.dir, left)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", left, err)
		}
	}
}

// The person is told how many messages come again and how many are lost, and not one for the other.
func TestAnIncidentTellsWhatComesAgainFromWhatIsLost(t *testing.T) {
	f, _, listing := filledBox(t)
	f.list(listing[1:]...) // the first is no longer on the server
	f.damage(`DELETE FROM raw WHERE message IN (SELECT message FROM copies WHERE uidl IN (x'7569642d31', x'7569642d32', x'7569642d33'))`)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, damagedMark), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f.Box = openBox(t, f.dir)
	list, err := f.Incidents(t.Context())
	if err != nil || len(list) != 1 || list[0].Kept != 57 || list[0].Again != 2 || list[0].Lost != 1 {
		t.Errorf("%+v, %v; want 57 kept, 2 to come again, 1 lost", list, err)
	}
}

// A file of an earlier version that is found damaged gives what it has, too: up to step 3 so damaged that it cannot be brought
// up to date before.
func TestADamagedFileOfEveryEarlierSchemaGivesWhatItHas(t *testing.T) {
	messages := exchange()
	for n := 1; n < steps(t); n++ {
		t.Run(fmt.Sprintf("step %d", n), func(t *testing.T) {
			dir := t.TempDir()
			ids := fillEarly(t, dir, n, messages)
			if err := os.WriteFile(filepath.Join(dir, damagedMark), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", filepath.Join(dir, "mail.db"))
			if err != nil {
				t.Fatal(err)
			}
			var root int // of what step 4 looks into
			if err := errors.Join(db.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = 'copies_message'`).Scan(&root), db.Close()); err != nil {
				t.Fatal(err)
			}
			spoil(t, filepath.Join(dir, "mail.db"), func(c []byte) []byte {
				return append(append(c[:(root-1)*page:(root-1)*page], make([]byte, page)...), c[root*page:]...)
			})
			f := &fixture{Box: openBox(t, dir), t: t}
			if list, err := f.Incidents(t.Context()); err != nil || len(list) != 1 || list[0].Kept != len(messages) || list[0].Lost != 0 {
				t.Errorf("the incidents are %+v, %v", list, err)
			}
			for i, id := range ids {
				if got := f.bytesOf(id); got != messages[i] {
					t.Errorf("message %d is %d bytes, want %d", i, len(got), len(messages[i]))
				}
			}
		})
	}
}
