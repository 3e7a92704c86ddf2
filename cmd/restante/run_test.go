package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

const patience = 30 * time.Second // a guard against hanging

// output is what a command writes, readable while it runs.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// await waits until the output matches, and returns the first group of the match.
func (o *output) await(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if m := re.FindStringSubmatch(o.String()); m != nil {
			return m[len(m)-1]
		}
	}
	t.Fatalf("waited in vain for %q in:\n%s", pattern, o)
	return ""
}

// command is restante, running.
type command struct {
	t        *testing.T
	out, err *output
	stop     context.CancelFunc
	ended    chan error
}

// start runs a command line until the test ends or stops it.
func start(t *testing.T, args ...string) *command {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	c := &command{t: t, out: new(output), err: new(output), stop: stop, ended: make(chan error, 1)}
	go func() { c.ended <- run(ctx, args, c.out, c.err) }()
	t.Cleanup(func() { c.end() })
	return c
}

// end stops the command and returns how it ended.
func (c *command) end() error {
	c.stop()
	select {
	case err := <-c.ended:
		c.ended <- err
		return err
	case <-time.After(patience):
		c.t.Fatal("the command does not end")
		return nil
	}
}

// fails runs a command line that must fail with a status and a sentence that has all the texts.
func fails(t *testing.T, args []string, status int, texts ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, stderr := new(output), new(output)
	err := run(ctx, args, out, stderr)
	if ctx.Err() != nil {
		t.Fatalf("%q ran instead of failing", args)
	}
	said := new(output)
	if got := report(err, said); got != status {
		t.Errorf("%q ends with status %d (%v), want %d", args, got, err, status)
	}
	for _, want := range texts {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q says %q, want it to say %q", args, said, want)
		}
	}
	if n := strings.Count(strings.TrimSpace(said.String()), "\n"); n > 0 {
		t.Errorf("%q says more than one line: %q", args, said)
	}
}

func TestMistakesAreNamedWithWhatToDo(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	data := filepath.Join(dir, "data")
	for _, test := range []struct {
		args   []string
		status int
		says   []string
	}{
		{[]string{"serve"}, 2, []string{"--data"}},
		{[]string{"serve", "--data", data, "--server", "imap://x"}, 2, []string{"--server", "pop3s://"}},
		{[]string{"serve", "--data", data, "--server", "mail.example.org"}, 2, []string{"pop3s://host"}},
		{[]string{"serve", "--data", file}, 1, []string{file, "folder"}},
		{[]string{"serve", "--data", "/proc/nowhere/data"}, 1, []string{"/proc/nowhere/data"}},
		{[]string{"serve", "--data", data, "--tls-ca", filepath.Join(dir, "absent")}, 2, []string{"--tls-ca"}},
		{[]string{"serve", "--data", data, "--tls-ca", file}, 2, []string{file, "PEM"}},
		{[]string{"serve", "--data", data, "--allow-user", "*"}, 2, []string{"--allow-user"}},
		{[]string{"serve", "--data", data, "--interval", "1s"}, 2, []string{"--interval"}},
		{[]string{"serve", "--data", data, "--tls-cert", file}, 2, []string{"--tls-key"}},
		{[]string{"serve", "--data", data, "--tls-cert", file, "--tls-key", file}, 2, []string{"--tls-cert", file}},
		{[]string{"serve", "--data", data, "--public-url", "mail.example.org"}, 2, []string{"--public-url", "https://"}},
		{[]string{"serve", "--data", data, "--base-path", "mail"}, 2, []string{"--base-path", "/mail"}},
		{[]string{"serve", "--data", data, "--trusted-proxy", "proxy"}, 2, []string{"--trusted-proxy", "172.16.0.0/12"}},
		{[]string{"serve", "--data", data, "--listen", "nonsense"}, 2, []string{"--listen", "127.0.0.1:8080"}},
		{[]string{"serve", "--data", data, "--listen", "127.0.0.1:99999"}, 2, []string{"port"}},
		{[]string{"serve", "--data", data, "--listen", taken.Addr().String()}, 1, []string{taken.Addr().String(), "--listen"}},
		{[]string{"demo", "--listen", taken.Addr().String()}, 1, []string{taken.Addr().String(), "port 0"}},
		{[]string{"healthcheck", "--listen", "127.0.0.1:1"}, 1, []string{"does not answer"}},
		{[]string{"explode"}, 2, []string{"--help"}},
		{[]string{"serve", "--explode"}, 2, []string{"--explode"}},
		{nil, 2, []string{"--help"}},
	} {
		fails(t, test.args, test.status, test.says...)
	}
}

func TestASecondServeOnTheSameDataIsRefused(t *testing.T) {
	data := t.TempDir()
	first := start(t, "serve", "--data", data, "--listen", "127.0.0.1:0")
	first.err.await(t, `address=(\S+)`)
	fails(t, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, 1, data, "another process")
	if err := first.end(); err != nil {
		t.Errorf("the first ended with %v", err)
	}
	again := start(t, "serve", "--data", data, "--listen", "127.0.0.1:0")
	again.err.await(t, `address=(\S+)`)
}

func TestDataFromANewerVersionIsRefused(t *testing.T) {
	data := t.TempDir()
	first := start(t, "serve", "--data", data, "--listen", "127.0.0.1:0")
	first.err.await(t, `address=(\S+)`)
	if err := first.end(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(data, "instance.db")
	db, err := sql.Open("sqlite", path) // not the bytes of the file: its newest header may be in the log still
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	fails(t, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, 1, path, "99", "newer")
}

func TestAMailServerWhoseCertificateDoesNotVerifyIsRefusedUnlessItsAuthorityIsNamed(t *testing.T) {
	addr, ca := secureServer(t, "ana", "secret")
	args := []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--server", "pop3s://" + addr}
	fails(t, args, 1, "certificate", addr, "--tls-ca")
	c := start(t, append(args, "--tls-ca", ca)...)
	site := c.err.await(t, `address=(\S+)`)
	b := newBrowser(t, site)
	if p := b.post("/login", url.Values{"user": {"ana"}, "password": {"secret"}}); p != "/inbox" {
		t.Errorf("signing in leads to %s", p)
	}
}

// secureServer starts a POP3 server with a certificate of its own authority, which lies in the file returned.
func secureServer(t *testing.T, user, password string) (addr, ca string) {
	t.Helper()
	certificate, _, err := pop3test.Certificate("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s := &pop3test.Server{}
	s.AddUser(user, password).Deliver([]byte("Subject: hello\r\n\r\nx\r\n"))
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Serve(ctx, tls.NewListener(plain, &tls.Config{Certificates: []tls.Certificate{certificate}}))
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	ca = filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return plain.Addr().String(), ca
}

func TestFlagsHaveTwinsInTheEnvironment(t *testing.T) {
	data := t.TempDir()
	t.Setenv("RESTANTE_DATA", data)
	t.Setenv("RESTANTE_LISTEN", "127.0.0.1:0")
	t.Setenv("RESTANTE_SERVER", "pop3+insecure://127.0.0.1:1")
	t.Setenv("RESTANTE_ALLOW_USER", "ana@example.org,*@example.com")
	c := start(t, "serve")
	site := c.err.await(t, `address=(\S+)`)
	c.err.await(t, `without encryption`)
	if strings.Contains(c.err.String(), "anyone") {
		t.Errorf("who may sign in was not read:\n%s", c.err)
	}
	t.Setenv("RESTANTE_LISTEN", strings.TrimPrefix(site, "http://"))
	health := new(output)
	if err := run(t.Context(), []string{"healthcheck"}, health, health); err != nil || health.String() != "ok\n" {
		t.Errorf("healthcheck: %v, %q", err, health)
	}
}

func TestVersionAndHelp(t *testing.T) {
	out := new(output)
	if err := run(t.Context(), []string{"version"}, out, out); err != nil || !strings.HasPrefix(out.String(), "restante ") {
		t.Errorf("version: %v, %q", err, out)
	}
	out = new(output)
	if err := run(t.Context(), []string{"serve", "--help"}, out, out); err != nil || !strings.Contains(out.String(), "--allow-private-servers") {
		t.Errorf("help: %v, %q", err, out)
	}
}

func TestTheDemoShowsItsMailAndLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	c := start(t, "demo", "--listen", "127.0.0.1:0")
	site := c.out.await(t, `(http://\S+)`)
	c.out.await(t, `user name demo, password demo`)
	b := newBrowser(t, site)
	if p := b.post("/login", url.Values{"user": {"demo"}, "password": {"demo"}}); p != "/inbox" {
		t.Fatalf("signing in leads to %s", p)
	}
	for deadline := time.Now().Add(patience); !strings.Contains(b.body, "Up to date"); b.get("/inbox") {
		if time.Now().After(deadline) {
			t.Fatalf("the mail does not come:\n%s", b.body)
		}
	}
	if !strings.Contains(b.body, "demonstration") || strings.Count(b.body, `<li class="row`) < 10 {
		t.Errorf("the inbox has no banner or too few rows:\n%s", b.body)
	}
	if err := c.end(); err != nil {
		t.Errorf("the demo ended with %v", err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// browser keeps cookies and remembers the last page.
type browser struct {
	t    *testing.T
	site string
	http *http.Client
	body string
}

func newBrowser(t *testing.T, site string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, site: site, http: &http.Client{Jar: jar, Timeout: patience}}
}

func (b *browser) get(path string) string { return b.send(http.MethodGet, path, nil) }

func (b *browser) post(path string, form url.Values) string {
	return b.send(http.MethodPost, path, form)
}

// send returns the path of the page that answers in the end.
func (b *browser) send(method, path string, form url.Values) string {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.site+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	var body bytes.Buffer
	_, err = body.ReadFrom(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		b.t.Fatal(err)
	}
	b.body = fmt.Sprintf("%d %s", res.StatusCode, body.String())
	return res.Request.URL.Path
}

func TestAServerThatAVisitorNamesMustBePublic(t *testing.T) {
	addr, ca := secureServer(t, "ana", "secret")
	form := url.Values{"server": {"pop3s://" + addr}, "user": {"ana"}, "password": {"secret"}}
	for _, test := range []struct {
		flags []string
		want  string
	}{
		{nil, "/login"},
		{[]string{"--allow-private-servers"}, "/inbox"},
	} {
		args := append([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--tls-ca", ca}, test.flags...)
		b := newBrowser(t, start(t, args...).err.await(t, `address=(\S+)`))
		if p := b.post("/login", form); p != test.want {
			t.Errorf("with %q signing in leads to %s, want %s:\n%s", test.flags, p, test.want, b.body)
		}
		if test.want == "/login" && !strings.Contains(b.body, "may not connect") && !strings.Contains(b.body, "not allowed") {
			t.Errorf("the page does not say that it is not allowed:\n%s", b.body)
		}
	}
}
