package images

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"restante/cache/vault"
)

// MaxSource is the length in bytes of the longest source that has a token. A
// token is 4/3 as long and some, 11,042 characters at most; proxies that stand
// before the site often take no request line longer than 8 KB, which sources of
// up to 6,000 bytes have.
const MaxSource = maxURL

// TicketLife is how long a ticket may be good. One that is to expire later opens
// nothing.
const TicketLife = time.Hour

// ErrTicket means that a token opens nothing: it is of another process, it has
// expired, or nobody made it.
var ErrTicket = errors.New("not a ticket")

// Ticket is the permission to see one picture of one message, for an hour at
// most, and for as long as a session lives: who opens it must find the session
// in the registry, whose row says which person's message it is.
type Ticket struct {
	Session [32]byte  // its id, a registry.SessionID
	Message int64     // of the session's person
	Source  string    // what the caller says: the address of a remote picture, or which part
	Expires time.Time // in whole seconds
}

// Signer makes tickets into tokens, which stand in an address, and reads them.
// Tokens are sealed: an address gives away neither the source nor the session.
// Each Signer has a key of its own, in memory only, so that tokens end with the
// process; a page that is shown again has new ones.
type Signer struct{ key vault.Key }

// NewSigner draws a key.
func NewSigner() *Signer { return &Signer{vault.NewKey()} }

// purpose is bound to every token.
const purpose = "picture"

// ticketHead is the length of what stands before the source: session, message,
// expiry in seconds since 1970 (8 bytes each but the first, big-endian).
const ticketHead = 32 + 8 + 8

// tokenText is strict, so that a token has one text only.
var tokenText = base64.RawURLEncoding.Strict()

// maxToken is the length of the longest token: 41 bytes are the vault's.
var maxToken = tokenText.EncodedLen(ticketHead + MaxSource + 41)

// Seal returns a token of letters, digits, - and _. It is empty when the source
// is longer than MaxSource: such a picture cannot be asked for.
func (s *Signer) Seal(t Ticket) string {
	if len(t.Source) > MaxSource {
		return ""
	}
	b := make([]byte, 0, ticketHead+len(t.Source))
	b = append(b, t.Session[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(t.Message))
	b = binary.BigEndian.AppendUint64(b, uint64(t.Expires.Unix()))
	blob, err := vault.Seal(s.key, append(b, t.Source...), purpose)
	if err != nil { // only without a key, which NewSigner draws
		return ""
	}
	return tokenText.EncodeToString(blob)
}

// Open returns what Seal was given, with the time in UTC, unless the ticket has
// expired or says that it is good for longer than TicketLife. It fails with
// ErrTicket and nothing else.
func (s *Signer) Open(token string, now time.Time) (Ticket, error) {
	if len(token) > maxToken {
		return Ticket{}, ErrTicket
	}
	blob, err := tokenText.DecodeString(token)
	// The decoder skips line ends.
	if err != nil || tokenText.EncodedLen(len(blob)) != len(token) {
		return Ticket{}, ErrTicket
	}
	b, err := vault.Open(s.key, blob, purpose)
	if err != nil || len(b) < ticketHead {
		return Ticket{}, ErrTicket
	}
	t := Ticket{
		Session: [32]byte(b), Message: int64(binary.BigEndian.Uint64(b[32:])),
		Source: string(b[ticketHead:]), Expires: time.Unix(int64(binary.BigEndian.Uint64(b[40:])), 0).UTC(),
	}
	if !now.Before(t.Expires) || t.Expires.After(now.Add(TicketLife)) {
		return Ticket{}, ErrTicket
	}
	return t, nil
}
