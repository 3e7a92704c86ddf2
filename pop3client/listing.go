package pop3client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxNumber is the highest message number that is believed (pop3.md E8).
const maxNumber = 1<<31 - 1

// maxDigits is how many digits of a number are looked at.
const maxDigits = 19

// Listing is a line of LIST or UIDL: what the server says of one message.
type Listing struct {
	// Number is the message in this session, from 1; 0 in a line without a
	// usable number.
	Number int
	// Size is that of LIST, in octets; -1 when not told or unreadable. It is a
	// hint (pop3.md E11): servers count line ends, and more, differently.
	Size int64
	// UIDL is the unique id, the bytes that the server sent, up to the length
	// of a line; blanks at its ends are removed, blanks within are part of it
	// (pop3.md E4). "" when not told, and from servers that have none for a
	// message (pop3.md E5). Two messages may have the same (pop3.md E1).
	UIDL string
	// Anomaly says what is wrong with the line. With any in a listing, nothing
	// must be deleted in this session (pop3.md E8, G5).
	Anomaly Anomaly
}

// Anomaly is a fault of a line in a listing that does not spoil the others.
type Anomaly int

const (
	Regular    Anomaly = iota
	Repeated           // another line of the same listing has this number too
	OutOfRange         // the number is 0 or above 2^31 - 1
	Unreadable         // the line does not begin with a number
	TooLong            // the line exceeds Options.MaxListingLine; its id is left out
)

// Stat asks how many messages there are, and how many octets (STAT; RFC 1939,
// section 5). The octets are a hint: 0 when absent or unreadable, and capped at
// the largest int64 (pop3.md E9). A reply without a count is ErrProtocol; the
// session goes on, and UIDL tells the truth.
func (c *Client) Stat(ctx context.Context) (count int, octets int64, err error) {
	s, err := c.single(ctx, "count messages", "STAT")
	if err != nil {
		return 0, 0, err
	}
	return parseStat(s.rest)
}

// parseStat reads what follows +OK in the reply to STAT.
func parseStat(text string) (count int, octets int64, err error) {
	first, rest, _ := strings.Cut(text, " ")
	n, ok := parseNumber(first)
	if !ok || n > maxNumber {
		return 0, 0, fmt.Errorf("%w: reply to STAT has no count", ErrProtocol)
	}
	if fields := strings.Fields(rest); len(fields) > 0 {
		octets, _ = parseNumber(fields[0])
	}
	return int(n), octets, nil
}

// List asks for the sizes of all messages (LIST), in the server's order.
// Deleted messages and gaps are not in it.
func (c *Client) List(ctx context.Context) ([]Listing, error) {
	return c.listings(ctx, "LIST", parseSize)
}

// UIDL asks for the unique ids of all messages (UIDL; RFC 1939, section 7), in
// the server's order, which is any (pop3.md E13). It is the truth about what
// there is (pop3.md E8).
//
// A server that refuses the command has no unique ids ([ErrPermanent]), unless
// it has announced the capability: then the error is [ErrTemporary]
// (pop3.md B2).
func (c *Client) UIDL(ctx context.Context) ([]Listing, error) {
	return c.listings(ctx, "UIDL", parseUIDL)
}

// ListOne is List for message n alone.
func (c *Client) ListOne(ctx context.Context, n int) (Listing, error) {
	return c.listing(ctx, "LIST", n, parseSize)
}

// UIDLOne is UIDL for message n alone.
func (c *Client) UIDLOne(ctx context.Context, n int) (Listing, error) {
	return c.listing(ctx, "UIDL", n, parseUIDL)
}

// listings reads a list. An incomplete list is none: nothing must be inferred
// from it.
func (c *Client) listings(ctx context.Context, verb string, value func(*Listing, string)) ([]Listing, error) {
	var list []Listing
	lines := lineWriter{max: c.opts.MaxListingLine, each: func(line []byte, cut bool) error {
		entry, ok := parseListing(line, value)
		if !ok {
			return nil
		}
		if cut {
			entry.Anomaly, entry.UIDL = TooLong, ""
		}
		if len(list) >= c.opts.MaxListings {
			return fmt.Errorf("%w of %d messages", ErrTooLarge, c.opts.MaxListings)
		}
		list = append(list, entry)
		return nil
	}}
	err := c.session(ctx, "list messages", func() error {
		s, err := c.ask(request{verb: verb})
		if err != nil {
			return c.notForGood(verb, err)
		}
		_, err = c.multiline(body{status: s, max: c.opts.MaxListingOctets}, &lines)
		return err
	})
	if err != nil {
		return nil, err
	}
	markRepeated(list)
	return list, nil
}

// notForGood turns the refusal of UIDL into a temporary one where the server
// has announced it (pop3.md B2): to conclude that there are no unique ids would
// mean to collect everything again.
func (c *Client) notForGood(verb string, err error) error {
	var refusal *ServerError
	if verb == "UIDL" && errors.As(err, &refusal) && refusal.kind == ErrPermanent && (c.caps.Has(verb) || c.owesCAPA) {
		refusal.kind = ErrTemporary
	}
	return err
}

func (c *Client) listing(ctx context.Context, verb string, n int, value func(*Listing, string)) (Listing, error) {
	if err := checkNumber(n); err != nil {
		return Listing{}, err
	}
	s, err := c.single(ctx, "list message "+strconv.Itoa(n), verb, strconv.Itoa(n))
	if err != nil {
		return Listing{}, err
	}
	entry, ok := parseOne(s.rest, n, value)
	if !ok {
		return Listing{}, fmt.Errorf("%w: reply to %s %d is about something else", ErrProtocol, verb, n)
	}
	return entry, nil
}

// parseOne reads what follows +OK in the listing of message n alone.
func parseOne(rest string, n int, value func(*Listing, string)) (Listing, bool) {
	entry, _ := parseListing([]byte(rest), value)
	switch {
	case entry.Number == n:
		return entry, true
	case rest != "" && !strings.ContainsAny(rest, " \t"):
		// Some servers leave the number out (pop3.md E12).
		entry = Listing{Number: n, Size: -1}
		value(&entry, rest)
		return entry, true
	}
	return Listing{}, false
}

// parseListing reads a line of a listing; a blank line is none.
func parseListing(line []byte, value func(*Listing, string)) (Listing, bool) {
	entry, rest, ok := splitListing(line)
	if ok && entry.Anomaly != Unreadable {
		value(&entry, string(rest))
	}
	return entry, ok
}

// splitListing is parseListing up to the value, which is the rest. Some servers
// begin every line with +OK, or with blanks, or put several blanks between the
// number and the value (pop3.md D13).
func splitListing(line []byte) (entry Listing, rest []byte, ok bool) {
	line = bytes.Trim(line, " \t\r")
	if rest, found := cutIndicator(line, "+OK"); found && len(rest) < len(line)-len("+OK") {
		line = rest
	}
	if len(line) == 0 {
		return Listing{}, nil, false
	}
	entry = Listing{Size: -1}
	end := bytes.IndexAny(line, " \t")
	if end < 0 {
		end = len(line)
	}
	n, readable := parseNumber(string(line[:end]))
	switch {
	case !readable:
		entry.Anomaly = Unreadable
		return entry, nil, true
	case n < 1 || n > maxNumber:
		entry.Anomaly = OutOfRange
	default:
		entry.Number = int(n)
	}
	return entry, bytes.Trim(line[end:], " \t\r"), true
}

func parseUIDL(entry *Listing, value string) { entry.UIDL = value }

func parseSize(entry *Listing, value string) { entry.Size = sizeIn(value) }

// sizeIn reads the size that follows a number; -1 for anything else.
func sizeIn(value string) int64 {
	first, _, _ := strings.Cut(value, " ")
	if n, ok := parseNumber(first); ok {
		return n
	}
	return -1
}

// parseNumber reads digits. What does not fit is the largest int64.
func parseNumber(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	s = strings.TrimLeft(s, "0")
	if s == "" {
		return 0, true
	}
	if len(s) > maxDigits {
		return 1<<63 - 1, true
	}
	n, _ := strconv.ParseInt(s, 10, 64) // on overflow it is the largest as well
	return n, true
}

// markRepeated flags the lines that share their number with another.
func markRepeated(list []Listing) {
	ascending := true
	for i := 1; i < len(list) && ascending; i++ {
		ascending = list[i-1].Number < list[i].Number
	}
	if ascending {
		return // as nearly every server sends it
	}
	order := make([]int32, len(list))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(list[a].Number, list[b].Number) })
	for i := 1; i < len(order); i++ {
		a, b := &list[order[i-1]], &list[order[i]]
		if a.Number == b.Number && a.Number > 0 {
			a.Anomaly, b.Anomaly = Repeated, Repeated
		}
	}
}
