package pop3client

import (
	"errors"
	"fmt"
	"strings"
)

// What callers tell apart. After all but those marked (*) the connection has
// ended; a (*) in the middle of a session leaves it usable.
var (
	// ErrAuth (*): the server refuses the user name or the password. A server
	// that hangs up instead of answering PASS is taken to refuse as well
	// (pop3.md C5); that error also is [ErrClosed], and softer evidence.
	ErrAuth = errors.New("the server refuses the user name or the password")
	// ErrInUse (*): another session holds the mailbox ([IN-USE], pop3.md C1).
	ErrInUse = errors.New("the mailbox is in use by another session")
	// ErrLoginDelay (*): the last login was too recent ([LOGIN-DELAY], RFC 2449, section 8.1.1).
	ErrLoginDelay = errors.New("the server wants more time between two logins")
	// ErrTemporary (*): the server cannot now and may later ([SYS/TEMP], RFC 3206).
	ErrTemporary = errors.New("the server has a temporary fault")
	// ErrPermanent (*): any other refusal. Trying again will not help.
	ErrPermanent = errors.New("the server refuses")
	// ErrArgument (*): an argument that must not be sent, such as one with CR, LF
	// or NUL (pop3.md C9), or a message number below 1. Nothing was sent.
	ErrArgument = errors.New("argument not allowed")

	// ErrProtocol: what the server sent is not POP3. (*) only from Stat, ListOne
	// and UIDLOne, for a reply that is well framed and unreadable.
	ErrProtocol = errors.New("the server does not speak POP3 properly")
	// ErrTLS: the handshake failed. The reason stays within reach: errors.As
	// finds a *tls.CertificateVerificationError and the x509 errors in it.
	ErrTLS = errors.New("no secure connection")
	// ErrNoSTLS: the address demands STLS and the server does not offer it or
	// refuses it. No credential was sent.
	ErrNoSTLS = errors.New("the server offers no STLS")
	// ErrTimeout: a wait of [Options] came to its end.
	ErrTimeout = errors.New("the server took too long")
	// ErrTruncated: a list or a message broke off before its terminator. When it
	// was silence that ended it, the error also is ErrTimeout.
	ErrTruncated = errors.New("broken off before its end")
	// ErrTooLarge: a list or a message exceeds a limit of [Options].
	ErrTooLarge = errors.New("larger than the limit")
	// ErrSalvaged comes with a message that was written whole as far as its size
	// tells, but whose terminator was not where it belongs (pop3.md D1, D4, D5).
	// Keep the message; delete nothing in this session.
	ErrSalvaged = errors.New("whole by its size, but without a proper end")
	// ErrClosed: the connection is gone: the server hung up where a reply was
	// due, the network broke, or the Client was used after its end.
	ErrClosed = errors.New("the connection is closed")
)

// ServerError is the server's refusal of a command (-ERR). It unwraps to the
// sentinel that it means: ErrAuth, ErrInUse, ErrLoginDelay, ErrTemporary,
// ErrPermanent or ErrNoSTLS.
type ServerError struct {
	Command string // such as "PASS", without arguments; "" for the greeting
	Code    string // response code (RFC 2449, section 8) in upper case, such as "SYS/TEMP"; "" without one
	Text    string // the server's words without control characters, at most 512 characters; still untrusted

	// Plain means that the words came over an unprotected connection, so that
	// anyone on the way may have written them (pop3.md A2).
	Plain bool

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

// newServerError reads what follows "-ERR". Occurrences of secret in it become
// "***": some servers repeat the password that they refuse.
func newServerError(command, rest, secret string, plain bool) *ServerError {
	code, text := splitCode(rest)
	text = cleaned(text)
	kind := meaning(code)
	switch {
	case command == "STLS":
		// A code in the clear must not make a stripped STLS look like a fault
		// that passes (pop3.md A4).
		kind = ErrNoSTLS
	case kind == nil:
		kind = guess(command, code, text)
	}
	if secret = cleaned(secret); secret != "" {
		text = strings.ReplaceAll(text, secret, "***")
		if meaning(code) == nil {
			code = strings.ReplaceAll(code, strings.ToUpper(secret), "***")
		}
	}
	return &ServerError{Command: command, Code: code, Text: clip(text, maxText), Plain: plain, kind: kind}
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
		}
		slash := strings.LastIndexByte(code, '/')
		if slash < 0 {
			return nil
		}
		code = code[:slash]
	}
}

// guess finds the sentinel for a refusal whose code, if any, says nothing.
func guess(command, code, text string) error {
	login := command == "USER" || command == "PASS"
	worded := code == "" && (login || command == "")
	switch {
	case worded && busyWords.MatchString(text):
		return ErrInUse
	case worded && faultWords.MatchString(text):
		return ErrTemporary
	case login:
		// Whatever else it is (pop3.md C3), the password was not accepted.
		return ErrAuth
	}
	return ErrPermanent
}
