package fetch_test

import (
	"testing"
	"time"

	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/pop3client/pop3test"
)

// While nobody signs in, the runs of the fleet are what the server's word on the password is known by.
func TestTheServersWordOnAPasswordIsKept(t *testing.T) {
	h := newHouse(t, &pop3test.Server{})
	long := time.Now().Add(-20 * 24 * time.Hour)
	err := h.people.PutPasswordWrap(t.Context(), registry.PasswordWrap{Enrolment: h.box.ID, Blob: []byte("wrap"), Verifies: true, Made: long, Accepted: long})
	if err != nil {
		t.Fatal(err)
	}
	wrap := func() registry.PasswordWrap {
		t.Helper()
		w, err := h.people.PasswordWrap(t.Context(), h.box.ID, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	h.hold()
	good := h.awaitGood(time.Time{})
	if w := wrap(); !w.Verifies || time.Since(w.Accepted) > time.Hour {
		t.Errorf("after a good run: verifies %v, accepted %v", w.Verifies, w.Accepted)
	}
	for said, fault := range map[string]fetch.Fault{"[AUTH] no": fetch.Refused, "[SYS/PERM] this account is closed": fetch.Protocol} {
		h.server.SetFaults(pop3test.Fault{Command: "PASS", Action: pop3test.Err(said)})
		if s := h.run(); s.Fault != fault {
			t.Fatalf("%s: the fault is %q, want %q", said, s.Fault, fault)
		}
		if wrap().Verifies {
			t.Errorf("%s: a password that the server refuses still stands for it", said)
		}
		h.server.SetFaults()
		if h.run(); !wrap().Verifies {
			t.Error("a password that the server accepts again does not stand for it")
		}
	}
	h.server.SetFaults(pop3test.Fault{Command: "PASS", Action: pop3test.Close()})
	h.fleet.Kick(h.box.Person)
	h.await("the server has hung up", func(s fetch.State) bool { return s.Phase == fetch.Idle && s.Fault == fetch.Unreachable })
	h.server.SetFaults()
	h.fleet.Kick(h.box.Person)
	h.awaitGood(good.Checked)
	if !wrap().Verifies {
		t.Error("a password that the server accepts again does not stand for it")
	}
}
