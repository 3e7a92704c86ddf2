package pop3client

import (
	"encoding/binary"
	"iter"
	"slices"
	"strings"
)

// Listings is what a server says of a whole mailbox, in the server's order. It
// is kept compactly: an entry takes its unique id and about five octets.
// The zero value is an empty mailbox.
type Listings struct {
	// Count and Octets are those of STAT; Count is -1 when the server refuses it
	// or gives none, which only means that the listing has to tell (pop3.md E8, E9).
	Count  int
	Octets int64
	// NoUIDL is the refusal of UIDL, under the rule of [Client.UIDL]: the
	// entries come from LIST and have no ids. Nil: they come from UIDL.
	NoUIDL error

	table    table
	repeated []int32 // numbers that more than one entry has, ascending
}

// Len is how many messages are listed.
func (l *Listings) Len() int { return l.table.entries }

// Anomalous reports whether an entry has an anomaly. Then nothing must be
// deleted in this session (pop3.md E8, G5).
func (l *Listings) Anomalous() bool { return l.table.anomalous || len(l.repeated) > 0 }

// All yields the entries, each with its number, size and unique id as far as
// they were told. The ids share memory with the whole listing: who keeps a few
// of many clones them ([strings.Clone]).
func (l *Listings) All() iter.Seq[Listing] {
	return func(yield func(Listing) bool) {
		for entry := range l.table.all() {
			if _, twice := slices.BinarySearch(l.repeated, int32(entry.Number)); twice {
				entry.Anomaly = Repeated
			}
			if !yield(entry) {
				return
			}
		}
	}
}

// Sizes of the blocks that a table is kept in, the first and the usual one.
const (
	firstBlock = 4 << 10
	block      = 64 << 10
)

// table holds entries one after the other: the difference to the number before
// with the anomaly, the size plus one and the length of the id, each as a
// varint, and the id. Blocks are never moved, so growing needs no more memory
// than what is added.
type table struct {
	blocks  []string
	open    strings.Builder // the last block
	scratch []byte

	entries   int
	last      int // number of the last entry
	unsorted  bool
	anomalous bool
}

// add appends an entry; its UIDL is id.
func (t *table) add(entry Listing, id []byte) {
	t.unsorted = t.unsorted || entry.Number <= t.last
	t.anomalous = t.anomalous || entry.Anomaly != Regular
	record := binary.AppendVarint(t.scratch[:0], int64(entry.Number-t.last)<<anomalyBits|int64(entry.Anomaly))
	record = binary.AppendUvarint(record, uint64(entry.Size)+1)
	record = binary.AppendUvarint(record, uint64(len(id)))
	if len(record)+len(id) > t.open.Cap()-t.open.Len() {
		t.seal(len(record) + len(id))
	}
	t.open.Write(record)
	t.open.Write(id)
	t.scratch = record
	t.last = entry.Number
	t.entries++
}

// anomalyBits is how many bits an Anomaly needs.
const anomalyBits = 3

// seal ends the last block and begins one with room for need octets.
func (t *table) seal(need int) {
	t.close()
	size := block
	if len(t.blocks) == 0 {
		size = firstBlock
	}
	t.open.Grow(max(size, need))
}

// close makes everything that was added part of the blocks.
func (t *table) close() {
	if t.open.Len() > 0 {
		t.blocks = append(t.blocks, t.open.String())
	}
	t.open = strings.Builder{}
}

// all yields the entries of a table that was closed.
func (t *table) all() iter.Seq[Listing] {
	return func(yield func(Listing) bool) {
		c := cursor{blocks: t.blocks}
		for {
			entry, ok := c.next()
			if !ok || !yield(entry) {
				return
			}
		}
	}
}

// cursor walks over the blocks of a table.
type cursor struct {
	blocks []string
	at     int // octets of the first block that are done
	last   int
}

func (c *cursor) next() (Listing, bool) {
	if len(c.blocks) > 0 && c.at == len(c.blocks[0]) {
		c.blocks, c.at = c.blocks[1:], 0
	}
	if len(c.blocks) == 0 {
		return Listing{}, false
	}
	head := c.varint()
	step := int64(head>>1) ^ -int64(head&1) // as binary.AppendVarint has it
	size := c.varint()
	length := int(c.varint())
	c.last += int(step >> anomalyBits)
	entry := Listing{
		Number:  c.last,
		Size:    int64(size - 1),
		UIDL:    c.blocks[0][c.at : c.at+length],
		Anomaly: Anomaly(step & (1<<anomalyBits - 1)),
	}
	c.at += length
	return entry, true
}

func (c *cursor) varint() uint64 {
	var v uint64
	for shift := 0; ; shift += 7 {
		b := c.blocks[0][c.at]
		c.at++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}

// repeats returns the numbers that several entries of the table have.
func (t *table) repeats() []int32 {
	if !t.unsorted {
		return nil // as nearly every server sends it
	}
	var numbers, twice []int32
	for entry := range t.all() {
		if entry.Number > 0 {
			numbers = append(numbers, int32(entry.Number))
		}
	}
	slices.Sort(numbers)
	for i := 1; i < len(numbers); i++ {
		if numbers[i] == numbers[i-1] {
			twice = append(twice, numbers[i])
		}
	}
	return slices.Compact(twice)
}

// sizes finds the size of a message in the table of LIST. It is quick when it is
// asked in the order of that table, and otherwise as long as the table is sorted.
type sizes struct {
	cursor cursor
	entry  Listing
	more   bool
	sorted []sizeOf // used when the orders differ; made when needed
	table  *table
}

type sizeOf struct {
	number int32
	size   int64
}

func newSizes(t *table) *sizes {
	s := &sizes{table: t, cursor: cursor{blocks: t.blocks}}
	s.entry, s.more = s.cursor.next()
	return s
}

// of returns the size of message n; -1 when it is not known.
func (s *sizes) of(n int) int64 {
	if s.sorted == nil && s.more && s.entry.Number == n {
		size := s.entry.Size
		s.entry, s.more = s.cursor.next()
		return size
	}
	if s.table.entries == 0 {
		return -1
	}
	if s.sorted == nil {
		s.sort()
	}
	i, found := slices.BinarySearchFunc(s.sorted, n, func(each sizeOf, n int) int { return int(each.number) - n })
	if !found {
		return -1
	}
	return s.sorted[i].size
}

func (s *sizes) sort() {
	s.sorted = make([]sizeOf, 0, s.table.entries)
	for entry := range s.table.all() {
		s.sorted = append(s.sorted, sizeOf{int32(entry.Number), entry.Size})
	}
	slices.SortStableFunc(s.sorted, func(a, b sizeOf) int { return int(a.number) - int(b.number) })
}
