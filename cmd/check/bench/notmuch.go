package bench

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed notmuch.py
var notmuchScript string

// systemPython has the packages of Debian.
const systemPython = "/usr/bin/python3"

// notmuch lets libnotmuch index a Maildir and answer queries, each with how many of the newest 50 it finds. nil: it is not
// installed (Debian's packages are notmuch and python3-notmuch2), or would take too long.
func (c *collecting) notmuch(ctx context.Context, maildir string, queries []string) (took []time.Duration, found []int, err error) {
	if c.messages > mostNotmuch || exec.CommandContext(ctx, systemPython, "-c", "import notmuch2").Run() != nil {
		return nil, nil, nil
	}
	conf := filepath.Join(c.dir, "notmuch.conf")
	if err := os.WriteFile(conf, []byte("[database]\npath="+maildir+"\n[user]\nname=Ana\nprimary_email=me@example.com\n[maildir]\nsynchronize_flags=false\n"), 0o600); err != nil {
		return nil, nil, err
	}
	run := func(name string, args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Env = append(os.Environ(), "NOTMUCH_CONFIG="+conf)
		said, err := cmd.CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("%s: %w: %s", name, err, said)
		}
		return string(said), nil
	}
	start := time.Now()
	if _, err := run("notmuch", "new", "--quiet"); err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(c.out, "notmuch has indexed them in %.1f s\n", time.Since(start).Seconds())
	said, err := run(systemPython, append([]string{"-c", notmuchScript, maildir}, queries...)...)
	if err != nil {
		return nil, nil, err
	}
	for line := range strings.Lines(said) {
		var n, micros int
		if _, err := fmt.Sscan(line, &n, &micros); err != nil {
			return nil, nil, fmt.Errorf("notmuch.py says %q: %w", line, err)
		}
		took, found = append(took, time.Duration(micros)*time.Microsecond), append(found, n)
	}
	if len(took) != len(queries) {
		return nil, nil, fmt.Errorf("notmuch.py answers %d of %d queries", len(took), len(queries))
	}
	return took, found, nil
}
