package pop3client

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Retrieve writes message n to w (RETR) and returns how many octets it wrote.
// They are exactly those that the server stores: the stuffed dots are removed
// and the terminator left out, every line end is as it came, and a message of
// a header alone ends there (pop3.md F4). The message is never in memory as a
// whole. A message that the server refuses costs the session nothing
// (pop3.md F1).
//
// Only an error of nil, or [ErrSalvaged], means that the message is complete.
// After [ErrTruncated], [ErrTooLarge] or an error of w, forget what w has got;
// the connection has been dropped without QUIT.
//
// No QUIT before everything that was retrieved is safely stored: it may delete
// or hide what was read (pop3.md F7).
func (c *Client) Retrieve(ctx context.Context, n int, w io.Writer) (int64, error) {
	return c.RetrieveSized(ctx, n, 0, w)
}

// RetrieveSized is Retrieve for a message whose size LIST has told. The size
// only helps where the end of the message is in doubt (pop3.md D1, D4, D5);
// below 1 it is that of the server's reply to RETR, if it names one.
func (c *Client) RetrieveSized(ctx context.Context, n int, size int64, w io.Writer) (int64, error) {
	if err := checkNumber(n); err != nil {
		return 0, err
	}
	var wrote int64
	err := c.session(ctx, "retrieve message "+strconv.Itoa(n), func() error {
		s, err := c.ask(request{verb: "RETR", args: []string{strconv.Itoa(n)}})
		if err != nil {
			return err
		}
		if size < 1 {
			size = announcedSize(s.rest)
		}
		wrote, err = c.multiline(body{status: s, max: c.opts.MaxMessage, size: size}, w)
		return err
	})
	return wrote, err
}

// announcedSize reads "120 octets" (RFC 1939, section 5); 0 for anything else.
func announcedSize(text string) int64 {
	first, _, _ := strings.Cut(text, " ")
	n, _ := parseNumber(first)
	return n
}

// Top writes the header of message n and the first lines of its body to w
// (TOP; RFC 1939, section 7), under the promises of [Client.Retrieve]. It is
// for looking, never for keeping: servers cut it, stretch it and forget to
// stuff it (pop3.md F6). Servers without it refuse (pop3.md F5).
func (c *Client) Top(ctx context.Context, n, lines int, w io.Writer) error {
	if err := checkNumber(n); err != nil {
		return err
	}
	if lines < 0 {
		return fmt.Errorf("%w: %d lines", ErrArgument, lines)
	}
	return c.session(ctx, "look at message "+strconv.Itoa(n), func() error {
		s, err := c.ask(request{verb: "TOP", args: []string{strconv.Itoa(n), strconv.Itoa(lines)}})
		if err != nil {
			return err
		}
		_, err = c.multiline(body{status: s, max: c.opts.MaxMessage}, w)
		return err
	})
}
