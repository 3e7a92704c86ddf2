package fetch_test

import (
	"testing"
	"time"

	"restante/cache/fetch"
	"restante/pop3client/pop3test"
)

// Whatever a server does in the middle of a collection: what had come whole is stored, the fault has its name, and the
// next look brings the rest.
func TestAFaultEndsARunAndLosesNothing(t *testing.T) {
	for name, test := range map[string]struct {
		fault pop3test.Fault
		want  fetch.Fault
	}{
		"hangs at a message":          {pop3test.Fault{Command: "RETR", Nth: 6, Action: pop3test.Hang()}, fetch.Unreachable},
		"closes at a message":         {pop3test.Fault{Command: "RETR", Nth: 6, Action: pop3test.Close()}, fetch.Unreachable},
		"garbage for a message":       {pop3test.Fault{Command: "RETR", Nth: 6, Action: pop3test.Garbage()}, fetch.Protocol},
		"an endless line":             {pop3test.Fault{Command: "RETR", Nth: 6, Action: pop3test.EndlessLine()}, fetch.Protocol},
		"an endless message":          {pop3test.Fault{Command: "RETR", Nth: 6, Action: pop3test.EndlessLines("more")}, fetch.Protocol},
		"a message cut off":           {pop3test.Fault{Command: "RETR", Nth: 6, Action: pop3test.Truncate(80)}, fetch.Unreachable},
		"a message that stops coming": {pop3test.Fault{Command: "RETR", Nth: 6, Action: pop3test.Stall(80)}, fetch.Unreachable},
		"a listing cut off":           {pop3test.Fault{Command: "UIDL", Nth: 11, Action: pop3test.Truncate(30)}, fetch.Unreachable},
		"no answer to the password":   {pop3test.Fault{Command: "PASS", Nth: 1, Action: pop3test.Hang()}, fetch.Unreachable},
		"no greeting":                 {pop3test.Fault{Command: "", Nth: 1, Action: pop3test.Close()}, fetch.Unreachable},
		"a greeting that is none":     {pop3test.Fault{Command: "", Nth: 1, Action: pop3test.Garbage()}, fetch.Protocol},
		"in use":                      {pop3test.Fault{Command: "PASS", Nth: 1, Action: pop3test.Err("[IN-USE] busy")}, fetch.InUse},
		"too soon":                    {pop3test.Fault{Command: "PASS", Nth: 1, Action: pop3test.Err("[LOGIN-DELAY] wait")}, fetch.LoginDelay},
		"not now":                     {pop3test.Fault{Command: "PASS", Nth: 1, Action: pop3test.Err("[SYS/TEMP] later")}, fetch.Temporary},
		"refused":                     {pop3test.Fault{Command: "PASS", Nth: 1, Action: pop3test.Err("[AUTH] no")}, fetch.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{test.fault}})
			h.deliver(10)
			h.hold()
			s := h.awaitFault()
			if s.Fault != test.want {
				t.Errorf("the fault is %q (%v), want %q", s.Fault, s.Cause, test.want)
			}
			if n := len(h.stored()); test.fault.Command == "RETR" && n != 5 {
				t.Errorf("%d messages are stored, want the 5 that had come whole", n)
			}
			h.fleet.Kick(h.box.Person)
			h.awaitGood(time.Time{})
			h.check()
		})
	}
}

func TestF1AMessageThatTheServerWillNotGiveDoesNotStopTheOthers(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Argument: "2", Action: pop3test.Err("cannot read it")}}})
	h.deliver(4)
	h.hold()
	var checked time.Time
	for try := 1; try <= 3; try++ {
		s := h.awaitGood(checked)
		checked = s.Checked
		if n := len(h.stored()); n != 3 {
			t.Fatalf("after try %d, %d messages are stored, want 3", try, n)
		}
		if want := try == 3; (s.Aside == 1) != want || s.First == want {
			t.Errorf("after try %d: set aside %d, first %v", try, s.Aside, s.First)
		}
		h.fleet.Kick(h.box.Person)
	}
	h.awaitGood(checked)
	if n := h.server.Seen("RETR"); n != 3+3 {
		t.Errorf("%d RETR were sent, want 3 for the good messages and 3 tries", n)
	}
}

func TestD6AMessageThatNeverComesWholeIsSetAside(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Argument: "4", Action: pop3test.Truncate(60)}}})
	h.deliver(4) // number 4 is the first that is asked for
	h.hold()
	for range 3 {
		failed := h.awaitFault()
		h.fleet.Kick(h.box.Person)
		h.await("the next run has begun", func(s fetch.State) bool { return s.Since.After(failed.Since) })
	}
	s := h.awaitGood(time.Time{})
	if n := len(h.stored()); n != 3 || s.First {
		t.Errorf("%d messages are stored, want the other 3; first collection: %v", n, s.First)
	}
}

func TestAServerWithoutUniqueIDsIsNamedAsSuch(t *testing.T) {
	h := newHouse(t, &pop3test.Server{NoUIDL: true, NoTOP: true})
	h.deliver(1)
	h.hold()
	if s := h.awaitFault(); s.Fault != fetch.NoUIDL {
		t.Errorf("the fault is %q, want %q", s.Fault, fetch.NoUIDL)
	}
	if n := h.server.Seen("QUIT"); n != 1 {
		t.Errorf("%d QUIT were sent, want 1: nothing was retrieved, and the lock need not linger (pop3.md G7)", n)
	}
}

func TestC2APauseThatARefusalAsksForIsKept(t *testing.T) {
	h := newHouse(t, &pop3test.Server{LoginDelay: time.Hour, Faults: []pop3test.Fault{{Command: "PASS", Action: pop3test.Err("[LOGIN-DELAY] slowly")}}})
	h.hold()
	s := h.awaitFault()
	if wait := time.Until(s.Next); s.Fault != fetch.LoginDelay || wait < 50*time.Minute {
		t.Errorf("the fault is %q and the next look in %v, want the hour that the server announces", s.Fault, wait)
	}
}

func TestC2TheServersLoginDelayIsKept(t *testing.T) {
	h := newHouse(t, &pop3test.Server{LoginDelay: time.Hour})
	h.deliver(1)
	h.hold()
	s := h.awaitGood(time.Time{})
	h.fleet.Kick(h.box.Person)
	if wait := s.Next.Sub(s.Checked); wait < time.Hour {
		t.Errorf("the next look is after %v, want an hour at least", wait)
	}
	look, err := h.people.Look(t.Context(), h.box.Mailbox)
	if err != nil || look.NotBefore.Sub(s.Checked) < time.Hour-time.Second {
		t.Errorf("kept for after a restart: %+v, %v", look, err)
	}
}
