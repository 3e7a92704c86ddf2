package pop3test

import "slices"

// Login is one that the server accepted.
type Login struct {
	Conn      int    // the connection's number, as in Line
	TLS       bool   // whether it came under TLS
	Mechanism string // as in Server.Mechanisms: "USER", "SCRAM-SHA-256-PLUS"
	Binding   string // the channel binding's type with -PLUS: "tls-exporter", else ""
	User      string // whose credentials were right
	As        string // whose maildrop was opened: User, or the authorization identity
}

// Logins lists the logins so far, oldest first.
func (s *Server) Logins() []Login {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.logins)
}

func (s *Server) loggedIn(l Login) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.logins) >= maxTranscript {
		s.logins = slices.Delete(s.logins, 0, maxTranscript/2)
	}
	s.logins = append(s.logins, l)
}

// password gives what AddUser was given.
func (s *Server) password(user string) (password string, ok bool) {
	box := s.mailbox(user)
	if box == nil {
		return "", false
	}
	box.mu.Lock()
	defer box.mu.Unlock()
	return box.password, true
}

// bearer gives the user whom a token admits: the one that is named, or without a name the first in the alphabet.
func (s *Server) bearer(user, token string) string {
	for _, name := range s.userNames() {
		if (user == "" || user == name) && s.mailbox(name).hasToken(token) {
			return name
		}
	}
	return ""
}

// SetTokens says which bearer tokens open the mailbox with OAUTHBEARER and XOAUTH2, in place of those before. Without
// arguments none does: the tokens have expired.
func (m *Mailbox) SetTokens(tokens ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens = slices.Clone(tokens)
}

func (m *Mailbox) hasToken(token string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Contains(m.tokens, token)
}

// Admit lets other users open this mailbox with their own credentials when they name its user as the authorization
// identity (PLAIN, SCRAM and EXTERNAL can), in place of those before.
func (m *Mailbox) Admit(users ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.admitted = slices.Clone(users)
}

func (m *Mailbox) admits(user string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Contains(m.admitted, user)
}
