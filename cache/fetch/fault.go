package fetch

import (
	"context"
	"errors"
	"net"
	"slices"
	"syscall"
	"time"

	"restante/cache/sqlitefile"
	"restante/cache/vault"
	"restante/pop3client"
	"restante/pop3client/dial"
)

// Fault is the class of what ended a run; it stands in the file as text.
type Fault string

// The classes. What a person is told and when the next try comes depends on the class alone.
const (
	NoFault     Fault = ""
	Refused     Fault = "refused"     // the server does not accept user name and password
	InUse       Fault = "in-use"      // another program reads this mailbox
	LoginDelay  Fault = "login-delay" // signed in too soon after the last time
	Temporary   Fault = "temporary"   // the server asks to come back later
	Unreachable Fault = "unreachable" // no connection, or it broke
	Forbidden   Fault = "forbidden"   // an address that this instance does not connect to
	BadTLS      Fault = "tls"         // no connection that is safe
	Protocol    Fault = "protocol"    // not POP3, or not as it is written
	NoUIDL      Fault = "no-uidl"     // the server gives messages no lasting names
	DiskFull    Fault = "disk"        // no room to store
	UserFull    Fault = "user-full"   // the person's mail takes as much room as it may
	NoPassword  Fault = "no-password" // the password that is kept cannot be opened any more
	Internal    Fault = "internal"
)

// ErrNoUIDL is returned for a server without unique ids: nothing tells what has been collected.
var ErrNoUIDL = errors.New("the server gives its messages no unique ids")

// ErrUserFull is returned when a person's mail takes as much room as Fleet.MaxSize allows.
var ErrUserFull = errors.New("the mailbox takes as much room as it may")

// Classify says what kind of failure err is.
func Classify(err error) Fault {
	switch {
	case err == nil:
		return NoFault
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), sqlitefile.IsFull(err):
		return DiskFull
	case errors.Is(err, vault.ErrWrongKey):
		return NoPassword
	case errors.Is(err, ErrUserFull):
		return UserFull
	case errors.Is(err, ErrNoUIDL):
		return NoUIDL
	case errors.Is(err, pop3client.ErrInUse):
		return InUse
	case errors.Is(err, pop3client.ErrLoginDelay):
		return LoginDelay
	case errors.Is(err, pop3client.ErrTemporary):
		return Temporary
	case errors.Is(err, pop3client.ErrAuth) && !errors.Is(err, pop3client.ErrClosed): // hanging up is no judgement (pop3.md C5)
		return Refused
	case errors.Is(err, dial.ErrForbidden):
		return Forbidden
	case errors.Is(err, pop3client.ErrTLS), errors.Is(err, pop3client.ErrNoSTLS), errors.Is(err, pop3client.ErrImpostor):
		return BadTLS
	case errors.Is(err, pop3client.ErrProtocol), errors.Is(err, pop3client.ErrNoMechanism), errors.Is(err, pop3client.ErrPermanent), errors.Is(err, pop3client.ErrTooLarge):
		return Protocol
	case errors.Is(err, pop3client.ErrTimeout), errors.Is(err, pop3client.ErrTruncated), errors.Is(err, pop3client.ErrClosed), errors.Is(err, pop3client.ErrSalvaged), errors.Is(err, context.DeadlineExceeded), isNetwork(err):
		return Unreachable
	}
	return Internal
}

// Refusal reports whether the server has refused the user name and the password. One for good counts whatever its
// reason and by whichever mechanism it came: a closed account has one.
func Refusal(err error) bool {
	var said *pop3client.ServerError
	switch Classify(err) {
	case Refused:
		return true
	case Protocol:
		return errors.As(err, &said) && slices.Contains([]string{"USER", "PASS", "AUTH", "APOP"}, said.Command)
	}
	return false
}

func isNetwork(err error) bool {
	var network net.Error
	return errors.As(err, &network)
}

// waits are how long after the nth failure in a row the next try comes; the last goes on.
func (f Fault) waits() []time.Duration {
	switch f {
	case InUse: // pop3.md C1
		return []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}
	case Refused: // pop3.md C3: it may be the mailbox and not the password; never hammer
		return []time.Duration{2 * time.Minute, 15 * time.Minute, time.Hour}
	case NoPassword:
		return []time.Duration{time.Hour}
	case BadTLS, Forbidden, NoUIDL, DiskFull, UserFull:
		return []time.Duration{5 * time.Minute, 15 * time.Minute}
	}
	return []time.Duration{10 * time.Second, time.Minute, 4 * time.Minute, 15 * time.Minute}
}

// wait is how long to wait after a failure that was the nth in a row, counted from one.
func (f Fault) wait(nth int) time.Duration {
	waits := f.waits()
	return waits[min(max(nth, 1), len(waits))-1]
}
