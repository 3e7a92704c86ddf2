package pop3test

import "slices"

// maildrop is what one session sees of a mailbox.
type maildrop struct {
	box       *Mailbox
	messages  []Message // as they were at login: message n is messages[n-1]
	deleted   []bool    // marked by DELE
	retrieved []bool    // sent by RETR
	holds     bool      // the exclusive lock
}

// open gives the maildrop of a user whose credentials were right, or says in the words of an -ERR reply why not.
func (m *Mailbox) open(s *Server, user string) (_ *maildrop, refusal string) {
	list, refusal := m.enter(s)
	if refusal != "" {
		return nil, refusal
	}
	if s.View != nil {
		list = s.View(user, list) // without the mailbox's lock: a view may use the mailbox
	}
	for i := range list {
		list[i].Raw = endInCRLF(slices.Clip(list[i].Raw))
	}
	return &maildrop{
		box:       m,
		messages:  list,
		deleted:   make([]bool, len(list)),
		retrieved: make([]bool, len(list)),
		holds:     s.ExclusiveLock,
	}, ""
}

// enter takes the lock.
func (m *Mailbox) enter(s *Server) (_ []Message, refusal string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := s.now()
	switch {
	case s.ExclusiveLock && m.locked:
		return nil, "[IN-USE] another session has this maildrop open"
	case s.LoginDelay > 0 && !m.lastLogin.IsZero() && now.Sub(m.lastLogin) < s.LoginDelay:
		return nil, "[LOGIN-DELAY] too soon after the last login"
	}
	m.lastLogin = now
	m.locked = s.ExclusiveLock
	return m.list(), ""
}

// unmark keeps the mark of the first n deleted messages.
func (d *maildrop) unmark(n int) {
	for i, marked := range d.deleted {
		if marked && n <= 0 {
			d.deleted[i] = false
		}
		if marked {
			n--
		}
	}
}

// commit takes the marked messages out of the mailbox (the UPDATE state of RFC 1939, section 6) and notes what was
// retrieved.
func (d *maildrop) commit() {
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	gone := make(map[*stored]bool)
	for i, m := range d.messages {
		if m.origin == nil {
			continue
		}
		m.origin.popped = m.origin.popped || d.retrieved[i]
		gone[m.origin] = gone[m.origin] || d.deleted[i]
	}
	d.box.messages = slices.DeleteFunc(d.box.messages, func(msg *stored) bool { return gone[msg] })
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
