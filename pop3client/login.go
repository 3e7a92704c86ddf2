package pop3client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// Login signs in with USER and PASS (RFC 1939, section 7) and asks for the
// capabilities again, because servers show some only then (pop3.md B1). Both
// arguments are sent as they are, in UTF-8, blanks included; line ends and NUL
// are [ErrArgument] before anything is sent (pop3.md C9).
//
// A refusal is a [*ServerError]. It is [ErrInUse], [ErrLoginDelay],
// [ErrTemporary] or [ErrPermanent] when the server's code says so, or, from a
// server that gave no code, the words of the text (pop3.md C1); it is
// [ErrAuth] in every other case. Mailbox faults without a code come as ErrAuth
// too (pop3.md C3), so a single one is no ground to forget a password. After a
// refusal Login may be called again.
func (c *Client) Login(ctx context.Context, user, password string) error {
	if err := checkArgument("user name", user); err != nil {
		return err
	}
	if err := checkArgument("password", password); err != nil {
		return err
	}
	return c.session(ctx, "login", func() error {
		if _, err := c.ask(request{verb: "USER", args: []string{user}, secret: password}); err != nil {
			return err
		}
		if _, err := c.ask(request{verb: "PASS", args: []string{password}, secret: password}); err != nil {
			return hungUp(err)
		}
		c.caps = Capabilities{}
		return c.askCapabilities()
	})
}

// hungUp makes a server that hangs up instead of answering PASS one that
// refuses (pop3.md C5).
func hungUp(err error) error {
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, sign) {
			return fmt.Errorf("%w: %w", ErrAuth, err)
		}
	}
	return err
}
