package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

func TestAKeyFileIsMadeOnceAndKept(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	path := filepath.Join(dir, "key")
	first, err := readKey(path, data)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := readKey(path, data); err != nil || !again.Equal(first) {
		t.Errorf("read again it is another key, %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if other, err := readKey(filepath.Join(dir, "other"), data); err != nil || other.Equal(first) {
		t.Errorf("two files have one key, %v", err)
	}
}

func TestWhatIsNoKeyFile(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(data, link); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	digits := strings.Repeat("0f", keyBytes)
	for path, text := range map[string]string{
		filepath.Join(data, "key"): "lies in the data folder", filepath.Join(data, "users", "key"): "lies in the data folder", filepath.Join(link, "key"): "lies in the data folder",
		write("open", digits, 0o644): "chmod 600", write("short", digits[2:], 0o600): "is no key", write("empty", "", 0o600): "is no key",
		write("long", strings.Repeat(digits, 100), 0o600): "is no key", filepath.Join(dir, "nowhere", "key"): "no such file",
	} {
		if _, err := readKey(path, data); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v, want %q", path, err, text)
		}
	}
	if _, err := readKey(write("good", digits+"\n", 0o600), data+"-beside"); err != nil {
		t.Errorf("a good one: %v", err)
	}
}

// Kill -9 in the middle of a collection, while everybody is signed out: the next start goes on for who chose so.
func TestWhoChoseSoIsCollectedForAfterAKill(t *testing.T) {
	gate := pop3test.NewGate()
	mail := &pop3test.Server{Faults: []pop3test.Fault{{Command: "STAT", Nth: 1, Action: pop3test.Pause(gate)}}}
	letters(mail)
	addr := pop3test.Start(t, mail)
	data, key := t.TempDir(), filepath.Join(t.TempDir(), "key")
	args := []string{"serve", "--data", data, "--key-file", key, "--listen", "127.0.0.1:0", "--server", "pop3+insecure://" + addr}
	out, kill := startProgram(t, args...)
	b := newBrowser(t, out.await(t, `address=(\S+)`))
	b.post("/login", url.Values{"user": {"quillfeather"}, "password": {"tangerine-umbrella-93"}})
	b.post("/settings/absent", url.Values{"on": {"1"}})
	if !strings.Contains(b.body, "collected also while you are signed out") {
		t.Fatalf("choosing says:\n%s", b.body)
	}
	b.post("/logout", url.Values{})
	kill()
	gate.Open()
	mail.WaitIdle(t.Context())
	before := len(mail.Logins())
	out, kill = startProgram(t, args...)
	defer kill()
	out.await(t, `address=(\S+)`)
	for deadline := time.Now().Add(patience); len(mail.Logins()) == before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("nobody signs in to the mail server:\n%s", out)
		}
	}
}

func TestWhatOtherWaysInNeed(t *testing.T) {
	dir := t.TempDir()
	secret, empty := filepath.Join(dir, "secret"), filepath.Join(dir, "empty")
	for path, text := range map[string]string{secret: "s3cret\n", empty: " \n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	serve := []string{"serve", "--data", t.TempDir(), "--server", "pop3s://mail.example.org", "--listen", "127.0.0.1:0"}
	with := func(args ...string) []string { return append(serve[:len(serve):len(serve)], args...) }
	keyed := func(args ...string) []string {
		return with(append([]string{"--key-file", filepath.Join(dir, "key")}, args...)...)
	}
	oidc := []string{"--oidc-issuer", "https://id.example.org", "--oidc-client-id", "x"}
	fails(t, with("--auth-header", "Remote-User", "--trusted-proxy", "127.0.0.1"), 2, "need --key-file")
	fails(t, keyed("--auth-header", "Remote-User"), 2, "--trusted-proxy", "anybody could name themselves anybody")
	fails(t, keyed("--oidc-client-id", "x"), 2, "need --oidc-issuer")
	fails(t, keyed("--oidc-issuer", "http://id.example.org"), 2, "https://")
	fails(t, keyed(oidc...), 2, "--oidc-client-secret-file")
	fails(t, keyed(append(oidc, "--oidc-client-secret-file", secret)...), 2, "--public-url")
	fails(t, keyed(append(oidc, "--oidc-client-secret-file", empty, "--public-url", "https://mail.example.org")...), 2, "is empty")
	fails(t, keyed(append(oidc, "--oidc-client-secret-file", filepath.Join(dir, "none"), "--public-url", "https://mail.example.org")...), 2, "no such file")
	fails(t, []string{"serve", "--kiosk", "--kiosk-insecure", "--server", "pop3s://mail.example.org", "--auth-header", "X"}, 2, "not for a kiosk")
	fails(t, []string{"serve", "--kiosk", "--kiosk-insecure", "--server", "pop3s://mail.example.org", "--key-file", filepath.Join(dir, "key")}, 2, "not for a kiosk")
}
