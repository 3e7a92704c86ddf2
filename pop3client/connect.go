package pop3client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// errDeaf says that CAPA made the server hang or hang up.
var errDeaf = errors.New("CAPA is not answered")

// Connect dials the server, secures the connection as the address demands,
// reads the greeting and asks for the capabilities. A server that cannot stand
// CAPA is dialled once more and not asked (pop3.md A7); see [Traits].
//
// An address with [STLS] means that nothing but CAPA and STLS is ever sent in
// the clear (pop3.md A4): without STLS the error is [ErrNoSTLS].
//
// A greeting of -ERR is a [*ServerError] with an empty Command.
func Connect(ctx context.Context, a Address, o *Options) (*Client, error) {
	opts := o.filled()
	c, err := connect(ctx, a, opts)
	if errors.Is(err, errDeaf) {
		opts.SkipCAPA = true
		c, err = connect(ctx, a, opts)
		if err == nil {
			c.traits.NoCAPA = true
		}
	}
	return c, err
}

// New starts a session on a connection that is already there: it reads the
// greeting and asks for the capabilities. The connection belongs to the Client
// from then on; when New fails it is closed. A *[tls.Conn] must have finished
// its handshake, and counts as protected; any other does not. Unlike [Connect],
// New cannot dial again for a server that hangs at CAPA: that is an error here.
func New(ctx context.Context, conn net.Conn, o *Options) (*Client, error) {
	opts := o.filled()
	_, secured := conn.(*tls.Conn)
	c := newClient(conn, opts, !secured)
	err := c.session(ctx, "start a session", func() error {
		if err := c.greeting(time.Now().Add(opts.ConnectTimeout)); err != nil {
			return err
		}
		return c.askCapabilities()
	})
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func newClient(conn net.Conn, opts Options, plain bool) *Client {
	return &Client{opts: opts, wire: newWire(conn, &opts), plain: plain}
}

func connect(ctx context.Context, a Address, opts Options) (*Client, error) {
	until := time.Now().Add(opts.ConnectTimeout)
	conn, err := dialWithin(ctx, a, opts)
	if err != nil {
		return nil, fmt.Errorf("connect to %v: %w", a, err)
	}
	c := newClient(conn, opts, true)
	c.address = a
	if err := c.open(ctx, a, until); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// dialWithin opens the TCP connection in the time that it may take.
func dialWithin(ctx context.Context, a Address, opts Options) (net.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, min(opts.DialTimeout, opts.ConnectTimeout))
	defer cancel()
	conn, err := opts.Dial(limited, "tcp", a.HostPort())
	var network net.Error
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case limited.Err() != nil, errors.As(err, &network) && network.Timeout():
		return nil, fmt.Errorf("%w: %w", ErrTimeout, err)
	}
	return nil, err
}

// open brings a fresh connection to the point where a login may follow. One
// deadline covers all of it that is not CAPA (pop3.md A5).
func (c *Client) open(ctx context.Context, a Address, until time.Time) error {
	return c.session(ctx, "connect to "+a.String(), func() error {
		if a.Security == TLS {
			if err := c.handshake(ctx, a.Host, until); err != nil {
				return err
			}
		}
		if err := c.greeting(until); err != nil {
			return err
		}
		if err := c.askCapabilities(); err != nil {
			return err
		}
		if a.Security != STLS {
			return nil
		}
		if err := c.startTLS(ctx, a.Host, until); err != nil {
			return err
		}
		return c.askCapabilities()
	})
}

// greeting reads the first line of the server (pop3.md A1).
func (c *Client) greeting(until time.Time) error {
	line, _, err := c.wire.line(c.opts.MaxStatusLine, until)
	if err == nil {
		c.traceReceived(line)
	}
	first := line
	if err != nil {
		first = c.wire.unread()
	}
	if c.plain && len(first) > 0 && looksLikeTLS(first[0]) {
		return fmt.Errorf("%w: the server speaks TLS from the first byte on this port; write pop3s:// and the port", ErrTLS)
	}
	if err == errExpired && c.plain {
		return fmt.Errorf("no greeting (perhaps the port wants TLS from the first byte: pop3s://): %w", err)
	}
	if err != nil {
		return fmt.Errorf("no greeting: %w", err)
	}
	s, known := parseStatus(line)
	if !known {
		// Its words are not repeated: whoever types in addresses must not
		// learn what answers there.
		return fmt.Errorf("%w: the greeting is not one of POP3", ErrProtocol)
	}
	if !s.ok {
		return c.refusal(request{}, s.rest)
	}
	c.challenge = findChallenge(s.rest)
	return nil
}

// startTLS asks for TLS and secures the connection, or fails: there is no
// going on without (pop3.md A4).
func (c *Client) startTLS(ctx context.Context, host string, until time.Time) error {
	// A server that refuses CAPA may still have STLS.
	if c.caps.Known() && !c.caps.Has("STLS") {
		return ErrNoSTLS
	}
	if _, err := c.ask(request{verb: "STLS", until: until}); err != nil {
		return err
	}
	// What is here already came in the clear and would be read as if it had
	// been protected. It is an attack or a broken server (pop3.md A3).
	if n := len(c.wire.unread()); n > 0 {
		return fmt.Errorf("%w: %d octets in the clear after the reply to STLS", ErrProtocol, n)
	}
	return c.handshake(ctx, host, until)
}

// handshake secures the connection. What was learnt before it is forgotten
// (pop3.md A6).
func (c *Client) handshake(ctx context.Context, host string, until time.Time) error {
	conn := tls.Client(c.wire.raw, c.opts.tlsConfig(host))
	if limit := time.Now().Add(c.opts.HandshakeTimeout); limit.Before(until) {
		until = limit
	}
	c.wire.limit(until)
	err := conn.HandshakeContext(ctx)
	var record tls.RecordHeaderError
	switch {
	case err == nil:
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("TLS handshake: %w", c.wire.explain(err))
	case errors.As(err, &record) && looksLikePOP3(record.RecordHeader):
		return fmt.Errorf("%w: the server speaks without TLS on this port; write pop3:// and the port, for STLS: %w", ErrTLS, err)
	default:
		return fmt.Errorf("%w: %w", ErrTLS, err)
	}
	c.wire.secure(conn)
	c.plain = false
	c.caps = Capabilities{}
	return nil
}

// looksLikeTLS reports whether a first byte is that of a handshake or alert
// record, which no greeting begins with (pop3.md A8).
func looksLikeTLS(b byte) bool { return b == 0x15 || b == 0x16 }

// looksLikePOP3 reports whether a greeting stands where a TLS record was due.
func looksLikePOP3(header [5]byte) bool {
	return string(header[:3]) == "+OK" || string(header[:4]) == "-ERR"
}
