package fetch_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
	"restante/pop3client/pop3test"
)

// childDir is set for the processes that are killed: they collect into that folder.
const childDir = "RESTANTE_TEST_CRASH_DIR"

// childFileSize is how large, in bytes, the files of such a process may become; not set: any size.
const childFileSize = "RESTANTE_TEST_FILE_SIZE"

// ready is what such a process says when it begins to collect.
const ready = "ready"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if size, err := strconv.ParseUint(os.Getenv(childFileSize), 10, 64); err == nil {
			signal.Ignore(syscall.SIGXFSZ) // writing is to fail, not to end the process
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size}); err != nil {
				fmt.Println(err)
			}
		}
		fmt.Println(collectInChild(dir))
		os.Exit(1) // it is to be killed, not to end
	}
	os.Exit(m.Run())
}

// crashKey is the key of the person whose process is killed; it must be the same in each.
func crashKey() (vault.Key, error) { return vault.KeyFrom([]byte("0123456789abcdef0123456789abcdef")) }

// collectInChild collects for everybody in dir, until it is killed.
func collectInChild(dir string) error {
	ctx := context.Background()
	people, err := registry.Open(ctx, dir)
	if err != nil {
		return err
	}
	f := &fetch.Fleet{
		Boxes: cache.NewPool(filepath.Join(dir, "users"), time.Now), Registry: people, Interval: time.Millisecond,
		Client: pop3client.Options{}, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	key, err := crashKey()
	if err != nil {
		return err
	}
	ids, err := people.People(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := f.Hold(ctx, id, key); err != nil {
			return err
		}
	}
	fmt.Println(ready)
	return f.Run(ctx)
}

// The process is killed at random moments, started again, and killed again; mail arrives meanwhile. In the end every
// message is here exactly once, byte for byte, the file agrees with itself, and the server has what the policy leaves.
func TestAProcessKilledAtAnyMomentLosesNothingAndDoublesNothing(t *testing.T) {
	for name, policy := range map[string]cache.Policy{"keep": {}, "delete at once": {Rule: cache.DeleteAtOnce, SameSession: true}} {
		t.Run(name, func(t *testing.T) { killedAtRandom(t, policy) })
	}
}

func killedAtRandom(t *testing.T, policy cache.Policy) {
	trials, letters := 8, 30
	if os.Getenv("RESTANTE_ALL") != "" {
		trials = 150
	}
	h := newCrashHouse(t, &pop3test.Server{}, policy)
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	var all []pop3test.Message
	for range trials {
		for range letters {
			raw := letter(len(all), time.Now().Add(-time.Duration(len(all))*time.Minute))
			all = append(all, pop3test.Message{UIDL: h.mailbox.Deliver(raw), Raw: raw})
		}
		killAfter(t, h.dir, time.Duration(r.IntN(60))*time.Millisecond)
	}
	h.reopen()
	h.settled(policy)
	h.kept(all)
	left := len(h.mailbox.Messages())
	if policy.Rule == cache.Keep && (left != len(all) || h.server.Seen("DELE") > 0) || policy.Rule != cache.Keep && left > 0 {
		t.Errorf("%d messages are on the server of %d; %d DELE were sent", left, len(all), h.server.Seen("DELE"))
	}
	if n := len(h.receipts()); policy.Rule != cache.Keep && n != len(all) {
		t.Errorf("there are %d receipts for %d messages", n, len(all))
	}
	h.close()
	h.consistent()
	t.Logf("proof: random kills: %d messages through %d kills, 0 losses, %d retrieved again because they were not yet durable", len(all), trials, h.server.Seen("RETR")-len(all))
}

// killAfter starts a process that collects into dir and kills it once it has worked for a while.
func killAfter(t *testing.T, dir string, work time.Duration) {
	t.Helper()
	c := startChild(t, dir)
	time.Sleep(work)
	c.kill()
}

// child is a process that collects until it is killed.
type child struct {
	t     *testing.T
	cmd   *exec.Cmd
	begun *bufio.Reader
	ended bool // it may end by itself
}

// startChild starts a process that collects into dir, with more in its environment, and waits until it begins.
func startChild(t *testing.T, dir string, env ...string) *child {
	t.Helper()
	return startCommand(t, exec.Command(os.Args[0]), append(env, childDir+"="+dir))
}

func startCommand(t *testing.T, cmd *exec.Cmd, env []string) *child {
	t.Helper()
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: cmd, begun: bufio.NewReader(out)}
	if line, err := c.begun.ReadString('\n'); err != nil || line != ready+"\n" {
		c.kill()
		t.Fatalf("the process does not begin: %q, %v", line, err)
	}
	return c
}

// kill ends the process, and those that it has started, at once.
func (c *child) kill() {
	c.t.Helper()
	if err := syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL); err != nil && !c.ended {
		c.t.Fatal(err)
	}
	said, err := io.ReadAll(c.begun)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.cmd.Wait(); !c.ended && (err == nil || len(said) > 0) {
		c.t.Fatalf("the process ended by itself: %s", said)
	}
}

// straced starts a process whose system calls fail as the rule of strace's inject says, once it has begun.
func straced(rule string) func(*testing.T, string) *child {
	return func(t *testing.T, dir string) *child {
		t.Helper()
		strace, err := exec.LookPath("strace")
		if err != nil && os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatalf("system calls that fail: %v (Debian: strace)", err)
		}
		if err == nil {
			err = exec.Command(strace, "-e", "trace=none", "true").Run()
		}
		if err != nil {
			t.Skipf("SKIPPED: system calls that fail: strace does not work here: %v (Debian: strace, and the right to trace)", err)
		}
		c := startCommand(t, exec.Command(strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=none", "-e", "inject="+rule, os.Args[0]), []string{childDir + "=" + dir})
		c.ended = true
		return c
	}
}
