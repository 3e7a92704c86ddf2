package pop3test_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"restante/pop3client/pop3test"
)

func uidls(box *pop3test.Mailbox) string {
	var ids []string
	for _, m := range box.Messages() {
		ids = append(ids, m.UIDL)
	}
	return strings.Join(ids, " ")
}

func threeMessages() (*pop3test.Server, *pop3test.Mailbox) {
	s, box := newServer()
	for _, id := range []string{"a", "b", "c"} {
		box.DeliverAs(id, []byte(second))
	}
	return s, box
}

func TestAMaildropIsWhatItWasAtLogin(t *testing.T) {
	s, box := threeMessages()
	addr := pop3test.Start(t, s)
	c := open(t, addr)
	box.DeliverAs("d", []byte(first))
	if !box.Remove("b") || box.Remove("b") {
		t.Error("Remove must be true once, then false")
	}
	c.ask("UIDL", "+OK the list follows", "1 a", "2 b", "3 c", ".")
	c.ask("RETR 2", "+OK 20 octets", "Subject: two", "", "Hi", ".")
	c.ask("QUIT", "+OK goodbye")
	open(t, addr).ask("UIDL", "+OK the list follows", "1 a", "2 c", "3 d", ".")
}

func TestOnlyQuitDeletes(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(*talk)
		want string
	}{
		{"quit", func(c *talk) { c.ask("QUIT", "+OK goodbye") }, "b"},
		{"reset and quit", func(c *talk) {
			c.ask("RSET", "+OK nothing is marked any more")
			c.ask("QUIT", "+OK goodbye")
		}, "a b c"},
		{"drop", func(c *talk) { c.conn.Close() }, "a b c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, box := threeMessages()
			c := open(t, pop3test.Start(t, s))
			c.ask("DELE 1", "+OK message 1 will be deleted by QUIT")
			c.ask("DELE 3", "+OK message 3 will be deleted by QUIT")
			if got := uidls(box); got != "a b c" {
				t.Errorf("before the end the server has %q, want all", got)
			}
			test.end(c)
			idle(t, s)
			if got := uidls(box); got != test.want {
				t.Errorf("the server has %q, want %q", got, test.want)
			}
		})
	}
}

func TestDeletingOneOfTwoWithTheSameIDLeavesTheOther(t *testing.T) {
	s, box := newServer()
	box.DeliverAs("same", []byte(first))
	box.DeliverAs("same", []byte(second))
	c := open(t, pop3test.Start(t, s))
	c.ask("DELE 1", "+OK message 1 will be deleted by QUIT")
	c.ask("QUIT", "+OK goodbye")
	if left := box.Messages(); len(left) != 1 || string(left[0].Raw) != second {
		t.Errorf("%d messages are left, want the second alone", len(left))
	}
}

func TestUniqueIDsAreNotUsedAgain(t *testing.T) {
	_, box := newServer()
	one := box.Deliver([]byte(first))
	box.Remove(one)
	if two := box.Deliver([]byte(first)); two == one {
		t.Errorf("%q was given to a second message", two)
	}
}

func TestAnExclusiveLockAdmitsOneSession(t *testing.T) {
	s, _ := threeMessages()
	s.ExclusiveLock = true
	other := s.AddUser("bob", "secret")
	other.Deliver([]byte(first))
	addr := pop3test.Start(t, s)
	refused := func() {
		t.Helper()
		c := dial(t, addr)
		c.ask("USER ann", "+OK now the password")
		c.ask("PASS secret", "-ERR [IN-USE] another session has this maildrop open")
		c.conn.Close()
	}

	c := open(t, addr)
	refused()
	bob := dial(t, addr)
	bob.ask("USER bob", "+OK now the password")
	bob.ask("PASS secret", "+OK 1 messages")
	bob.conn.Close()

	c.ask("QUIT", "+OK goodbye") // the lock is free before the answer
	c = open(t, addr)
	refused()
	c.conn.Close()
	idle(t, s)
	open(t, addr)
}

func TestWithoutALockSessionsAreIndependent(t *testing.T) {
	s, box := threeMessages()
	addr := pop3test.Start(t, s)
	one, two := open(t, addr), open(t, addr)
	one.ask("DELE 1", "+OK message 1 will be deleted by QUIT")
	two.ask("DELE 1", "+OK message 1 will be deleted by QUIT")
	two.ask("DELE 2", "+OK message 2 will be deleted by QUIT")
	one.ask("QUIT", "+OK goodbye")
	two.ask("QUIT", "+OK goodbye")
	if got := uidls(box); got != "c" {
		t.Errorf("the server has %q, want c", got)
	}
}

func TestLoginsTooCloseTogetherAreRefused(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	s, _ := newServer()
	s.LoginDelay = time.Minute
	s.Now = func() time.Time { return now }
	addr := pop3test.Start(t, s)
	open(t, addr).ask("QUIT", "+OK goodbye")
	idle(t, s)
	now = now.Add(time.Minute - 1)
	c := dial(t, addr)
	c.ask("USER ann", "+OK now the password")
	c.ask("PASS secret", "-ERR [LOGIN-DELAY] too soon after the last login")
	c.ask("QUIT", "+OK goodbye")
	idle(t, s)
	now = now.Add(1)
	open(t, addr)
}

func TestDripWaitsBetweenPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newServer()
		s.Faults = []pop3test.Fault{{Command: "NOOP", Action: pop3test.Drip(4, time.Second)}}
		c := newTalk(t, servePipe(t, s))
		c.expect("+OK pop3test is ready")
		c.ask("USER ann", "+OK now the password")
		c.ask("PASS secret", "+OK 0 messages")
		start := time.Now()
		c.ask("NOOP", "+OK nothing done") // 18 bytes: four waits
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("the reply took %v, want 4s", took)
		}
	})
}
