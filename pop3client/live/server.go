package live

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// ErrAbsent means that a server is not on this machine, or cannot be run by
// this user. The error that wraps it says what to do.
var ErrAbsent = errors.New("absent")

// password is that of the one user of each server.
const password = "correct horse"

// mailUID is whom the mail belongs to when a server runs as root; no account of
// that number is needed.
const mailUID = 5000

// Server is a running server with one mailbox.
type Server struct {
	Name string // as its makers write it

	Plain  string // host:port of the port without TLS
	TLS    string // host:port of the port with TLS from the first byte; "" where there is none
	CAFile string // the certificate (PEM) to trust, also for STLS on Plain; "" from a server without TLS

	User, Password string

	box  mailbox
	dir  string
	log  string // file
	stop func() error
}

// Message is one that lies in the server's mailbox.
type Message struct {
	Raw  []byte // as the server stores it, line ends included
	Seen bool   // the server has marked it as read
}

// mailbox is how a server keeps mail.
type mailbox interface {
	deliver(raw []byte) error
	messages() ([]Message, error)
}

// Deliver puts a message into the mailbox, as a delivery agent does. Where the
// mailbox is an mbox, a message gets what it lacks of the line end at its end
// and of the empty line behind the header, and lines "From …" are quoted.
func (s *Server) Deliver(raw []byte) error {
	if err := s.box.deliver(raw); err != nil {
		return fmt.Errorf("deliver to %s: %w", s.Name, err)
	}
	return nil
}

// Messages reads the mailbox itself, past the server, in the order of delivery.
func (s *Server) Messages() ([]Message, error) {
	all, err := s.box.messages()
	if err != nil {
		return nil, fmt.Errorf("mailbox of %s: %w", s.Name, err)
	}
	return all, nil
}

// Log is what the server has written to its log so far.
func (s *Server) Log() string {
	log, err := os.ReadFile(s.log)
	if err != nil {
		return err.Error()
	}
	return string(log)
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() error {
	return errors.Join(s.stop(), os.RemoveAll(s.dir))
}

// Need starts a server that ends with the test, such as Need(t, Dovecot). Where
// the server is absent the test is skipped, loudly, or fails when
// RESTANTE_REQUIRE_REAL is 1. The log is shown when the test has failed.
func Need(tb testing.TB, start func() (*Server, error)) *Server {
	tb.Helper()
	s, err := start()
	switch {
	case errors.Is(err, ErrAbsent) && os.Getenv("RESTANTE_REQUIRE_REAL") != "1":
		tb.Skipf("%v: not run", err)
	case err != nil:
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		log := s.Log()
		if err := s.Stop(); err != nil {
			tb.Errorf("%s: %v", s.Name, err)
		}
		if tb.Failed() {
			tb.Logf("%s: %s", s.Name, log)
		}
	})
	return s
}

// newServer makes the folder of a server, with a short path, because sockets
// need that, and open to the users that servers turn into.
func newServer(name string) (*Server, error) {
	dir, err := os.MkdirTemp("", "restante-live-*")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Server{Name: name, Password: password, dir: dir, log: filepath.Join(dir, "log")}, nil
}

// begun gives a server to the caller, or, where starting it ended in an error,
// that error and no folder.
func (s *Server) begun(err error) (*Server, error) {
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", s.Name, err), os.RemoveAll(s.dir))
	}
	return s, nil
}

// owner is whom the mail belongs to.
func owner() (uid, gid int) {
	if os.Getuid() == 0 {
		return mailUID, mailUID
	}
	return os.Getuid(), os.Getgid()
}

// give makes a file or folder the mail owner's.
func give(paths ...string) error {
	if os.Getuid() != 0 {
		return nil
	}
	uid, gid := owner()
	for _, path := range paths {
		if err := os.Chown(path, uid, gid); err != nil {
			return err
		}
	}
	return nil
}
