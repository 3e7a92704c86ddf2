package pop3client

import (
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestListingsAreOneFlight(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.want("STAT")
		p.want("LIST")
		p.want("UIDL")
		p.send("+OK 2 30\r\n+OK\r\n1 10\r\n2 20\r\n.\r\n+OK\r\n1 a\r\n2 b\r\n.\r\n")
	})
	l, err := pipelining(c).Listings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []Listing{{Number: 1, Size: 10, UIDL: "a"}, {Number: 2, Size: 20, UIDL: "b"}}
	if diff := cmp.Diff(want, slices.Collect(l.All())); diff != "" || l.Len() != 2 || l.Count != 2 || l.Octets != 30 || l.Anomalous() || l.NoUIDL != nil {
		t.Errorf("%+v %s", l, diff)
	}
}

func TestLateCapabilitiesComeWithTheListings(t *testing.T) {
	capa := "+OK\r\nPIPELINING\r\nUSER\r\n.\r\n"
	for _, reply := range []string{"+OK\r\nPIPELINING\r\nLOGIN-DELAY 60\r\nUIDL\r\n.\r\n", "-ERR no\r\n"} {
		conn := play(t, func(p *peer) {
			p.send("+OK\r\n")
			p.answer("CAPA", capa)
			p.answer("USER ann", "+OK\r\n")
			p.answer("PASS secret", "+OK\r\n")
			for _, line := range []string{"CAPA", "STAT", "LIST", "UIDL"} {
				p.want(line)
			}
			p.send(reply + "+OK 0 0\r\n+OK\r\n.\r\n+OK\r\n.\r\n")
			p.answer("NOOP", "+OK\r\n")
		})
		c, err := New(t.Context(), conn, &Options{PipeliningProven: true, LateCAPA: true, Mechanisms: []string{"USER"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Login(t.Context(), "ann", "secret"); err != nil || !c.Has("USER") {
			t.Fatalf("after login: %v, %+v", err, c.Capabilities())
		}
		if _, err := c.Listings(t.Context()); err != nil || c.Has("USER") || c.Has("LOGIN-DELAY") != strings.HasPrefix(reply, "+OK") {
			t.Errorf("after %q: %v, %+v", reply, err, c.Capabilities())
		}
		if err := c.Noop(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestCapabilitiesAreNotLateWithAServerThatIsNotKnown(t *testing.T) {
	for announced, o := range map[string]*Options{
		"PIPELINING\r\n": {LateCAPA: true, Mechanisms: []string{"USER"}},
		"UIDL\r\n":       {LateCAPA: true, PipeliningProven: true, Mechanisms: []string{"USER"}},
	} {
		conn := play(t, func(p *peer) {
			p.send("+OK\r\n")
			p.answer("CAPA", "+OK\r\nUSER\r\n"+announced+".\r\n")
			p.answer("USER ann", "+OK\r\n")
			p.answer("PASS secret", "+OK\r\n")
			p.answer("CAPA", "+OK\r\n.\r\n")
		})
		c, err := New(t.Context(), conn, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Login(t.Context(), "ann", "secret"); err != nil {
			t.Errorf("%q: %v", announced, err)
		}
	}
}

func TestH1ListingsInLockStep(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		for _, each := range []struct{ line, reply string }{{"STAT", "+OK 1 10\r\n"}, {"LIST", "+OK\r\n1 10\r\n.\r\n"}, {"UIDL", "+OK\r\n1 a\r\n.\r\n"}} {
			p.want(each.line)
			if p.in.Buffered() > 0 {
				t.Errorf("there is more than %s", each.line)
			}
			p.send(each.reply)
		}
	})
	if l, err := c.Listings(t.Context()); err != nil || l.Len() != 1 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestListingsOfWhatTheServerTells(t *testing.T) {
	const stat, list, uidl = "+OK 2 30\r\n", "+OK\r\n1 10\r\n2 20\r\n.\r\n", "+OK\r\n1 a\r\n2 b\r\n.\r\n"
	const no = "-ERR no\r\n"
	tests := []struct {
		name    string
		replies string
		want    []Listing
		count   int
		err     error
	}{
		{"E9 no count", "+OK what\r\n" + list + uidl, []Listing{{Number: 1, Size: 10, UIDL: "a"}, {Number: 2, Size: 20, UIDL: "b"}}, -1, nil},
		{"E8 more than counted", "+OK 1 1\r\n" + list + uidl, []Listing{{Number: 1, Size: 10, UIDL: "a"}, {Number: 2, Size: 20, UIDL: "b"}}, 1, nil},
		{"no STAT", no + list + uidl, []Listing{{Number: 1, Size: 10, UIDL: "a"}, {Number: 2, Size: 20, UIDL: "b"}}, -1, nil},
		{"no LIST", stat + no + uidl, []Listing{{Number: 1, Size: -1, UIDL: "a"}, {Number: 2, Size: -1, UIDL: "b"}}, 2, nil},
		{"B2 no UIDL", stat + list + no, []Listing{{Number: 1, Size: 10}, {Number: 2, Size: 20}}, 2, nil},
		{"no lists", stat + no + no, nil, 0, ErrTemporary}, // it has announced UIDL
		{"E8 a size for some", stat + "+OK\r\n2 20\r\n4 40\r\n.\r\n" + "+OK\r\n1 a\r\n2 b\r\n3 c\r\n4 d\r\n.\r\n",
			[]Listing{{Number: 1, Size: -1, UIDL: "a"}, {Number: 2, Size: 20, UIDL: "b"}, {Number: 3, Size: -1, UIDL: "c"}, {Number: 4, Size: 40, UIDL: "d"}}, 2, nil},
		{"E13 in another order", stat + "+OK\r\n2 20\r\n1 10\r\n.\r\n" + uidl, []Listing{{Number: 1, Size: 10, UIDL: "a"}, {Number: 2, Size: 20, UIDL: "b"}}, 2, nil},
		{"E8 twice", stat + list + "+OK\r\n2 b\r\n1 a\r\n2 c\r\n.\r\n",
			[]Listing{{Number: 2, Size: 20, UIDL: "b", Anomaly: Repeated}, {Number: 1, Size: 10, UIDL: "a"}, {Number: 2, Size: 20, UIDL: "c", Anomaly: Repeated}}, 2, nil},
		{"D6 cut", stat + list + "+OK\r\n1 a\r\n", nil, 0, ErrTruncated},
		{"D12 blank line", stat + "\r\n" + list + uidl, nil, 0, errDesync},
		{"H2 interleaved", stat + "+OK\r\n1 10\r\n+OK\r\n.\r\n1 a\r\n.\r\n", nil, 0, errDesync},
	}
	for _, test := range tests {
		c := pipelining(clientOn(replies(test.replies), nil))
		l, err := c.Listings(t.Context())
		if !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
			t.Errorf("%s: %v, want %v", test.name, err, test.err)
		}
		if err != nil {
			continue
		}
		if diff := cmp.Diff(test.want, slices.Collect(l.All())); diff != "" || l.Count != test.count {
			t.Errorf("%s: count %d %s", test.name, l.Count, diff)
		}
		if refused := strings.Contains(test.name, "B2"); refused != (l.NoUIDL != nil) {
			t.Errorf("%s: NoUIDL %v", test.name, l.NoUIDL)
		}
	}
}

// FuzzListings compares the compact listing with the plain one, which has code
// of its own: the same lines give the same entries.
func FuzzListings(f *testing.F) {
	for _, lines := range []string{
		"", "1 a\r\n2 B\r\n", "+OK 1 a\r\n+ok  2 b\r\n", "7 g\r\n3 c\r\n", "1 a\r\n2 b\r\n1 c\r\n", "2 a\r\n2 b\r\n2 c\r\n", "0 a\r\n2147483648 d\r\n99999999999999999999999 e\r\n1 x\r\n",
		"-1 a\r\nx\r\n+1 b\r\n+OK\r\n", "1 " + strings.Repeat("x", 5000) + "\r\n2 y\r\n", "\r\n1 a\r\n \r\n", "2147483647 a\r\n1 \xff\x01\r\n",
	} {
		f.Add(lines)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		reply := "+OK\r\n" + stuffed(lines+"\r\n")
		plain, err := clientOn(replies(reply), nil).UIDL(t.Context())
		sized, errSized := clientOn(replies(reply), nil).List(t.Context())
		if err != nil || errSized != nil {
			t.Skip("not a reply")
		}
		c := pipelining(clientOn(replies("+OK 1 1\r\n"+reply+reply), nil))
		l, err := c.Listings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// The first of several sizes for a number counts.
		sizes := map[int]int64{}
		for _, entry := range sized {
			if _, there := sizes[entry.Number]; !there {
				sizes[entry.Number] = entry.Size
			}
		}
		compact := slices.Collect(l.All())
		anomalous := false
		for i := range compact {
			anomalous = anomalous || compact[i].Anomaly != Regular
			if n := compact[i].Number; n > 0 && compact[i].Anomaly == Regular && compact[i].Size != sizes[n] {
				t.Errorf("%q: size of %d is %d, want %d", lines, n, compact[i].Size, sizes[n])
			}
			compact[i].Size = -1
		}
		if diff := cmp.Diff(plain, compact); diff != "" || l.Len() != len(plain) || l.Anomalous() != anomalous {
			t.Errorf("%q: anomalous %v %s", lines, l.Anomalous(), diff)
		}
	})
}

// lineConn sends a reply of n lines to each of LIST and UIDL, made as it is read.
type lineConn struct {
	chunkConn
	rest []func() []byte
	open []byte
}

func (c *lineConn) Read(p []byte) (int, error) {
	for len(c.open) == 0 {
		if len(c.rest) == 0 {
			return c.chunkConn.Read(p)
		}
		if c.open = c.rest[0](); c.open == nil {
			c.rest = c.rest[1:]
		}
	}
	n := copy(p, c.open)
	c.open = c.open[n:]
	return n, nil
}

// manyLines yields a reply in pieces of about a thousand lines.
func manyLines(n int, line func(p []byte, i int) []byte) func() []byte {
	next := 0
	var piece []byte
	return func() []byte {
		piece = piece[:0]
		if next == 0 {
			piece = append(piece, "+OK\r\n"...)
		}
		for end := min(next+1000, n); next < end; {
			next++
			piece = line(piece, next)
		}
		if next == n {
			next++
			return append(piece, ".\r\n"...)
		}
		if next > n {
			return nil
		}
		return piece
	}
}

// appendUID appends an id as Dovecot makes them, of 16 octets.
func appendUID(p []byte, n int) []byte { return strconv.AppendInt(p, 0x15f3a0c11<<28+int64(n), 16) }

func TestE15MemoryOfAMillionListings(t *testing.T) {
	const n, limit = 1_000_000, 32 << 20
	stat := []byte("+OK 1000000 1\r\n")
	conn := &lineConn{rest: []func() []byte{
		func() []byte { s := stat; stat = nil; return s },
		manyLines(n, func(p []byte, i int) []byte {
			return append(strconv.AppendInt(append(strconv.AppendInt(p, int64(i), 10), ' '), int64(2000+i%100_000), 10), "\r\n"...)
		}),
		manyLines(n, func(p []byte, i int) []byte {
			return append(appendUID(append(strconv.AppendInt(p, int64(i), 10), ' '), i), "\r\n"...)
		}),
	}}
	c := pipelining(clientOn(conn, nil))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l, err := c.Listings(t.Context())
	runtime.ReadMemStats(&after)
	if err != nil || l.Len() != n {
		t.Fatalf("%d entries, %v", l.Len(), err)
	}
	// Everything that was allocated, not only what is left: it is the most that
	// it can have been at any time.
	if took := after.TotalAlloc - before.TotalAlloc; took > limit && !raceEnabled {
		t.Errorf("%d octets for a million entries, want %d at most", took, limit)
	}
	i := 0
	for entry := range l.All() {
		i++
		if want := (Listing{Number: i, Size: int64(2000 + i%100_000), UIDL: string(appendUID(nil, i))}); entry != want {
			t.Fatalf("entry %d is %+v, want %+v", i, entry, want)
		}
	}
}

func TestE15ListingsAreBounded(t *testing.T) {
	for name, o := range map[string]*Options{"entries": {MaxListings: 1}, "octets": {MaxListingOctets: 6}} {
		c := pipelining(clientOn(replies("+OK 2 2\r\n+OK\r\n1 1\r\n2 1\r\n.\r\n"), o))
		if l, err := c.Listings(t.Context()); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %+v, %v; want ErrTooLarge", name, l, err)
		}
	}
}

func TestAListingNeedNotBeReadToItsEnd(t *testing.T) {
	c := pipelining(clientOn(replies("+OK 2 2\r\n-ERR no\r\n+OK\r\n1 a\r\n2 b\r\n.\r\n"), nil))
	l, err := c.Listings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for entry := range l.All() {
		if entry.UIDL != "a" {
			t.Errorf("first entry is %+v", entry)
		}
		break
	}
}
