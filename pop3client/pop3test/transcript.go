package pop3test

import (
	"slices"
	"strings"
)

const (
	maxTranscript = 200_000 // lines; a server that runs for long forgets the older half beyond it
	maxVerbs      = 256     // different verbs that are counted
)

// Line is one command that the server received.
type Line struct {
	Conn int    // the connection's number, from 1 in the order of acceptance
	TLS  bool   // whether it came under TLS
	Text string // the verb in capitals and the argument: "RETR 3"; secrets are "***", a response within AUTH "+ ***"
}

// Seen counts how often a command came, over all connections; the greetings are "".
// While a connection is open the client may have sent what the server has not read yet: see WaitIdle.
func (s *Server) Seen(command string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[strings.ToUpper(command)]
}

// Transcript lists the commands received, oldest first, over all connections. Passwords are not in it.
func (s *Server) Transcript() []Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.transcript)
}

// meet counts a greeting and gives the action that is due at it.
func (s *Server) meet() Action {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count("")
	return s.due("", "")
}

// hear notes a command and gives the action that is due at it.
func (s *Server) hear(number int, secure bool, verb, arg string) Action {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(verb)
	if len(s.transcript) >= maxTranscript {
		s.transcript = slices.Delete(s.transcript, 0, maxTranscript/2)
	}
	s.transcript = append(s.transcript, Line{Conn: number, TLS: secure, Text: redact(verb, arg)})
	return s.due(verb, arg)
}

func (s *Server) count(verb string) {
	if s.seen == nil {
		s.seen = make(map[string]int)
	}
	if _, known := s.seen[verb]; known || len(s.seen) < maxVerbs {
		s.seen[verb]++
	}
}

// redact shows the arguments of commands that are known to carry no secret, and of no other.
func redact(verb, arg string) string {
	switch {
	case arg == "":
		return verb
	case slices.Contains([]string{"USER", "LIST", "UIDL", "TOP", "RETR", "DELE", "LANG"}, verb):
		return verb + " " + arg
	case verb == "AUTH":
		mechanism, initial, _ := strings.Cut(strings.ToUpper(arg), " ")
		if !slices.Contains(knownMechanisms, mechanism) {
			break
		}
		if initial != "" {
			initial = " ***"
		}
		return verb + " " + mechanism + initial
	}
	return verb + " ***"
}
