package pop3client

import (
	"net"
	"sync"
	"time"
)

// sender writes commands while another goroutine reads the replies, so that a
// server that does not read before its own replies are taken is no deadlock
// (RFC 2449, section 6.6; pop3.md H4): whoever reads never waits for a write.
type sender struct {
	wire *wire

	mu     sync.Mutex
	due    []byte // not yet written; bounded by maxRequestOctets, see flight
	failed error

	wake chan struct{} // holds a token when something is due; closed at the end
	gone chan struct{} // closed when nothing of it is running any more
}

// startSender begins. A write has no end of its own: a server may rightly not
// read while its replies are not taken. Who waits for the replies ends it.
func startSender(w *wire) *sender {
	s := &sender{wire: w, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	w.move(net.Conn.SetWriteDeadline, w.end)
	go s.run()
	return s
}

// push hands over commands and does not wait. They are copied.
func (s *sender) push(p []byte) {
	s.mu.Lock()
	s.due = append(s.due, p...)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default: // it will take these along
	}
}

// stop returns when everything that was pushed is written, or could not be
// until then.
func (s *sender) stop(until time.Time) error {
	s.wire.move(net.Conn.SetWriteDeadline, until)
	close(s.wake)
	<-s.gone
	return s.failed
}

func (s *sender) run() {
	defer close(s.gone)
	var batch []byte
	for range s.wake {
		s.mu.Lock()
		batch, s.due = s.due, batch[:0]
		s.mu.Unlock()
		if len(batch) == 0 {
			continue
		}
		// All of it in one write: one packet, one record of TLS.
		if err := s.wire.write(batch); err != nil {
			// What the server has still said is worth reading. It is the reader
			// who finds out that nothing more comes.
			s.failed = err
			return
		}
	}
}
