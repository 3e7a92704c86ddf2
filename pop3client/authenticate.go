package pop3client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// errUnknown says that the server does not know a mechanism that it has
// announced: it refused before it could judge anything.
var errUnknown = errors.New("the mechanism is not known")

// Authenticate signs in by the best mechanism that the server announces, and
// asks for the capabilities again, because servers show some only then
// (pop3.md B1). The order is
//
//	SCRAM-SHA-256-PLUS, SCRAM-SHA-256, SCRAM-SHA-1-PLUS, SCRAM-SHA-1, PLAIN,
//	USER and PASS; LOGIN when there is none of these and the connection is protected
//
// with a password, and OAUTHBEARER, XOAUTH2 with a token, which excludes all
// others. [Options.Mechanisms] replaces it. APOP, CRAM-MD5 and EXTERNAL are
// never used unless named there; NTLM not at all. PLAIN, USER and tokens go
// over an unprotected connection only because the caller has opened one: with
// [STLS] and [TLS] there is none.
//
// A mechanism that the server announces and then does not know gives way to
// the next; a refusal of the credentials never does. When a server has -PLUS and
// knows no kind of channel binding that this connection has (RFC 9266,
// RFC 5929), that is a refusal too, mostly as [ErrTLS], for it is also what
// somebody in the middle brings about; Options.Mechanisms can name SCRAM
// without it. Line ends and NUL in
// credentials are [ErrArgument] before anything is sent (pop3.md C9). Bytes
// are sent as they are, blanks included, so a password that the server has in
// Latin-1 may be given in Latin-1 (pop3.md C10); only SCRAM prepares
// them by RFC 4013, and is passed over for those that cannot be prepared.
//
// A refusal is a [*ServerError]. It is [ErrInUse], [ErrLoginDelay],
// [ErrTemporary] or [ErrPermanent] when the server's code says so, or, from a
// server that gave no code, the words of the text (pop3.md C1). Without either
// it is [ErrAuth], but [ErrPermanent] where the server has announced
// AUTH-RESP-CODE, that is promised a code for wrong credentials. Mailbox faults
// without a code come as ErrAuth too (pop3.md C3), so a single one is no ground
// to forget a password. After a refusal Authenticate may be called again.
//
// When a token is refused, a newer one is asked for and tried, once (pop3.md C8).
func (c *Client) Authenticate(ctx context.Context, cred Credentials) error {
	if err := c.check(cred); err != nil {
		return err
	}
	c.concealing.add(cred.Password)
	names, err := c.choose(cred)
	if err != nil {
		return err
	}
	for _, name := range names {
		err = c.attempt(ctx, name, cred)
		if !errors.Is(err, errUnknown) {
			return err
		}
	}
	// None of them was known, so nothing has been judged.
	return fmt.Errorf("login: %w", asNoMechanism(err))
}

// asNoMechanism gives the refusal in err its meaning.
func asNoMechanism(err error) error {
	var refusal *ServerError
	if errors.As(err, &refusal) {
		refusal.kind = ErrNoMechanism
	}
	return refusal
}

// Login is Authenticate with a user name and a password.
func (c *Client) Login(ctx context.Context, user, password string) error {
	return c.Authenticate(ctx, Credentials{User: user, Password: password})
}

// Mechanism is what [Client.Authenticate] has signed in with: the SASL name, or
// "USER" or "APOP"; "" before.
func (c *Client) Mechanism() string { return c.mechanism }

func (c *Client) check(cred Credentials) error {
	if c.signedIn {
		return fmt.Errorf("%w: this session has signed in already", ErrArgument)
	}
	return cred.check(c.names("EXTERNAL"))
}

// attempt signs in by one mechanism.
func (c *Client) attempt(ctx context.Context, name string, cred Credentials) error {
	if name != "OAUTHBEARER" && name != "XOAUTH2" {
		return c.signIn(ctx, name, cred, "")
	}
	token, err := c.token(ctx, cred, false)
	if err != nil {
		return err
	}
	err = c.signIn(ctx, name, cred, token)
	if !errors.Is(err, ErrAuth) || c.ended != nil {
		return err
	}
	token, failure := c.token(ctx, cred, true)
	if failure != nil {
		return errors.Join(err, failure)
	}
	return c.signIn(ctx, name, cred, token)
}

// signIn runs one exchange and, after a yes, opens the next state.
func (c *Client) signIn(ctx context.Context, name string, cred Credentials, token string) error {
	return c.session(ctx, "login", func() error {
		if err := c.converse(name, cred, token); err != nil {
			return err
		}
		c.signedIn, c.mechanism = true, name
		if c.leavesCAPA() {
			return nil
		}
		c.caps = Capabilities{}
		return c.askCapabilities()
	})
}

func (c *Client) converse(name string, cred Credentials, token string) error {
	switch name {
	case "USER":
		return c.userPass(cred)
	case "APOP":
		return c.apop(cred)
	}
	x, err := c.exchange(name, cred, token)
	if err != nil {
		return err
	}
	return c.auth(name, x)
}

// userPass is the login of RFC 1939, section 7.
func (c *Client) userPass(cred Credentials) error {
	if _, err := c.ask(request{verb: "USER", args: []string{cred.User}, judges: true}); err != nil {
		return err
	}
	_, err := c.ask(request{verb: "PASS", args: []string{cred.Password}, shown: "PASS ***", judges: true})
	return hungUp(err)
}

// hungUp makes a server that hangs up instead of judging the credentials one
// that refuses them (pop3.md C5).
func hungUp(err error) error {
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, sign) {
			return fmt.Errorf("%w: %w", ErrAuth, err)
		}
	}
	return err
}
