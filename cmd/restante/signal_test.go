package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asProgram in the environment makes this test's binary the program itself.
const asProgram = "RESTANTE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// Both ways to be told to end, in the middle of a request and with a connection that says nothing: status 0, and nothing
// is left behind. Nor is where it is not even told.
func TestSignalsEndTheProgramAndLeaveNothing(t *testing.T) {
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt, "SIGKILL": os.Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tmp, out := t.TempDir(), new(output)
			cmd := exec.CommandContext(t.Context(), os.Args[0], "demo", "--listen", "127.0.0.1:0")
			cmd.Env = append(os.Environ(), asProgram+"=1", "TMPDIR="+tmp)
			cmd.Stdout, cmd.Stderr = out, out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			site := out.await(t, `(http://\S+)`)
			b := newBrowser(t, site)
			if p := b.post("/login", url.Values{"user": {"demo"}, "password": {"demo"}}); p != "/inbox" {
				t.Errorf("signing in leads to %s", p)
			}
			for _, text := range []string{"", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\nuser="} {
				conn, err := net.Dial("tcp", strings.TrimPrefix(site, "http://"))
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if _, err := io.WriteString(conn, text); err != nil {
					t.Fatal(err)
				}
			}
			b.get("/inbox") // the others have been accepted before
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			select {
			case err := <-ended:
				if (err != nil) != (signal == os.Kill) {
					t.Errorf("it ended with %v:\n%s", err, out)
				}
			case <-time.After(patience):
				t.Error("it does not end")
				if err := errors.Join(cmd.Process.Kill(), <-ended); err != nil {
					t.Log(err)
				}
			}
			if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func TestTheHealthcheckAsksNobodyElse(t *testing.T) {
	well := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer well.Close()
	other := httptest.NewServer(http.RedirectHandler(well.URL, http.StatusFound))
	defer other.Close()
	fails(t, []string{"healthcheck", "--listen", strings.TrimPrefix(other.URL, "http://")}, 1, "302")
}

// startProgram runs a command line as a process of its own, until the test kills it or ends.
func startProgram(t *testing.T, args ...string) (out *output, kill func()) {
	t.Helper()
	out = new(output)
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // … as a process does that is killed
	})
	t.Cleanup(kill)
	return out, kill
}
