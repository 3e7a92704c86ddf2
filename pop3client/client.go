package pop3client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// maxCommand is the longest command line that is sent. RFC 2449, section 4,
// allows 255 octets and long passwords exist; Dovecot ends the session of a
// client whose line exceeds 2048 (pop3.md H5).
const maxCommand = 2048

// maxBlankLines is how many empty lines are passed over where a status is due:
// Office 365 sends one after DELE (pop3.md D12).
const maxBlankLines = 3

// Client is one POP3 session.
type Client struct {
	opts Options
	wire *wire

	ended  error // why the session is over; nil while it is not
	plain  bool  // nothing protects the connection
	caps   Capabilities
	traits Traits

	owesCAPA bool // caps are those before login

	address    Address // zero when New was given the connection
	challenge  string  // what the greeting says for APOP; "" without
	signedIn   bool
	mechanism  string // that signed in
	refusesCB  bool   // a SCRAM mechanism with channel binding was announced and not known
	concealing concealer

	roundTrip roundTrip
	rate      rate
}

// Traits are habits of a server that showed during the session and are worth
// remembering for the next.
type Traits struct {
	// NoCAPA: asking for capabilities made the server hang or hang up, so they
	// were not asked for (pop3.md A7). Set Options.SkipCAPA next time.
	NoCAPA bool
	// NoStuffing: the server does not double leading dots (pop3.md D3). A line
	// of one dot ends its messages early, and of two leading dots one is lost:
	// do not trust a message whose size is not the listed one.
	NoStuffing bool
	// PipeliningProven: the server announces PIPELINING, and messages that were
	// retrieved in flight are those that it sends alone (pop3.md H2). Set
	// Options.PipeliningProven next time.
	PipeliningProven bool
	// PipeliningBroken: the server announces PIPELINING, and its replies do not
	// match the commands in flight (pop3.md D12, H2). Set Options.MaxInFlight to
	// 1 from now on. The same comes of a server that lists wrong sizes, for a
	// message with a line that looks like a reply: it cannot be told apart.
	PipeliningBroken bool
	// HungUpInFlight is how many commands were in flight when the server hung up
	// on them; 0 when it did not. Set Options.MaxInFlight to half of it next
	// time, and to 1 after the second time (pop3.md H3).
	HungUpInFlight int
}

// Traits returns what showed so far.
func (c *Client) Traits() Traits { return c.traits }

// Close drops the connection without QUIT: the server deletes nothing. It may
// be called at any time, also more than once and while another call is running.
func (c *Client) Close() error {
	c.wire.cutOff()
	return c.wire.close()
}

// session runs one exchange under ctx. An error other than a refusal ends the
// session, because what arrives next could belong to anything.
func (c *Client) session(ctx context.Context, what string, exchange func() error) error {
	if c.ended == nil && c.wire.isCut() {
		c.ended = errors.New("it was closed")
	}
	if c.ended != nil {
		return fmt.Errorf("%s: %w: %v", what, ErrClosed, c.ended)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", what, context.Cause(ctx))
	}
	release := c.wire.watch(ctx)
	err := exchange()
	release()

	var refusal *ServerError
	if err != nil && !errors.As(err, &refusal) {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		c.ended = err
		c.wire.close()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// request is one command.
type request struct {
	verb   string
	args   []string
	shown  string    // what a trace shows instead of the line; "" for the line itself
	judges bool      // the reply is the server's word on the credentials
	until  time.Time // for the status line; zero means Options.ReplyTimeout from now
}

// ask sends a command and reads the status line of its reply. A refusal is a
// *ServerError.
func (c *Client) ask(r request) (status, error) {
	if r.until.IsZero() {
		r.until = time.Now().Add(c.opts.ReplyTimeout)
	}
	line := strings.Join(append([]string{r.verb}, r.args...), " ")
	start := time.Now()
	if err := c.put(line, r); err != nil {
		return status{}, err
	}
	s, err := c.status(r)
	c.roundTrip.note(time.Since(start))
	return s, err
}

// put sends one line of r, alone.
func (c *Client) put(line string, r request) error {
	if err := c.unasked(r.verb); err != nil {
		return err
	}
	c.traceSent(cmp.Or(r.shown, line))
	if err := c.wire.send([]byte(line+"\r\n"), r.until); err != nil {
		return fmt.Errorf("send %s: %w", r.verb, err)
	}
	return nil
}

// unasked makes sure that nothing has come unasked: it would be taken for the
// reply to the next command, which what names.
func (c *Client) unasked(what string) error {
	if len(bytes.Trim(c.wire.unread(), "\r\n")) > 0 {
		return fmt.Errorf("%w: it sent something unasked before %s", ErrProtocol, what)
	}
	return nil
}

// status reads the status line that answers r.
func (c *Client) status(r request) (status, error) {
	for range maxBlankLines + 1 {
		line, lf, err := c.wire.line(c.opts.MaxStatusLine, r.until)
		if err != nil {
			return status{}, fmt.Errorf("reply to %s: %w", r.verb, err)
		}
		c.traceReceived(line)
		if len(line) == 0 {
			continue
		}
		s, known := parseStatus(line)
		if !known {
			break
		}
		s.lf = lf
		if !s.ok {
			return s, c.refusal(r, s.rest)
		}
		return s, nil
	}
	return status{}, fmt.Errorf("%w: reply to %s has no status", ErrProtocol, r.verb)
}

// checkArgument refuses what would end the command line early (pop3.md C9) or
// make it too long. The argument itself stays out of the error.
func checkArgument(what, s string) error {
	if s == "" {
		return fmt.Errorf("%w: the %s is empty", ErrArgument, what)
	}
	if strings.ContainsAny(s, "\r\n\x00") {
		return fmt.Errorf("%w: the %s contains a line end or NUL", ErrArgument, what)
	}
	if len(s) > maxCommand-len("USER \r\n") {
		return fmt.Errorf("%w: the %s is longer than a command may be", ErrArgument, what)
	}
	return nil
}

// checkNumber refuses what cannot be the number of a message.
func checkNumber(n int) error {
	if n < 1 || n > maxNumber {
		return fmt.Errorf("%w: %d is not a message number", ErrArgument, n)
	}
	return nil
}
