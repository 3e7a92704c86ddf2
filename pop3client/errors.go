package pop3client

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
)

// What callers tell apart. After all but those marked (*) the connection has
// ended; a (*) in the middle of a session leaves it usable.
var (
	// ErrAuth (*): the server refuses the user name, the password or the token.
	// A server that hangs up instead of judging them is taken to refuse as well
	// (pop3.md C5); that error also is [ErrClosed], and softer evidence.
	ErrAuth = errors.New("the server refuses the user name or the password")
	// ErrNoMechanism (*): there is no way to sign in that the server offers and
	// the caller allows. No credential was sent.
	ErrNoMechanism = errors.New("no way to sign in that both sides allow")
	// ErrImpostor: the server has said yes without proof that it knows the
	// password, which SCRAM demands of it (RFC 5802, section 5).
	ErrImpostor = errors.New("the server does not prove that it knows the password")
	// ErrInUse (*): another session holds the mailbox ([IN-USE], pop3.md C1).
	ErrInUse = errors.New("the mailbox is in use by another session")
	// ErrLoginDelay (*): the last login was too recent ([LOGIN-DELAY], RFC 2449,
	// section 8.1.1). ServerError.Wait says for how long, if the server does.
	ErrLoginDelay = errors.New("the server wants more time between two logins")
	// ErrTemporary (*): the server cannot now and may later ([SYS/TEMP], RFC 3206).
	ErrTemporary = errors.New("the server has a temporary fault")
	// ErrPermanent (*): any other refusal. Trying again will not help.
	ErrPermanent = errors.New("the server refuses")
	// ErrUTF8 (*): the message cannot be had without [Client.UTF8] before login
	// ([UTF8], RFC 6856, section 5; pop3.md F10). It also is ErrPermanent.
	ErrUTF8 = fmt.Errorf("%w: the message needs UTF8", ErrPermanent)
	// ErrArgument (*): an argument that must not be sent, such as one with CR, LF
	// or NUL (pop3.md C9), or a message number below 1. Nothing was sent.
	ErrArgument = errors.New("argument not allowed")

	// ErrProtocol: what the server sent is not POP3. (*) only from Stat, ListOne
	// and UIDLOne, for a reply that is well framed and unreadable.
	ErrProtocol = errors.New("the server does not speak POP3 properly")
	// ErrTLS: the handshake failed. The reason stays within reach: errors.As
	// finds a *tls.CertificateVerificationError and the x509 errors in it. Or the
	// server says in SCRAM that its end of TLS is not this one (RFC 5802).
	ErrTLS = errors.New("no secure connection")
	// ErrNoSTLS: the address demands STLS and the server does not offer it or
	// refuses it. No credential was sent.
	ErrNoSTLS = errors.New("the server offers no STLS")
	// ErrTimeout: a wait of [Options] came to its end.
	ErrTimeout = errors.New("the server took too long")
	// ErrTruncated: a list or a message broke off before its terminator (pop3.md
	// D6; after it, hanging up is no fault, with or without the end of TLS, D17). When it
	// was silence that ended it, the error also is ErrTimeout.
	ErrTruncated = errors.New("broken off before its end")
	// ErrTooLarge: a list or a message exceeds a limit of [Options].
	ErrTooLarge = errors.New("larger than the limit")
	// ErrSalvaged comes with a message that was written whole as far as its size
	// tells, but whose terminator was not where it belongs (pop3.md D1, D4, D5).
	// Keep the message; delete nothing in this session.
	ErrSalvaged = errors.New("whole by its size, but without a proper end")
	// ErrInterrupted: the session ended while this was under way behind something
	// else, or on trial. Nothing is known of it.
	ErrInterrupted = errors.New("the session ended before its turn")
	// ErrClosed: the connection is gone: the server hung up where a reply was
	// due, the network broke, or the Client was used after its end.
	ErrClosed = errors.New("the connection is closed")
)

// ServerError is the server's refusal of a command (-ERR). It unwraps to the
// sentinel that it means: ErrAuth, ErrInUse, ErrLoginDelay, ErrTemporary,
// ErrPermanent, ErrUTF8 or ErrNoSTLS.
type ServerError struct {
	Command string // such as "PASS", without arguments; "" for the greeting
	Code    string // response code (RFC 2449, section 8) in upper case, such as "SYS/TEMP"; "" without one
	Text    string // the server's words without control characters, at most 512 characters; still untrusted

	// Plain means that the words came over an unprotected connection, so that
	// anyone on the way may have written them (pop3.md A2).
	Plain bool

	// Wait is the time until the next login, where the server names one in its
	// words or in the capability LOGIN-DELAY, at most a day. It is 0 without one
	// and for all but ErrLoginDelay.
	Wait time.Duration

	kind error
}

func (e *ServerError) Error() string {
	what := e.Command
	if what == "" {
		what = "greeting"
	}
	if e.Code != "" {
		what += " [" + e.Code + "]"
	}
	if e.Text == "" {
		return fmt.Sprintf("%s: %v", what, e.kind)
	}
	return fmt.Sprintf("%s: %v: %q", what, e.kind, e.Text)
}

func (e *ServerError) Unwrap() error { return e.kind }

// refusal reads what follows "-ERR". Credentials in it become "***": some
// servers repeat what they refuse.
func (c *Client) refusal(r request, rest string) *ServerError {
	code, text := splitCode(rest)
	text = cleaned(text)
	kind := meaning(code)
	switch {
	case r.verb == "STLS":
		// A code in the clear must not make a stripped STLS look like a fault
		// that passes (pop3.md A4).
		kind = ErrNoSTLS
	case kind == nil:
		kind = c.guess(r, code, text)
	}
	e := &ServerError{Command: r.verb, Code: code, Plain: c.plain, kind: kind}
	if kind == ErrLoginDelay {
		e.Wait = cmp.Or(waitIn(text), c.caps.LoginDelay())
	}
	if meaning(code) == nil {
		e.Code = strings.ToUpper(c.concealing.conceal(code))
	}
	e.Text = clip(c.concealing.conceal(text), maxText)
	return e
}

// meaning finds the sentinel for a response code (RFC 2449, section 8;
// RFC 3206), nil for a code that nothing is known of. Codes are hierarchical.
func meaning(code string) error {
	for {
		switch code {
		case "IN-USE":
			return ErrInUse
		case "LOGIN-DELAY":
			return ErrLoginDelay
		case "SYS/PERM":
			return ErrPermanent
		case "SYS":
			return ErrTemporary
		case "AUTH":
			return ErrAuth
		case "UTF8":
			return ErrUTF8
		}
		slash := strings.LastIndexByte(code, '/')
		if slash < 0 {
			return nil
		}
		code = code[:slash]
	}
}

// guess finds the sentinel for a refusal whose code, if any, says nothing.
func (c *Client) guess(r request, code, text string) error {
	worded := code == "" && (r.judges || r.verb == "")
	switch {
	case worded && busyWords.MatchString(text):
		return ErrInUse
	case worded && faultWords.MatchString(text):
		return ErrTemporary
	case r.judges && c.caps.Has("AUTH-RESP-CODE"):
		// The server has promised to say [AUTH] when it means the credentials
		// (RFC 3206, section 6): POP may be switched off for this user
		// (pop3.md C4), and to ask for another password would not help.
		return ErrPermanent
	case r.judges:
		// Whatever else it is (pop3.md C3), the password was not accepted.
		return ErrAuth
	}
	return ErrPermanent
}
