package pop3client

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestE9Stat(t *testing.T) {
	tests := []struct {
		reply  string
		count  int
		octets int64
	}{
		{"2 320", 2, 320},
		{"2 320 messages", 2, 320},
		{"0 0", 0, 0},
		{"7", 7, 0},
		{"7 #octets", 7, 0},
		{"7 -1", 7, 0},
		{"7 3000000000", 7, 3_000_000_000},
		{"7 99999999999999999999", 7, math.MaxInt64},
		{"2147483647 1", 2147483647, 1},
	}
	for _, test := range tests {
		count, octets, err := answering(nil, "+OK "+test.reply+"\r\n").Stat(t.Context())
		if err != nil || count != test.count || octets != test.octets {
			t.Errorf("%q: %d, %d, %v; want %d, %d", test.reply, count, octets, err, test.count, test.octets)
		}
	}
}

func TestE9AnUnreadableStatDoesNotEndTheSession(t *testing.T) {
	for _, reply := range []string{"", " ", " foo bar", " seven 1800662", " -1 0", " 99999999999999999999 1", " 2147483648 1"} {
		c := answering(nil, "+OK"+reply+"\r\n", "+OK\r\n1 a\r\n.\r\n")
		if _, _, err := c.Stat(t.Context()); !errors.Is(err, ErrProtocol) {
			t.Errorf("%q: %v, want ErrProtocol", reply, err)
		}
		if list, err := c.UIDL(t.Context()); err != nil || len(list) != 1 {
			t.Errorf("%q: UIDL afterwards: %v, %v", reply, list, err)
		}
	}
}

func TestD13E1E3E4E5E8E13ListsOfUIDLs(t *testing.T) {
	long := strings.Repeat("u", 2000)
	tests := []struct {
		name  string
		lines string
		want  []Listing
	}{
		{"empty", "", nil},
		{"plain", "1 a\r\n2 B\r\n", []Listing{{Number: 1, Size: -1, UIDL: "a"}, {Number: 2, Size: -1, UIDL: "B"}}},
		{"D13 +OK on each line", "+OK 1 a\r\n+ok  2 b\r\n", []Listing{{Number: 1, Size: -1, UIDL: "a"}, {Number: 2, Size: -1, UIDL: "b"}}},
		{"D13 blanks", "  1   a\r\n2\tb\r\n", []Listing{{Number: 1, Size: -1, UIDL: "a"}, {Number: 2, Size: -1, UIDL: "b"}}},
		{"E1 twice the same id", "1 a\r\n2 a\r\n", []Listing{{Number: 1, Size: -1, UIDL: "a"}, {Number: 2, Size: -1, UIDL: "a"}}},
		{"E3 long", "1 " + long + "\r\n", []Listing{{Number: 1, Size: -1, UIDL: long}}},
		{"E4 blanks within, bytes, controls", "1  two  words \r\r\n2 \xff\x01\xc3\xa9\r\n",
			[]Listing{{Number: 1, Size: -1, UIDL: "two  words"}, {Number: 2, Size: -1, UIDL: "\xff\x01\xc3\xa9"}}},
		{"E4 hostile", "1 '; DROP TABLE messages;--\r\n2 ../../etc\r\n",
			[]Listing{{Number: 1, Size: -1, UIDL: "'; DROP TABLE messages;--"}, {Number: 2, Size: -1, UIDL: "../../etc"}}},
		{"E5 no id", "1 \r\n2\r\n", []Listing{{Number: 1, Size: -1}, {Number: 2, Size: -1}}},
		{"E8 gaps and any order", "7 g\r\n3 c\r\n", []Listing{{Number: 7, Size: -1, UIDL: "g"}, {Number: 3, Size: -1, UIDL: "c"}}},
		{"E8 number twice", "1 a\r\n2 b\r\n1 c\r\n", []Listing{
			{Number: 1, Size: -1, UIDL: "a", Anomaly: Repeated}, {Number: 2, Size: -1, UIDL: "b"}, {Number: 1, Size: -1, UIDL: "c", Anomaly: Repeated}}},
		{"E8 number thrice in a row", "2 a\r\n2 b\r\n2 c\r\n", []Listing{
			{Number: 2, Size: -1, UIDL: "a", Anomaly: Repeated}, {Number: 2, Size: -1, UIDL: "b", Anomaly: Repeated}, {Number: 2, Size: -1, UIDL: "c", Anomaly: Repeated}}},
		{"E8 numbers out of range", "0 a\r\n00 b\r\n2147483647 c\r\n2147483648 d\r\n99999999999999999999999 e\r\n", []Listing{
			{Size: -1, UIDL: "a", Anomaly: OutOfRange}, {Size: -1, UIDL: "b", Anomaly: OutOfRange}, {Number: 2147483647, Size: -1, UIDL: "c"},
			{Size: -1, UIDL: "d", Anomaly: OutOfRange}, {Size: -1, UIDL: "e", Anomaly: OutOfRange}}},
		{"E8 no number", "-1 a\r\nx\r\n+1 b\r\n+OK\r\n", []Listing{
			{Size: -1, Anomaly: Unreadable}, {Size: -1, Anomaly: Unreadable}, {Size: -1, Anomaly: Unreadable}, {Size: -1, Anomaly: Unreadable}}},
		{"E3 too long", "1 " + strings.Repeat("x", 4<<10) + "\r\n2 " + strings.Repeat("x", 4<<10-3) + "\r\n3 c\r\n", []Listing{
			{Number: 1, Size: -1, Anomaly: TooLong}, {Number: 2, Size: -1, UIDL: strings.Repeat("x", 4<<10-3)}, {Number: 3, Size: -1, UIDL: "c"}}},
		{"blank lines", "\r\n1 a\r\n \r\n", []Listing{{Number: 1, Size: -1, UIDL: "a"}}},
	}
	for _, test := range tests {
		got, err := answering(nil, "+OK\r\n"+test.lines+".\r\n").UIDL(t.Context())
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestE11Sizes(t *testing.T) {
	got, err := answering(nil, "+OK 5 messages\r\n1 1024\r\n2 2048 extra\r\n3\r\n4 ten\r\n5 -5\r\n6 99999999999999999999\r\n.\r\n").List(t.Context())
	want := []Listing{{Number: 1, Size: 1024}, {Number: 2, Size: 2048}, {Number: 3, Size: -1}, {Number: 4, Size: -1}, {Number: 5, Size: -1}, {Number: 6, Size: math.MaxInt64}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestE12OneListing(t *testing.T) {
	tests := []struct {
		verb, reply string
		want        Listing
		err         error
	}{
		{"UIDL", "+OK 5 abc", Listing{Number: 5, Size: -1, UIDL: "abc"}, nil},
		{"UIDL", "+OK   5   a  b ", Listing{Number: 5, Size: -1, UIDL: "a  b"}, nil},
		{"UIDL", "+OK abc", Listing{Number: 5, Size: -1, UIDL: "abc"}, nil},
		{"UIDL", "+OK 5 ", Listing{Number: 5, Size: -1}, nil},
		{"UIDL", "+OK", Listing{}, ErrProtocol},
		{"UIDL", "+OK 6 abc", Listing{}, ErrProtocol},
		{"UIDL", "+OK here is it", Listing{}, ErrProtocol},
		{"UIDL", "-ERR no such message", Listing{}, ErrPermanent},
		{"LIST", "+OK 5 1026", Listing{Number: 5, Size: 1026}, nil},
		{"LIST", "+OK 5 ten-twenty-four", Listing{Number: 5, Size: -1}, nil},
		{"LIST", "+OK 1026", Listing{Number: 5, Size: 1026}, nil},
		{"LIST", "+OK 6 1026", Listing{}, ErrProtocol},
	}
	for _, test := range tests {
		c := answering(nil, test.reply+"\r\n", "+OK\r\n")
		c.caps = Capabilities{list: []capability{{name: "UIDL"}}}
		one := c.UIDLOne
		if test.verb == "LIST" {
			one = c.ListOne
		}
		got, err := one(t.Context(), 5)
		if !errors.Is(err, test.err) || got != test.want {
			t.Errorf("%s 5, %q: %+v, %v; want %+v, %v", test.verb, test.reply, got, err, test.want, test.err)
		}
		if err := c.Noop(t.Context()); err != nil {
			t.Errorf("%s 5, %q: the session does not go on: %v", test.verb, test.reply, err)
		}
	}
}

func TestE15ListsAreBounded(t *testing.T) {
	tests := map[string]struct {
		lines string
		o     Options
	}{
		"messages": {"1 a\r\n2 b\r\n3 c\r\n", Options{MaxListings: 2}},
		"octets":   {"1 a\r\n2 b\r\n3 c\r\n", Options{MaxListingOctets: 14}},
	}
	for name, test := range tests {
		c := answering(&test.o, "+OK\r\n"+test.lines+".\r\n")
		if list, err := c.UIDL(t.Context()); !errors.Is(err, ErrTooLarge) || list != nil {
			t.Errorf("%s: %d lines, %v; want ErrTooLarge", name, len(list), err)
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: the session goes on: %v", name, err)
		}
	}
}

func TestAnIncompleteListIsNone(t *testing.T) {
	list, err := answering(nil, "+OK\r\n1 a\r\n2 b\r\n").UIDL(t.Context())
	if !errors.Is(err, ErrTruncated) || list != nil {
		t.Errorf("UIDL: %v, %v; want ErrTruncated and no list", list, err)
	}
}

func TestFiftyThousandMessagesInPieces(t *testing.T) {
	var b strings.Builder
	b.WriteString("+OK\r\n")
	for i := range 50_000 {
		fmt.Fprintf(&b, "%d %016x\r\n", i+1, i)
	}
	b.WriteString(".\r\n")
	c := clientOn(&chunkConn{chunks: chunked(b.String(), []byte(strings.Repeat("\x01\xff\x07", 1000)))}, nil)
	list, err := c.UIDL(t.Context())
	if err != nil || len(list) != 50_000 {
		t.Fatalf("%d messages, %v; want 50,000", len(list), err)
	}
	for i, entry := range list {
		if entry.Number != i+1 || entry.UIDL != fmt.Sprintf("%016x", i) || entry.Anomaly != Regular {
			t.Fatalf("entry %d is %+v", i, entry)
		}
	}
}

// FuzzListing: an entry has a usable number or an anomaly; its values are part
// of the line; and the line made from it reads as the same entry again.
func FuzzListing(f *testing.F) {
	for _, line := range []string{"1 120", "+OK 1  abc def ", "", "0 x", "99999999999 y", "-1", "+OK", "\t2\t\xff\x00", "1"} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		entry, ok := parseListing(line, parseUIDL)
		if !ok {
			if strings.Trim(string(line), " \t\r") != "" {
				t.Fatalf("%q is no entry", line)
			}
			return
		}
		if usable := entry.Number >= 1 && entry.Number <= maxNumber; usable != (entry.Anomaly == Regular) {
			t.Fatalf("%q: number %d with anomaly %d", line, entry.Number, entry.Anomaly)
		}
		if !strings.Contains(string(line), entry.UIDL) {
			t.Fatalf("%q: the id %q is not part of it", line, entry.UIDL)
		}
		if entry.Anomaly == Regular {
			again, ok := parseListing(fmt.Appendf(nil, "%d %s", entry.Number, entry.UIDL), parseUIDL)
			if !ok || again != entry {
				t.Fatalf("%q: %+v became %+v", line, entry, again)
			}
		}
		sized, _ := parseListing(line, parseSize)
		if sized.Number != entry.Number || sized.Size < -1 {
			t.Fatalf("%q: %+v as a size, %+v as an id", line, sized, entry)
		}
	})
}
