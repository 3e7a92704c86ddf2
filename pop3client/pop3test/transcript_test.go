package pop3test_test

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante/pop3client/pop3test"
)

func TestTheTranscriptHasTheOrderAndNoSecrets(t *testing.T) {
	s, box := newServer()
	box.Deliver([]byte(first))
	addr := pop3test.Start(t, s)
	c := open(t, addr)
	c.say("retr 1", "TOP 1 0", "AUTH PLAIN c2VjcmV0", "APOP ann c2VjcmV0", "NOOP secret", "QUIT")
	c.rest()
	dial(t, addr).ask("QUIT", "+OK goodbye")

	var got []string
	for _, line := range s.Transcript() {
		got = append(got, fmt.Sprint(line.Conn, " ", line.Text))
	}
	want := []string{"1 USER ann", "1 PASS ***", "1 RETR 1", "1 TOP 1 0", "1 AUTH PLAIN ***", "1 APOP ***", "1 NOOP ***", "1 QUIT", "2 QUIT"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transcript (-want +got):\n%s", diff)
	}
	for command, want := range map[string]int{"": 2, "QUIT": 2, "retr": 1, "AUTH": 1, "DELE": 0} {
		if n := s.Seen(command); n != want {
			t.Errorf("Seen(%q) = %d, want %d", command, n, want)
		}
	}
}

// The demonstration serves from this package: its binary must not carry package testing and its flags.
func TestNothingButTestsLinksPackageTesting(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	for _, dep := range deps {
		if dep == "testing" || strings.HasPrefix(dep, "restante/") && dep != "restante/pop3client/pop3test" {
			t.Errorf("the package depends on %s", dep)
		}
	}
	if !slices.Contains(deps, "crypto/tls") {
		t.Errorf("go list does not look right: %q", deps)
	}
}
