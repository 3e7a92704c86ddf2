package pop3test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"sync"
	"time"
)

// Server is a POP3 server whose maildrops are in memory. The zero value serves nobody until AddUser.
// Its fields must not change once it serves; its methods may be called at any time, from any goroutine.
type Server struct {
	// TLS makes the server offer STLS on plain connections. Nil: STLS is refused.
	// For implicit TLS hand a TLS listener to Serve, or use StartTLS.
	TLS *tls.Config

	// ExclusiveLock refuses a login with [IN-USE] while another session has the maildrop open (RFC 2449, section 8.1.1).
	// QUIT frees the lock before it answers, any other end of the connection frees it when the server notices.
	// Without it sessions are independent, as on many real servers (pop3.md G9).
	ExclusiveLock bool

	// LoginDelay is the least time between two logins of a user, answered with [LOGIN-DELAY] and announced by CAPA in
	// whole seconds (RFC 2449, section 6.5). Zero: none.
	LoginDelay time.Duration

	// Capabilities are the lines of CAPA after login, exactly as they go on the wire. Nil: what the server can do.
	// They change what is said, not what works.
	Capabilities []string

	// CapabilitiesBeforeLogin are the lines of CAPA before login. Nil: what the server can do.
	CapabilitiesBeforeLogin []string

	// Mechanisms are the ways to log in, in the order in which CAPA and AUTH name them: "USER" (USER and PASS), "APOP",
	// and for AUTH "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", both of these with "-PLUS",
	// "OAUTHBEARER", "XOAUTH2" and "EXTERNAL". What is not in the list is refused. Nil: USER alone.
	//
	// -PLUS is there only under TLS; of the bindings tls-server-end-point takes the first of TLS.Certificates. EXTERNAL is
	// there only for a client with a certificate that TLS.ClientCAs vouches for, TLS.ClientAuth being
	// tls.VerifyClientCertIfGiven. Bearer tokens are those of Mailbox.SetTokens.
	Mechanisms []string

	// NoInitialResponse refuses an AUTH that brings its first response on the same line (pop3.md C7).
	NoInitialResponse bool

	// UTF8 knows the command of that name and refuses RETR and TOP with [UTF8] without it where a header is not ASCII.
	UTF8 bool

	// Languages are those of LANG, the default first, each a tag and a description: "en English". Nil: no LANG.
	Languages []string

	Expire         string // what CAPA says of EXPIRE: "0", "30", "30 USER"; "": NEVER
	Implementation string // what CAPA says of IMPLEMENTATION, after login; "": pop3test

	// View, if set, makes of a mailbox what a session of the user sees of it, at login: it may choose, order and invent
	// messages and change their fields, so that a server has a window (pop3.md E14), unique ids of its own kind (E1, E3
	// to E5) or wrong sizes (E11). The list is the view's own and in the order of delivery; user is the authorization
	// identity. It must be safe for concurrent use.
	View func(user string, messages []Message) []Message

	// Edit, if set, puts every reply into this server's own words before a fault changes it: the verb is "" for the
	// greeting and "+" for a response within AUTH. What a fault gives in place of a reply passes by it. It may change
	// reply and must be safe for concurrent use.
	Edit func(verb, argument string, reply []byte) []byte

	// Delay is how long every byte travels, each way, between the server and the address that Start, StartTLS and
	// StartPipe give: the round-trip time is twice that. Serve takes it from Delayed instead.
	Delay time.Duration

	// IdleTimeout ends a connection that says nothing for so long (pop3.md F9). Zero: never.
	IdleTimeout time.Duration

	// MaxErrors ends a connection after so many refusals in a row (pop3.md H5). Zero: never.
	MaxErrors int

	NoCAPA bool // CAPA is an unknown command
	NoTOP  bool // TOP is an unknown command, and not announced
	NoUIDL bool // UIDL is an unknown command, and not announced

	// NoPipelining does not announce PIPELINING and hangs up when a command arrives before the last was answered,
	// as a real server does (pop3.md H1).
	NoPipelining bool

	// Faults are in force from the start; SetFaults replaces them later.
	Faults []Fault

	// Now tells the time for LoginDelay. Nil: time.Now.
	Now func() time.Time

	mu         sync.Mutex // guards all below
	users      map[string]*Mailbox
	armed      []*armedFault
	armedOnce  bool
	seen       map[string]int
	transcript []Line
	logins     []Login
	accepted   int           // connections so far
	open       int           // connections now
	idle       chan struct{} // closed when open becomes zero; nil: nobody waits
}

// AddUser opens an empty mailbox for a user, or gives the user's existing mailbox a new password.
func (s *Server) AddUser(name, password string) *Mailbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == nil {
		s.users = make(map[string]*Mailbox)
	}
	box := s.users[name]
	if box == nil {
		box = &Mailbox{}
		s.users[name] = box
	}
	box.setPassword(password)
	return box
}

func (s *Server) mailbox(name string) *Mailbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.users[name]
}

// AddAlias lets a user log in under another name as well. The name that was used is what View is told.
func (s *Server) AddAlias(alias, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if box := s.users[user]; box != nil {
		s.users[alias] = box
	}
}

func (s *Server) userNames() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.users))
}

// Serve answers the connections of a listener, which it closes. It returns nil when ctx is done, or the listener's
// error, and in both cases only after every connection has ended. One server may serve several listeners.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	s.armInitialFaults()
	var sessions sync.WaitGroup
	defer sessions.Wait()
	ctx, stop := closeWhenDone(ctx, l)
	defer stop()
	for {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("accepting a connection: %w", err)
		}
		number := s.connected()
		sessions.Go(func() {
			defer s.disconnected()
			s.converse(ctx, conn, number)
		})
	}
}

// closeWhenDone closes c as soon as ctx is done or stop is called. Stop returns when c is closed.
func closeWhenDone(ctx context.Context, c io.Closer) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		<-ctx.Done()
		c.Close()
	}()
	return ctx, func() { cancel(); <-closed }
}

func (s *Server) connected() (number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted++
	s.open++
	return s.accepted
}

func (s *Server) disconnected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	if s.open == 0 && s.idle != nil {
		close(s.idle)
		s.idle = nil
	}
}

// WaitIdle waits until no connection is open: from then on locks are free, and Seen and Transcript have all that was
// sent. It returns ctx's error when ctx is done first.
func (s *Server) WaitIdle(ctx context.Context) error {
	s.mu.Lock()
	if s.open == 0 {
		s.mu.Unlock()
		return nil
	}
	if s.idle == nil {
		s.idle = make(chan struct{})
	}
	idle := s.idle
	s.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for the connections to end: %w", ctx.Err())
	}
}

func (s *Server) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}
