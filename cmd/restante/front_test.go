package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// pair is a certificate in files.
type pair struct {
	cert, key, both string
	roots           *x509.CertPool
}

// writePair writes a new certificate for localhost into dir, in place of one that is there.
func writePair(t *testing.T, dir string) pair {
	t.Helper()
	certificate, roots, err := pop3test.Certificate()
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	p := pair{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "both.pem"), roots}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	for name, text := range map[string][]byte{p.cert: cert, p.key: secret, p.both: slices.Concat(cert, secret)} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// trusting makes a browser trust a certificate.
func (b *browser) trusting(p pair) *browser {
	b.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: p.roots}, DisableKeepAlives: true}
	return b
}

// configuration is a block of the README: what an operator copies.
func configuration(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```"+language+"\n")
	block, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatalf("the README has no block of %s", language)
	}
	return block
}

// freePort is a port that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// proxy runs a program that is to listen at a port, until the test ends.
func proxy(t *testing.T, port, program string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		requireReal(t, program, err.Error())
	}
	var said output
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, patience
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", program, &said)
		}
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not listen: %v\n%s", program, err, &said)
		}
	}
}

var ownAddress = regexp.MustCompile(`(?:href|action|src)="([^"#][^"]*)"`)

// walk signs in through what stands before the site, and follows what its pages lead to: all lies beneath base, and the
// session is one that only HTTPS carries.
func walk(t *testing.T, b *browser, base string) {
	t.Helper()
	if at := b.post(base+"/login", url.Values{"user": {"ana"}, "password": {"secret"}}); at != base+"/inbox" {
		t.Fatalf("signing in leads to %s:\n%s", at, b.body)
	}
	if strings.Contains(b.body, "not encrypted") {
		t.Error("the page says that it came by HTTP")
	}
	site, err := url.Parse(b.site)
	if err != nil {
		t.Fatal(err)
	}
	if c := b.http.Jar.Cookies(site); len(c) != 1 || c[0].Name != "__Host-sid" {
		t.Errorf("cookies are %v", c)
	}
	seen, queue := map[string]bool{}, []string{base + "/inbox", base + "/"}
	for len(queue) > 0 && len(seen) < 80 {
		path := queue[0]
		queue = queue[1:]
		b.get(path)
		if !strings.HasPrefix(b.body, "200") {
			t.Errorf("%s: %.200s", path, b.body)
		}
		for _, m := range ownAddress.FindAllStringSubmatch(b.body, -1) {
			next := strings.ReplaceAll(m[1], "&amp;", "&")
			if !strings.HasPrefix(next, base+"/") {
				t.Errorf("%s leads to %s", path, next)
			}
			if strings.HasPrefix(m[0], "href") && !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d addresses were found", len(seen))
	}
	if at := b.post(base+"/logout", nil); at != base+"/bye" {
		t.Errorf("signing out leads to %s", at)
	}
}

// behind starts a site with a mailbox for what stands before it, and returns it when it is ready.
func behind(t *testing.T, flags ...string) *command {
	t.Helper()
	addr, ca := secureServer(t, "ana", "secret")
	c := start(t, append([]string{"serve", "--data", t.TempDir(), "--server", "pop3s://" + addr, "--tls-ca", ca}, flags...)...)
	c.err.await(t, `address=(\S+)`)
	return c
}

// shortDir is a folder with a path short enough for a Unix socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "front")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestBehindNginxBeneathAPath(t *testing.T) {
	dir, port := shortDir(t), freePort(t)
	p, socket := writePair(t, dir), filepath.Join(dir, "site.sock")
	behind(t, "--listen", "unix:"+socket, "--public-url", "https://localhost:"+port+"/mail")
	block := strings.ReplaceAll(configuration(t, "nginx"), "/run/restante/site.sock", socket)
	if strings.Count(block, socket) != 1 {
		t.Fatalf("the README's block does not name the socket once:\n%s", block)
	}
	config := fmt.Sprintf("user root;\ndaemon off;\nworker_processes 1;\npid %[1]s/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n"+
		"client_body_temp_path %[1]s/a;\nproxy_temp_path %[1]s/b;\nfastcgi_temp_path %[1]s/c;\nuwsgi_temp_path %[1]s/d;\nscgi_temp_path %[1]s/e;\n"+
		"server {\nlisten 127.0.0.1:%[2]s ssl;\nssl_certificate %[3]s;\nssl_certificate_key %[4]s;\n%[5]s}\n}\n", dir, port, p.cert, p.key, block)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	proxy(t, port, "nginx", "-e", "stderr", "-c", file)
	b := newBrowser(t, "https://localhost:"+port).trusting(p)
	b.get("/mail/login")
	walk(t, b, "/mail")
	if b := newBrowser(t, "https://127.0.0.1:"+port).trusting(p); b.get("/mail/login") != "/mail/login" || !strings.HasPrefix(b.body, "421") {
		t.Errorf("under another name: %s", b.body)
	}
}

func TestBehindHAProxy(t *testing.T) {
	dir, port := t.TempDir(), freePort(t)
	p := writePair(t, dir)
	c := behind(t, "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1")
	site := strings.TrimPrefix(c.err.await(t, `address=(\S+)`), "http://")
	block := strings.ReplaceAll(configuration(t, "haproxy"), "127.0.0.1:8080", site)
	config := fmt.Sprintf("defaults\nmode http\ntimeout client 1m\ntimeout server 1m\ntimeout connect 5s\nfrontend https\nbind 127.0.0.1:%s ssl crt %s\ndefault_backend mail\n%s", port, p.both, block)
	file := filepath.Join(dir, "haproxy.cfg")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	proxy(t, port, "haproxy", "-db", "-f", file)
	walk(t, newBrowser(t, "https://localhost:"+port).trusting(p), "")
}

func TestItsOwnCertificateIsReadAgainWhenItChanges(t *testing.T) {
	dir := t.TempDir()
	first := writePair(t, dir)
	c := behind(t, "--listen", "127.0.0.1:0", "--tls-cert", first.cert, "--tls-key", first.key)
	site := c.err.await(t, `address=(\S+)`)
	if !strings.HasPrefix(site, "https://") {
		t.Fatalf("the site says that it is at %s", site)
	}
	walk(t, newBrowser(t, site).trusting(first), "")
	listening := strings.TrimPrefix(site, "https://")
	healthy := start(t, "healthcheck", "--listen", listening, "--tls-cert", first.cert)
	healthy.out.await(t, `ok`)
	fails(t, []string{"healthcheck", "--listen", listening}, 1, "not well")

	loaded := &certificate{cert: first.cert, key: first.key}
	now := time.Now()
	if err := loaded.load(now); err != nil {
		t.Fatal(err)
	}
	before := loaded.served
	if err := os.WriteFile(first.key, []byte("half of a pair"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := loaded.load(now); err == nil || loaded.served != before {
		t.Errorf("a key that does not fit: %v", err)
	}
	writePair(t, dir)
	if err := loaded.load(now); err != nil || bytes.Equal(loaded.served.Certificate[0], before.Certificate[0]) {
		t.Errorf("the new certificate is not served: %v", err)
	}
}

func TestAUnixSocket(t *testing.T) {
	socket := filepath.Join(shortDir(t), "site.sock")
	c := behind(t, "--listen", "unix:"+socket)
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != socketMode {
		t.Errorf("%v, %v, want mode %o", info, err, socketMode)
	}
	start(t, "healthcheck", "--listen", "unix:"+socket).out.await(t, `ok`)
	fails(t, []string{"serve", "--data", t.TempDir(), "--listen", "unix:" + socket}, 1, "taken", "--listen")
	if err := c.end(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the socket stays: %v", err)
	}
	abandon(t, socket)
	behind(t, "--listen", "unix:"+socket)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, []string{"serve", "--data", t.TempDir(), "--listen", "unix:" + file}, 2, "no socket")
}

// abandon leaves a socket as a process does that is killed.
func abandon(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode().Type() != fs.ModeSocket {
		t.Fatalf("%v, %v, want a socket", info, err)
	}
}
