package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restante/pop3client/live"
	"restante/pop3client/pop3test"
)

// doctored runs restante doctor, and returns what it prints and its exit status.
func doctored(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, said := new(output), new(output)
	status = report(run(ctx, append([]string{"doctor"}, args...), out, said), said)
	if ctx.Err() != nil {
		t.Fatalf("doctor %q does not end", args)
	}
	return out.String(), said.String(), status
}

func TestDoctorFindsDovecotUsableAndLeavesItsMailAlone(t *testing.T) {
	d := live.Need(t, live.Dovecot)
	for _, raw := range realMail(t, 20) {
		deliver(t, d, raw)
	}
	before := stored(t, d)
	t.Setenv("RESTANTE_PASSWORD", d.Password)
	for _, server := range []string{"pop3s://" + d.TLS, "pop3://" + d.Plain, "pop3+insecure://" + d.Plain} {
		stdout, stderr, status := doctored(t, server, "--user", d.User, "--tls-ca", d.CAFile, "--json")
		if status != 0 || stderr != "" {
			t.Fatalf("%s: exit status %d: %s%s", server, status, stdout, stderr)
		}
		var found struct {
			Usable     bool
			Pipelining bool
			Messages   int
			Mechanisms []string
			TLS        *struct{ Version string }
			Error      *string
		}
		if err := json.Unmarshal([]byte(stdout), &found); err != nil {
			t.Fatal(err)
		}
		encrypted := !strings.HasPrefix(server, "pop3+insecure")
		if !found.Usable || !found.Pipelining || found.Messages != len(before) || found.Error != nil || (found.TLS != nil) != encrypted || len(found.Mechanisms) < 5 {
			t.Errorf("%s: %s", server, stdout)
		}
	}
	stdout, _, status := doctored(t, "pop3s://"+d.TLS, "--user", d.User, "--tls-ca", d.CAFile)
	if status != 0 || !strings.Contains(stdout, "can use this server") || strings.Contains(stdout, d.Password) {
		t.Errorf("exit status %d: %s", status, stdout)
	}
	after := stored(t, d)
	if len(after) != len(before) {
		t.Fatalf("%d messages have become %d", len(before), len(after))
	}
	for i := range before {
		if string(after[i].Raw) != string(before[i].Raw) || after[i].Seen != before[i].Seen {
			t.Errorf("message %d is not as it was", i+1)
		}
	}
}

func TestDoctorExplainsWhyAServerCannotBeUsed(t *testing.T) {
	server := &pop3test.Server{NoUIDL: true}
	server.AddUser("ana", "a secret").Deliver([]byte("x"))
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("a secret\r\nand more\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"pop3+insecure://" + pop3test.Start(t, server), "--user", "ana", "--password-file", file}
	stdout, stderr, status := doctored(t, args...)
	if status != 1 || !strings.Contains(stdout, "no unique ids") || !strings.Contains(stderr, "cannot be used") {
		t.Errorf("exit status %d: %s%s", status, stdout, stderr)
	}
	if server.Seen("RETR") > 0 || strings.Contains(stdout, "a secret") {
		t.Errorf("it retrieved %d messages and says %s", server.Seen("RETR"), stdout)
	}
	if stdout, _, status = doctored(t, append(args, "--json")...); status != 1 || !json.Valid([]byte(stdout)) || !strings.Contains(stdout, `"usable": false`) {
		t.Errorf("exit status %d: %s", status, stdout)
	}
}

func TestDoctorUsedWronglySaysHow(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const server = "pop3s://mail.example.org"
	for _, test := range []struct {
		args []string
		says string
	}{
		{nil, "--user"},
		{[]string{"--user", "ana"}, "<url>"},
		{[]string{server}, "--user"},
		{[]string{"http://mail.example.org", "--user", "ana"}, "pop3s://"},
		{[]string{server, "--user", "ana"}, "--password-file"}, // a test's input is no terminal
		{[]string{server, "--user", "ana", "--password-file", filepath.Join(dir, "absent")}, "no such file"},
		{[]string{server, "--user", "ana", "--password-file", empty}, "first line is empty"},
		{[]string{server, "--user", "ana", "--tls-ca", empty}, "no certificate"},
	} {
		if _, stderr, status := doctored(t, test.args...); status != 2 || !strings.Contains(stderr, test.says) {
			t.Errorf("%q: exit status %d, want 2, and %q in %s", test.args, status, test.says, stderr)
		}
	}
}
