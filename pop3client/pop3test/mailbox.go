package pop3test

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Mailbox is the maildrop of one user. Sessions work on what it held when they logged in: what is delivered or removed
// later shows in the next session (RFC 1939, section 4).
type Mailbox struct {
	mu        sync.Mutex // guards all below
	password  string
	messages  []*Message // in the order of delivery; a Message never changes
	delivered int        // messages so far, the source of unique ids
	locked    bool
	lastLogin time.Time // zero: none yet
}

// Message is one message as it lies on the server.
type Message struct {
	UIDL string
	Raw  []byte // must not be changed
}

// Deliver adds a message under a new unique id.
//
// The bytes are kept and sent exactly as they are given, bare LFs, NULs and long lines included: only CRLF ends a line,
// and only a dot after CRLF is doubled, so a message with "\n.\r\n" shows what pop3.md D1 warns of. [CRLF] prepares text
// from a file. Only a message that does not end in CRLF gets one added here: the protocol cannot carry it otherwise.
func (m *Mailbox) Deliver(raw []byte) (uidl string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	uidl = fmt.Sprintf("%08d.pop3test", m.delivered+1)
	m.add(uidl, raw)
	return uidl
}

// DeliverAs adds a message under the given id, which may be long, empty or there already (pop3.md E1 to E6).
func (m *Mailbox) DeliverAs(uidl string, raw []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(uidl, raw)
}

func (m *Mailbox) add(uidl string, raw []byte) {
	m.delivered++
	m.messages = append(m.messages, &Message{UIDL: uidl, Raw: endInCRLF(bytes.Clone(raw))})
}

// Remove takes away every message with the id, as another client would, and reports whether there was one.
func (m *Mailbox) Remove(uidl string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := len(m.messages)
	m.messages = slices.DeleteFunc(m.messages, func(msg *Message) bool { return msg.UIDL == uidl })
	return len(m.messages) < before
}

// Messages lists what is in the mailbox now, oldest delivery first.
func (m *Mailbox) Messages() []Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]Message, len(m.messages))
	for i, msg := range m.messages {
		list[i] = *msg
	}
	return list
}

func (m *Mailbox) setPassword(password string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.password = password
}

// maildrop is what one session sees of a mailbox.
type maildrop struct {
	box      *Mailbox
	messages []*Message // as they were at login: message n is messages[n-1]
	deleted  []bool     // marked by DELE
	holds    bool       // the exclusive lock
}

// login opens the maildrop, or says in the words of an -ERR reply why not.
func (m *Mailbox) login(s *Server, password string) (_ *maildrop, refusal string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := s.now()
	switch {
	case m.password != password:
		return nil, wrongCredentials
	case s.ExclusiveLock && m.locked:
		return nil, "[IN-USE] another session has this maildrop open"
	case s.LoginDelay > 0 && !m.lastLogin.IsZero() && now.Sub(m.lastLogin) < s.LoginDelay:
		return nil, "[LOGIN-DELAY] too soon after the last login"
	}
	m.lastLogin = now
	m.locked = s.ExclusiveLock
	return &maildrop{
		box:      m,
		messages: slices.Clone(m.messages),
		deleted:  make([]bool, len(m.messages)),
		holds:    s.ExclusiveLock,
	}, ""
}

// commit takes the marked messages out of the mailbox: the UPDATE state of RFC 1939, section 6.
func (d *maildrop) commit() {
	gone := make(map[*Message]bool)
	for i, msg := range d.messages {
		if d.deleted[i] {
			gone[msg] = true
		}
	}
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.messages = slices.DeleteFunc(d.box.messages, func(msg *Message) bool { return gone[msg] })
}

// release frees the lock. Further calls do nothing.
func (d *maildrop) release() {
	if d == nil || !d.holds {
		return
	}
	d.holds = false
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.locked = false
}
