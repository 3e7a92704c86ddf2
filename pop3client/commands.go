package pop3client

import (
	"context"
	"errors"
	"strconv"
)

// Delete marks message n for deletion (DELE). The server deletes it when
// [Client.Quit] succeeds, and not before. A refusal is not fatal (pop3.md G4).
func (c *Client) Delete(ctx context.Context, n int) error {
	if err := checkNumber(n); err != nil {
		return err
	}
	_, err := c.single(ctx, "delete message "+strconv.Itoa(n), "DELE", strconv.Itoa(n))
	return err
}

// Reset takes all marks for deletion back (RSET), and on some servers the marks
// of what was read as well; it is never sent unasked (pop3.md G8).
func (c *Client) Reset(ctx context.Context) error {
	_, err := c.single(ctx, "reset", "RSET")
	return err
}

// Noop does nothing (NOOP), so that the server sees that somebody is there.
func (c *Client) Noop(ctx context.Context) error {
	_, err := c.single(ctx, "do nothing", "NOOP")
	return err
}

// Quit ends the session (QUIT) and closes the connection, whatever the reply.
// Only nil means that the server has deleted what was marked; after an error
// some or none of it is gone (RFC 1939, section 6; pop3.md G1).
func (c *Client) Quit(ctx context.Context) error {
	_, err := c.single(ctx, "quit", "QUIT")
	if c.ended == nil {
		c.ended = errors.New("Quit was called")
	}
	c.Close()
	return err
}

// single runs a command whose reply is one line. Which commands those are is
// decided here and nowhere else (pop3.md D15): LIST and UIDL are of one line
// with a number, and of many without.
func (c *Client) single(ctx context.Context, what, verb string, args ...string) (status, error) {
	var s status
	err := c.session(ctx, what, func() (err error) {
		s, err = c.ask(request{verb: verb, args: args})
		return err
	})
	return s, err
}
