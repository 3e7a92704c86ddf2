package pop3test

import "strings"

// Any as a fault's command means the greeting and every command.
const Any = "*"

// Fault is one thing that goes wrong. Of several that fit a command, the first in the list acts.
type Fault struct {
	// Command is the verb, in any case: "RETR". "" is the greeting, "+" a response within AUTH, "*" (Any) everything.
	Command string

	// Argument, if not empty, narrows the fault to the commands with exactly this argument:
	// "RETR" and "3" is a message that always fails. For AUTH the mechanism alone will do, whatever follows it.
	Argument string

	// Nth is the use at which the fault acts, counted from 1 over all connections since the fault was set.
	// Zero: at every use.
	Nth int

	// Action is what happens. The zero Action changes nothing.
	Action Action
}

// armedFault is a fault in force with the uses that fitted it.
type armedFault struct {
	Fault
	uses int
}

// SetFaults replaces all faults, and their counts start anew. Without arguments everything works again, except that
// what hangs already goes on hanging.
func (s *Server) SetFaults(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arm(faults)
}

// armInitialFaults puts Server.Faults in force, unless SetFaults or another Serve was faster.
func (s *Server) armInitialFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.armedOnce {
		s.arm(s.Faults)
	}
}

func (s *Server) arm(faults []Fault) {
	s.armedOnce = true
	s.armed = nil
	for _, f := range faults {
		f.Command = strings.ToUpper(f.Command)
		s.armed = append(s.armed, &armedFault{Fault: f})
	}
}

// due counts a use with each fault that fits it and gives the action of the first that acts. s.mu is held.
func (s *Server) due(verb, arg string) Action {
	var action Action
	found := false
	for _, f := range s.armed {
		if !f.fits(verb, arg) {
			continue
		}
		f.uses++
		if !found && (f.Nth == 0 || f.Nth == f.uses) {
			action, found = f.Action, true
		}
	}
	return action
}

func (f *armedFault) fits(verb, arg string) bool {
	if f.Command != Any && f.Command != verb {
		return false
	}
	mechanism, _, _ := strings.Cut(arg, " ")
	return f.Argument == "" || f.Argument == arg || verb == "AUTH" && strings.EqualFold(f.Argument, mechanism)
}
