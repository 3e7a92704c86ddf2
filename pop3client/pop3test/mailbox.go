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
	tokens    []string
	admitted  []string  // other users who may open it
	messages  []*stored // in the order of delivery
	delivered int       // messages so far, the source of unique ids
	locked    bool
	lastLogin time.Time // zero: none yet
}

// Message is one message as it lies on the server, or as Server.View shows it to a session.
type Message struct {
	UIDL   string
	Raw    []byte // must not be changed
	Size   int64  // what STAT, LIST and RETR say; zero: the length of Raw
	UID    int    // how manieth it was in this mailbox, from 1; it stays when others go
	Popped bool   // an earlier session retrieved it and ended with QUIT

	origin *stored // nil: made up by a view
}

// stored is a message of a mailbox. Its bytes never change.
type stored struct {
	uidl   string
	raw    []byte
	uid    int
	popped bool
}

func (m *stored) shown() Message {
	return Message{UIDL: m.uidl, Raw: m.raw, Size: int64(len(m.raw)), UID: m.uid, Popped: m.popped, origin: m}
}

func (m *Message) size() int64 {
	if m.Size == 0 {
		return int64(len(m.Raw))
	}
	return m.Size
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
	m.messages = append(m.messages, &stored{uidl: uidl, raw: endInCRLF(bytes.Clone(raw)), uid: m.delivered})
}

// Remove takes away every message with the id, as another client would, and reports whether there was one.
func (m *Mailbox) Remove(uidl string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := len(m.messages)
	m.messages = slices.DeleteFunc(m.messages, func(msg *stored) bool { return msg.uidl == uidl })
	return len(m.messages) < before
}

// Messages lists what is in the mailbox now, oldest delivery first.
func (m *Mailbox) Messages() []Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.list()
}

func (m *Mailbox) list() []Message {
	list := make([]Message, len(m.messages))
	for i, msg := range m.messages {
		list[i] = msg.shown()
	}
	return list
}

// Rename gives every message the unique id that name makes for it: all change at once, as after a migration (pop3.md E2).
func (m *Mailbox) Rename(name func(Message) string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, msg := range m.messages {
		msg.uidl = name(msg.shown())
	}
}

func (m *Mailbox) setPassword(password string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.password = password
}
