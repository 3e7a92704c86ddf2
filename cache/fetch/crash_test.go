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
	"path/filepath"
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

// ready is what such a process says when it begins to collect.
const ready = "ready"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
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
// message is here exactly once, byte for byte, the file agrees with itself, and the server has lost nothing.
func TestAProcessKilledAtAnyMomentLosesNothingAndDoublesNothing(t *testing.T) {
	trials, letters := 12, 40
	if os.Getenv("RESTANTE_ALL") != "" {
		trials = 150
	}
	h := &house{t: t, dir: t.TempDir(), server: &pop3test.Server{}}
	h.mailbox = h.server.AddUser(user, password)
	addr := pop3test.Start(t, h.server)
	var err error
	if h.key, err = crashKey(); err != nil {
		t.Fatal(err)
	}
	h.open(addr)
	h.enrol("pop3+insecure://" + addr)
	if err := h.people.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.boxes.Close(); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	delivered := 0
	for range trials {
		for range letters {
			h.mailbox.Deliver(letter(delivered, time.Now().Add(-time.Duration(delivered)*time.Minute)))
			delivered++
		}
		killAfter(t, h.dir, time.Duration(r.IntN(60))*time.Millisecond)
	}
	h.open(addr)
	h.start()
	begun := time.Now() // a process that was killed may have remembered a good run
	h.hold()
	h.awaitGood(begun)
	h.check()
	if n := len(h.mailbox.Messages()); n != delivered || h.server.Seen("DELE") > 0 {
		t.Errorf("%d messages are on the server, want %d; %d DELE were sent", n, delivered, h.server.Seen("DELE"))
	}
	h.close()
	h.consistent()
	again := h.server.Seen("RETR") - delivered
	t.Logf("%d messages through %d kills, %d retrieved again because they were not yet durable", delivered, trials, again)
}

// killAfter starts a process that collects into dir and kills it once it has worked for a while.
func killAfter(t *testing.T, dir string, work time.Duration) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	begun := bufio.NewReader(out)
	if line, err := begun.ReadString('\n'); err != nil || line != ready+"\n" {
		t.Fatalf("the process does not begin: %q, %v", line, err)
	}
	time.Sleep(work)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(begun)
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil || len(said) > 0 {
		t.Fatalf("the process ended by itself: %s", said)
	}
}
