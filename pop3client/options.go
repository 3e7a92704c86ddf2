package pop3client

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"time"
)

// Options adjusts a connection. Nil, and every zero field, means the default
// that the field documents. The limits are those of pop3.md 2J.
type Options struct {
	// Dial opens the connection; where it may go is its decision.
	// Nil: a plain [net.Dialer].
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// TLS is what connections are secured with; it is cloned. ServerName is
	// filled in when empty (so the name is always sent and verified), and
	// MinVersion is never below TLS 1.2. Nil: the system's roots.
	TLS *tls.Config

	// Mechanisms are the ways to sign in that may be used, in this order,
	// instead of the order of [Client.Authenticate]: names of SASL, such as
	// "SCRAM-SHA-256-PLUS" or "EXTERNAL", and "USER" and "APOP" for the commands
	// of RFC 1939. The case does not matter. Nil: the order documented there.
	Mechanisms []string

	// InitialResponse sends the first answer of a SASL exchange along with AUTH
	// (RFC 5034, section 4), where the command then has no more than 255 octets:
	// one round trip less. Some servers cannot (pop3.md C7), and a refusal no
	// longer tells whether it was the mechanism or the credentials, so that it
	// counts as the latter.
	InitialResponse bool

	// Trace is called with every line, in the order of the session and by the
	// goroutine that talks to the server. It must not call the Client. No secret
	// reaches it. Nil: no trace.
	Trace func(TraceEvent)

	// SkipCAPA never asks for capabilities: for a server known to hang or to
	// hang up when asked (pop3.md A7, see [Traits]).
	SkipCAPA bool

	// PipeliningProven says that an earlier session with this server has ended
	// with Traits.PipeliningProven: the trial is left out, and the first flight
	// may be a full one.
	PipeliningProven bool

	// LateCAPA leaves asking for the capabilities after login to
	// [Client.Listings], which does it in the same flight: one round trip less.
	// Until then Capabilities are those before login. It only does so with a
	// server that is known (PipeliningProven) and announces PIPELINING before
	// login as well.
	LateCAPA bool

	// MaxInFlight is how many commands may be under way at once where the server
	// announces PIPELINING (RFC 2449, section 6.6); 1,000. With 1 each waits for
	// the reply to the one before, as it always does where the server does not
	// announce it (pop3.md H1).
	MaxInFlight int

	DialTimeout      time.Duration // for the TCP connection alone; 30 s
	HandshakeTimeout time.Duration // for the TLS handshake alone; 30 s
	ConnectTimeout   time.Duration // for dial, handshake and greeting together (pop3.md A5); 60 s
	CAPATimeout      time.Duration // for the whole reply to CAPA (pop3.md A7); 10 s
	ReplyTimeout     time.Duration // for the status line of any other command: big mailboxes are slow; 180 s
	IdleTimeout      time.Duration // longest silence within a list or a message; 60 s
	SuspectTimeout   time.Duration // silence after which a suspect end is taken for the end (pop3.md D1); 5 s
	SessionTimeout   time.Duration // for everything, from the connection on; 2 h

	// A list or a message must bring MinRate octets a second, averaged over
	// each RateWindow of waiting for the server; 64 octets over 60 s.
	// The time that the receiving writer takes does not count.
	MinRate    int64
	RateWindow time.Duration

	MaxStatusLine    int   // octets of a status line, greeting included (pop3.md D16); 8 KiB
	MaxCAPALines     int   // lines of a reply to CAPA (pop3.md B6); 256
	MaxCAPAOctets    int64 // octets of a reply to CAPA; 32 KiB
	MaxListingLine   int   // octets of a line of LIST or UIDL, see TooLong (pop3.md E3); 4 KiB
	MaxListings      int   // lines of a reply to LIST or UIDL (pop3.md E15); 2,000,000
	MaxListingOctets int64 // octets of a reply to LIST or UIDL; 256 MiB
	MaxMessage       int64 // octets of a message (pop3.md F8); 150 MiB
}

// filled returns a copy with every default in place.
func (o *Options) filled() Options {
	var f Options
	if o != nil {
		f = *o
	}
	if f.Dial == nil {
		f.Dial = new(net.Dialer).DialContext
	}
	f.DialTimeout = cmp.Or(f.DialTimeout, 30*time.Second)
	f.HandshakeTimeout = cmp.Or(f.HandshakeTimeout, 30*time.Second)
	f.ConnectTimeout = cmp.Or(f.ConnectTimeout, 60*time.Second)
	f.CAPATimeout = cmp.Or(f.CAPATimeout, 10*time.Second)
	f.ReplyTimeout = cmp.Or(f.ReplyTimeout, 180*time.Second)
	f.IdleTimeout = cmp.Or(f.IdleTimeout, 60*time.Second)
	f.SuspectTimeout = cmp.Or(f.SuspectTimeout, 5*time.Second)
	f.SessionTimeout = cmp.Or(f.SessionTimeout, 2*time.Hour)
	f.MinRate = cmp.Or(f.MinRate, 64)
	f.RateWindow = cmp.Or(f.RateWindow, 60*time.Second)
	f.MaxInFlight = cmp.Or(f.MaxInFlight, 1000)
	f.MaxStatusLine = cmp.Or(f.MaxStatusLine, 8<<10)
	f.MaxCAPALines = cmp.Or(f.MaxCAPALines, 256)
	f.MaxCAPAOctets = cmp.Or(f.MaxCAPAOctets, 32<<10)
	f.MaxListingLine = cmp.Or(f.MaxListingLine, 4<<10)
	f.MaxListings = cmp.Or(f.MaxListings, 2_000_000)
	f.MaxListingOctets = cmp.Or(f.MaxListingOctets, 256<<20)
	f.MaxMessage = cmp.Or(f.MaxMessage, 150<<20)
	return f
}

// tlsConfig is the configuration for a handshake with host.
func (o *Options) tlsConfig(host string) *tls.Config {
	config := new(tls.Config)
	if o.TLS != nil {
		config = o.TLS.Clone()
	}
	config.ServerName = cmp.Or(config.ServerName, host)          // pop3.md A9
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12) // RFC 8997
	return config
}
