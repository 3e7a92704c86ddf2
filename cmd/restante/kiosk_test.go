package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante/pop3client/live"
	"restante/pop3client/pop3test"
)

func TestWhatAKioskNeeds(t *testing.T) {
	kiosk := []string{"serve", "--kiosk", "--server", "pop3s://mail.example.org"}
	with := func(args ...string) []string { return append(kiosk[:len(kiosk):len(kiosk)], args...) }
	fails(t, kiosk, 2, "--kiosk needs HTTPS", "--tls-cert", "--kiosk-insecure goes without")
	fails(t, with("--data", t.TempDir()), 2, "leave out --data")
	fails(t, []string{"serve", "--kiosk", "--kiosk-insecure"}, 2, "--kiosk needs --server")
	fails(t, with("--kiosk-insecure", "--kiosk-idle", "30s"), 2, "--kiosk-idle 30s")
	fails(t, with("--kiosk-insecure", "--kiosk-idle", "1h"), 2, "--kiosk-idle 1h")
	fails(t, with("--public-url", "http://mail.example.org"), 2, "--kiosk needs HTTPS")
	fails(t, []string{"serve", "--data", t.TempDir(), "--kiosk-print"}, 2, "need --kiosk")
}

// The pages for who runs the site are on an address of their own.
func TestTheOperatorHasAnAddress(t *testing.T) {
	mail := &pop3test.Server{}
	letters(mail)
	c := start(t, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--admin-listen", "0", "--server", "pop3+insecure://"+pop3test.Start(t, mail))
	b := newBrowser(t, strings.TrimSuffix(c.err.await(t, `for the operator" address=(\S+)`), "/admin/status"))
	b.get("/admin/status")
	for _, want := range []string{"--tls-cert", "Write pop3s://", "are free", "What this kiosk leaves behind"} {
		if !strings.Contains(b.body, want) {
			t.Errorf("it does not say %q:\n%s", want, b.body)
		}
	}
	b.get("/admin/kiosk")
	if !strings.Contains(b.body, "This site is no kiosk") {
		t.Errorf("it does not say that it is no kiosk:\n%s", b.body)
	}
	if err := c.end(); err != nil {
		t.Error(err)
	}
	fails(t, []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--server", "pop3s://mail.example.org", "--admin-listen", "nowhere:"}, 2, "--admin-listen")
	fails(t, []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--operator", "*"}, 2, "--operator")
}

// letters is a mailbox whose mail says nothing that is also in the program.
func letters(s *pop3test.Server) {
	box := s.AddUser("quillfeather", "tangerine-umbrella-93")
	for i := range 30 {
		box.Deliver(fmt.Appendf(nil, "From: Bo <bo@marmaladegate.example>\r\nTo: quillfeather\r\nSubject: pomegranate %d\r\nDate: %s\r\nMessage-ID: <%d@marmaladegate.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>Walrusharp number %d: %s</p>\r\n",
			i, time.Now().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), i, i, strings.Repeat("walrusharp song ", 40)))
	}
}

// Once a guest has left, no word of their mail, nor their name or password, is in the memory of the process or on the disk.
// The kiosk is the program itself, which begins again to have memory overwritten once it is no longer used, and built as
// it is for people: the race detector keeps memory of its own.
func TestAKioskLeavesNoWordOfTheMailInMemory(t *testing.T) {
	t.Parallel() // it waits most of the time
	mail := &pop3test.Server{}
	letters(mail)
	addr := pop3test.Start(t, mail)
	tmp, out, program := t.TempDir(), new(output), filepath.Join(t.TempDir(), "restante")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, said)
	}
	cmd := exec.CommandContext(t.Context(), program, "serve", "--kiosk", "--kiosk-insecure", "--listen", "127.0.0.1:0", "--server", "pop3+insecure://"+addr)
	cmd.Env, cmd.Dir = append(os.Environ(), "TMPDIR="+tmp, "GODEBUG="), tmp
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	b := newBrowser(t, out.await(t, `address=(\S+)`))
	if p := b.post("/login", url.Values{"user": {"quillfeather"}, "password": {"tangerine-umbrella-93"}}); p != "/inbox" {
		t.Fatalf("signing in leads to %s:\n%s", p, b.body)
	}
	link := regexp.MustCompile(`<h2 class="subj">\s*<a href="(/o/[^"]+)"`)
	for _, m := range link.FindAllStringSubmatch(b.body, 10) {
		b.get(m[1])
		if !strings.Contains(b.body, "Walrusharp number") {
			t.Errorf("a message shows:\n%s", b.body)
		}
	}
	b.post("/search", url.Values{"q": {"walrusharp"}})
	words := []string{"walrusharp", "pomegranate", "marmaladegate", "quillfeather", "tangerine-umbrella"}
	before := inMemoryOf(t, cmd.Process.Pid, words)
	for _, word := range words[:3] {
		if before[word] == 0 {
			t.Errorf("%q is not found while it is there: nothing is proved", word)
		}
	}
	b.post("/logout", url.Values{})
	var after map[string]int
	for deadline := time.Now().Add(wipesEach*guestsEvery + patience); time.Now().Before(deadline); time.Sleep(time.Second) {
		if after = inMemoryOf(t, cmd.Process.Pid, words); len(after) == 0 {
			break
		}
	}
	if len(after) > 0 {
		t.Errorf("in memory were %v, and are still %v", before, after)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("on the disk it has left %v, %v", left, err)
	}
}

// The whole way with the real thing: what a guest reads from Dovecot is there as before, and not marked as read.
func TestAKioskLeavesDovecotAsItWas(t *testing.T) {
	d := live.Need(t, live.Dovecot)
	for i, raw := range realMail(t, 10) {
		deliver(t, d, append(fmt.Appendf(nil, "X-Number: %d\n", i), raw...))
	}
	before := stored(t, d)
	out, kill := startProgram(t, "serve", "--kiosk", "--kiosk-insecure", "--listen", "127.0.0.1:0", "--server", "pop3s://"+d.TLS, "--tls-ca", d.CAFile)
	defer kill()
	b := newBrowser(t, out.await(t, `address=(\S+)`))
	if p := b.post("/login", url.Values{"user": {d.User}, "password": {d.Password}}); p != "/inbox" {
		t.Fatalf("signing in leads to %s:\n%s", p, b.body)
	}
	links := regexp.MustCompile(`<h2 class="subj">\s*<a href="(/o/[^"]+)"`).FindAllStringSubmatch(b.body, -1)
	for _, m := range links {
		b.get(m[1])
		if !strings.Contains(b.body, `<article class="msg">`) {
			t.Errorf("a message shows:\n%s", b.body)
		}
	}
	if len(links) < 5 {
		t.Errorf("%d messages are listed", len(links))
	}
	b.post("/logout", url.Values{})
	time.Sleep(time.Second) // what a session that ends might still change
	after := stored(t, d)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the mailbox has changed (-before +after):\n%.2000s", diff)
	}
}

// inMemoryOf counts words in the memory of a process, in any case.
func inMemoryOf(t *testing.T, pid int, words []string) map[string]int {
	t.Helper()
	maps, err := os.Open("/proc/" + strconv.Itoa(pid) + "/maps")
	if err != nil {
		requireReal(t, "/proc", err.Error())
	}
	defer maps.Close()
	mem, err := os.Open("/proc/" + strconv.Itoa(pid) + "/mem")
	if err != nil {
		requireReal(t, "reading the memory of a child", err.Error())
	}
	defer mem.Close()
	found := map[string]int{}
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to int64
		var mode string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &mode); err != nil || !strings.HasPrefix(mode, "rw") {
			continue
		}
		const step, overlap = 64 << 10, 64
		buf, untouched := make([]byte, step+overlap), make([]byte, step+overlap)
		for at := from; at < to; at += step {
			n, err := mem.ReadAt(buf[:min(step+overlap, to-at)], at)
			if err != nil && err != io.EOF {
				break // a page that went away
			}
			if bytes.Equal(buf[:n], untouched[:n]) {
				continue
			}
			text := buf[:n]
			lower(text)
			for _, word := range words {
				if c := bytes.Count(text, []byte(word)); c > 0 {
					found[word] += c
				}
			}
		}
	}
	return found
}

// lower makes capital letters of ASCII small, without the race detector: half a gigabyte takes seconds with it.
//
//go:norace
func lower(text []byte) {
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			text[i] = c + 'a' - 'A'
		}
	}
}
