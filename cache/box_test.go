package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restante/cache/sqlitefile"
)

// noon is now in these tests.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func frozen() time.Time { return noon }

func openBox(t testing.TB, dir string) *Box {
	t.Helper()
	b, err := Open(t.Context(), dir, frozen)
	if err != nil {
		t.Fatalf("opening a box: %v", err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("closing a box: %v", err)
		}
	})
	return b
}

// fixture is a box with one account, into which a test puts mail.
type fixture struct {
	*Box
	t       testing.TB
	account Account
	number  int
}

func newFixture(t testing.TB) *fixture {
	b := openBox(t, t.TempDir())
	a, err := b.AddAccount(t.Context(), "pop3s://mail.example.org", "ana@example.org")
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{Box: b, t: t, account: a}
}

// add stores messages as one group and returns their ids in the order given.
func (f *fixture) add(messages ...string) []ID {
	f.t.Helper()
	var listing []Listing
	byNumber := map[int]string{}
	for _, m := range messages {
		f.number++
		byNumber[f.number] = m
		listing = append(listing, Listing{Number: f.number, UIDL: fmt.Sprintf("uid-%d", f.number), Size: int64(len(m))})
	}
	missing, err := f.compare(f.t.Context(), f.account.ID, listing)
	if err != nil {
		f.t.Fatal(err)
	}
	var group []*Prepared
	for _, m := range missing {
		if text, ok := byNumber[m.Number]; ok {
			group = append(group, f.prepare(m, text))
		}
	}
	if _, err := f.Store(f.t.Context(), group); err != nil {
		f.t.Fatal(err)
	}
	for _, p := range group {
		p.Close()
	}
	var ids []ID
	for _, l := range listing {
		var id ID
		if err := f.file.Read.QueryRow(`SELECT message FROM copies WHERE account = ? AND uidl = ?`, f.account.ID, []byte(l.UIDL)).Scan(&id); err != nil {
			f.t.Fatalf("%s was not stored: %v", l.UIDL, err)
		}
		ids = append(ids, id)
	}
	return ids
}

// compare is Compare for a complete listing, of which only what is missing matters.
func (f *fixture) compare(ctx context.Context, account int64, listing []Listing) ([]Missing, error) {
	work, err := f.Compare(ctx, account, listing, true)
	return work.Missing, err
}

func (f *fixture) prepare(m Missing, text string) *Prepared {
	f.t.Helper()
	p, err := f.Prepare(m.Copy, m.Number, f.spool(text))
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

func (f *fixture) spool(text string) *Spool {
	f.t.Helper()
	raw := f.NewSpool(0)
	if _, err := io.WriteString(raw, text); err != nil {
		f.t.Fatal(err)
	}
	return raw
}

// letter is a plain message; fields are further header lines.
func letter(from, subject, body string, at time.Time, fields ...string) string {
	header := []string{"From: " + from, "To: Ana <ana@example.org>", "Subject: " + subject, "Date: " + at.Format(time.RFC1123Z)}
	return strings.Join(append(header, fields...), "\r\n") + "\r\n\r\n" + body + "\r\n"
}

func TestABoxKeepsTheBytesExactlyAsTheyCame(t *testing.T) {
	f := newFixture(t)
	long := strings.Repeat("0123456789abcdef\r\n", 50_000) // several frames, and a spool file
	for name, text := range map[string]string{
		"plain":           letter("bo@example.org", "hello", "body", noon.Add(-time.Hour)),
		"no header":       "just text",
		"bare line feeds": "Subject: x\n\nline\n.\nline\n",
		"NUL and 8 bit":   "Subject: x\r\n\r\n\x00\xff\xfe\r\r\n",
		"empty":           "",
		"long":            letter("bo@example.org", "long", long, noon.Add(-2*time.Hour)),
	} {
		t.Run(name, func(t *testing.T) {
			id := f.add(text)[0]
			raw, err := f.Raw(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(io.NewSectionReader(raw, 0, raw.Size()))
			if err != nil || string(got) != text {
				t.Errorf("got %d bytes and %v, want the %d that were stored", len(got), err, len(text))
			}
		})
	}
}

func TestRawReadsAnyPart(t *testing.T) {
	f := newFixture(t)
	text := letter("bo@example.org", "long", strings.Repeat("0123456789", 100_000), noon)
	raw, err := f.Raw(t.Context(), f.add(text)[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{0, 1, frameSize - 1, frameSize, 3*frameSize - 5, raw.Size() - 3, raw.Size(), raw.Size() + 9} {
		buf := make([]byte, 10)
		n, err := raw.ReadAt(buf, at)
		want := ""
		if at < raw.Size() {
			want = text[at:min(at+10, raw.Size())]
		}
		if string(buf[:n]) != want || (n < 10) != (err == io.EOF) {
			t.Errorf("at %d: %q, %v, want %q", at, buf[:n], err, want)
		}
	}
}

func TestNothingIsLeftOfASpoolFile(t *testing.T) {
	f := newFixture(t)
	f.add(letter("bo@example.org", "long", strings.Repeat("x", 3<<20), noon))
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "spool") {
			t.Errorf("%s is left", e.Name())
		}
	}
}

func TestASecondWriterIsRefusedAndToldWhoHasTheFile(t *testing.T) {
	dir := t.TempDir()
	openBox(t, dir)
	_, err := Open(t.Context(), dir, frozen)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) {
		t.Fatalf("opening a second time: %v, want ErrLocked with the process that holds it", err)
	}
}

func TestAFileFromANewerVersionIsRefusedAndUntouched(t *testing.T) {
	dir := t.TempDir()
	b := openBox(t, dir)
	if _, err := b.file.Write.Exec(`PRAGMA user_version = 9999`); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "mail.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), dir, frozen)
	if !errors.Is(err, sqlitefile.ErrNewer) {
		t.Fatalf("opening: %v, want ErrNewer", err)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "mail.db")); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed (%v)", err)
	}
}
