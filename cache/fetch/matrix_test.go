package fetch_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"restante/cache"
	"restante/pop3client/pop3test"
)

// arrow is a moment of a session at which everything can end: before the server has carried out a command, or once it
// has sent so many bytes of the reply (-1: all of them).
type arrow struct {
	command string
	nth     int
	after   int // bytes of the reply; 0: before the command is carried out
}

func (a arrow) String() string { return fmt.Sprintf("%s %d after %d bytes", a.command, a.nth, a.after) }

func (a arrow) pause(g *pop3test.Gate) pop3test.Action {
	if a.after == 0 {
		return pop3test.Pause(g)
	}
	return pop3test.PauseAfter(a.after, g)
}

// arrows are those of pop3.md section 3, for a session that collects matrixLetters messages and may delete them.
var arrows = []arrow{
	{"PASS", 1, 0}, {"PASS", 1, -1}, {"STAT", 1, 0}, {"TOP", 3, 0}, {"TOP", 3, 20}, {"TOP", matrixLetters, -1},
	{"LIST", matrixLetters + 1, 0}, {"UIDL", matrixLetters + 1, 0}, {"UIDL", matrixLetters + 1, 12}, {"UIDL", matrixLetters + 1, -1},
	{"RETR", 1, 0}, {"RETR", 1, 5}, {"RETR", 2, 90}, {"RETR", 3, -1}, {"RETR", matrixLetters, 0}, {"RETR", matrixLetters, -1},
	{"DELE", 1, 0}, {"DELE", 1, -1}, {"DELE", 3, 0}, {"DELE", matrixLetters, -1}, {"QUIT", 1, 0}, {"QUIT", 1, 2}, {"QUIT", 1, -1},
}

const matrixLetters = 6

// matrixRules are the policies that a session may have.
var matrixRules = map[string]cache.Policy{
	"keep": {}, "delete at once": {Rule: cache.DeleteAtOnce, SameSession: true}, "delete next time": {Rule: cache.DeleteAtOnce},
}

// share is whether the nth of many trials belongs to the fixed share that every check makes; check all makes all.
func share(n, of int) bool { return os.Getenv("RESTANTE_ALL") != "" || n%of == 0 }

// The process is killed at each arrow of a session; the next one finds every message, once, and the server as it should be.
func TestCrashMatrix(t *testing.T) {
	trials, n := 0, 0
	for name, policy := range matrixRules {
		for _, a := range arrows {
			if n++; a.command == "DELE" && policy.Rule == cache.Keep || !share(n, 6) {
				continue
			}
			trials++
			t.Run(name+"/"+a.String(), func(t *testing.T) {
				t.Parallel()
				crashAt(t, policy, a)
			})
		}
	}
	t.Cleanup(func() {
		if !t.Failed() {
			t.Logf("proof: crash matrix: %d trials, 0 losses", trials)
		}
	})
}

func crashAt(t *testing.T, policy cache.Policy, a arrow) {
	gate := pop3test.NewGate()
	h := newCrashHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: a.command, Nth: a.nth, Action: a.pause(gate)}}}, policy)
	h.deliver(matrixLetters)
	all := h.mailbox.Messages()
	child := startChild(t, h.dir)
	select {
	case <-gate.Reached():
	case <-time.After(patience):
		t.Fatal("the session never comes to the arrow")
	}
	child.kill()
	gate.Open()
	if err := h.server.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.server.SetFaults()
	h.reopen()
	h.settled(policy)
	h.kept(all)
	left := len(h.mailbox.Messages())
	switch {
	case policy.Rule == cache.Keep && left != len(all):
		t.Errorf("%d messages are left on the server of %d", left, len(all))
	case policy.Rule != cache.Keep && left != 0:
		t.Errorf("%d messages are left on the server", left)
	case policy.Rule != cache.Keep && len(h.receipts()) != len(all):
		t.Errorf("there are %d receipts for %d messages", len(h.receipts()), len(all))
	}
	h.close()
	h.consistent()
}

// settled looks until nothing is left to do.
func (h *house) settled(policy cache.Policy) {
	h.t.Helper()
	h.hold()
	h.fleet.Kick(h.box.Person) // a process that failed may have left a pause
	h.awaitGood(time.Time{})
	for range 20 { // at most 500 messages are deleted in each
		if policy.Rule != cache.Keep {
			time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // times are kept in seconds
		}
		h.look()
		if policy.Rule == cache.Keep || len(h.mailbox.Messages()) == 0 {
			break
		}
	}
	h.look()
}

// newCrashHouse is a house whose fleet does not run: processes that are killed collect in its place.
func newCrashHouse(t *testing.T, s *pop3test.Server, policy cache.Policy) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), server: s}
	h.mailbox = s.AddUser(user, password)
	h.addr = pop3test.Start(t, s)
	var err error
	if h.key, err = crashKey(); err != nil {
		t.Fatal(err)
	}
	h.open(h.addr)
	h.enrol("pop3+insecure://" + h.addr)
	h.inBox(func(ctx context.Context, box *cache.Box) error { return box.SetPolicy(ctx, h.box.Account, policy) })
	h.shut()
	return h
}

// shut gives the folder to others.
func (h *house) shut() {
	h.t.Helper()
	if err := h.boxes.Close(); err != nil {
		h.t.Fatal(err)
	}
	if err := h.people.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// reopen takes the folder back and starts the fleet in this process.
func (h *house) reopen() {
	h.open(h.addr)
	h.start()
}

// A process whose files may not grow is like one on a full disk, and so is one whose system calls fail; in the end all is
// here once.
func TestFailingSystemCallsLoseNothing(t *testing.T) {
	for name, limit := range map[string]func(*testing.T, string) *child{
		"files may not grow":     func(t *testing.T, dir string) *child { return startChild(t, dir, childFileSize+"=300000") },
		"syncing fails":          straced("fsync,fdatasync:error=EIO:when=6+"),
		"writing fails":          straced("pwrite64:error=EIO:when=40+"),
		"writing fails at times": straced("pwrite64:error=EIO:when=30+7"),
		"no room at times":       straced("pwrite64:error=ENOSPC:when=25+5"),
		"reading fails":          straced("pread64:error=EIO:when=60+"),
	} {
		t.Run(name, func(t *testing.T) {
			h := newCrashHouse(t, &pop3test.Server{}, cache.Policy{Rule: cache.DeleteAtOnce, SameSession: true})
			h.deliver(60)
			all := h.mailbox.Messages()
			child := limit(t, h.dir)
			time.Sleep(400 * time.Millisecond)
			child.kill()
			if err := h.server.WaitIdle(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.reopen()
			h.settled(cache.Policy{Rule: cache.DeleteAtOnce})
			h.kept(all)
			h.close()
			h.consistent()
		})
	}
}
