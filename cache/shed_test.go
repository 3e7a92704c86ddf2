package cache

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// noise is text that no compression makes shorter than half.
func noise(n int) string {
	r, b := rand.New(rand.NewPCG(1, uint64(n))), strings.Builder{}
	for b.Len() < n {
		fmt.Fprintf(&b, "%016x%016x\r\n", r.Uint64(), r.Uint64())
	}
	return b.String()
}

// The bodies that were here for longest make room for others: what is left of them is listed, found by its header, keeps
// its flags, and comes back whole under the same id.
func TestInMemoryTheOldestBodiesMakeRoom(t *testing.T) {
	f := inMemory(t, 8<<20)
	now := noon
	f.now = func() time.Time { now = now.Add(time.Second); return now }
	var texts []string
	var listing []Listing
	for i := range 3 {
		texts = append(texts, letter("bo@example.org", fmt.Sprintf("long %d", i), fmt.Sprintf("word%d ", i)+noise(1<<20), noon.Add(-time.Duration(i)*time.Hour)))
		listing = append(listing, Listing{Number: i + 1, UIDL: fmt.Sprint(i), Size: int64(len(texts[i]))})
	}
	work := f.list(listing...)
	for _, m := range work.Missing {
		f.collect(m, texts[m.Number-1])
	}
	first := f.messageOf("2") // the newest by its number, which came first
	if _, err := f.Act(t.Context(), DoStar, []ID{first}); err != nil {
		t.Fatal(err)
	}
	before, err := f.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Shed(t.Context(), 8<<20-before+1); err != nil {
		t.Fatal(err)
	}
	if after, err := f.Size(t.Context()); err != nil || after > before-1<<18 {
		t.Errorf("it took %d bytes and now takes %d, %v", before, after, err)
	}
	for uidl, whole := range map[string]bool{"0": true, "1": true, "2": false} {
		m, err := f.Message(t.Context(), f.messageOf(uidl))
		if err != nil || m.Partial == whole {
			t.Errorf("message %s: %+v, %v", uidl, m, err)
		}
	}
	if got := f.find("word2"); len(got) != 0 {
		t.Errorf("what has left is found as %q", got)
	}
	if got := f.find("subject:long"); len(got) != 3 {
		t.Errorf("their headers find %q", got)
	}
	if err := f.Want(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	for _, m := range f.list(listing...).Missing {
		f.collect(m, texts[m.Number-1])
	}
	if m, err := f.Message(t.Context(), first); err != nil || m.Partial || !m.Starred || f.bytesOf(first) != texts[2] {
		t.Errorf("when it comes back it is %+v, %v", m, err)
	}
	f.verify()
}

// What cannot be had again stays, however little room there is.
func TestInMemoryWhatNoServerListsStays(t *testing.T) {
	f := inMemory(t, 2<<20)
	text := letter("bo@example.org", "only here", noise(1<<19), noon)
	id := f.add(text)[0]
	f.list()
	if err := f.Shed(t.Context(), 2<<20); err != nil {
		t.Fatal(err)
	}
	if got := f.bytesOf(id); got != text {
		t.Errorf("%d bytes are left of %d", len(got), len(text))
	}
}

// On a disk nothing is given up for room.
func TestOnADiskNothingIsShed(t *testing.T) {
	f := newFixture(t)
	id := f.add(letter("bo@example.org", "plain", "x", noon))[0]
	if err := f.Shed(t.Context(), 1<<50); err != nil {
		t.Fatal(err)
	}
	if m, err := f.Message(t.Context(), id); err != nil || m.Partial {
		t.Errorf("%+v, %v", m, err)
	}
}

// Whatever a message looks like, its header has the same key as before, so that what TOP and RETR bring belongs together.
func TestAMessageThatIsBeheadedIsKnownWhenItComesBack(t *testing.T) {
	for name, text := range map[string]string{
		"plain": letter("bo@example.org", "x", "body", noon), "line feeds": "From: a@b\nSubject: x\n\nbody\n\r\n\r\nmore\n", "no body": "From: a@b\r\nSubject: x\r\n\r\n",
		"no empty line": "From: a@b\r\nSubject: x\r\n", "no header": "\r\nbody\r\n", "long header": "X: " + strings.Repeat("y", 2*maxHeader) + "\r\n\r\nbody",
	} {
		f := inMemory(t, 8<<20)
		listing := Listing{Number: 1, UIDL: "u", Size: int64(len(text))}
		f.collect(f.list(listing).Missing[0], text)
		id := f.messageOf("u")
		if err := f.Shed(t.Context(), 8<<20); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if m, err := f.Message(t.Context(), id); err != nil || !m.Partial {
			t.Errorf("%s: it has not left: %+v, %v", name, m, err)
		}
		if err := f.Want(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		f.collect(f.list(listing).Missing[0], text)
		if now := f.messageOf("u"); now != id && name != "long header" || f.bytesOf(now) != text {
			t.Errorf("%s: it comes back as %d, not %d: %q", name, now, id, f.bytesOf(now)[:min(len(text), 100)])
		}
	}
}
