package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/cache"
	"restante/pop3client/live"
	"restante/pop3client/pop3test"
)

// commanded runs restante with arguments, and returns what it prints and its exit status.
func commanded(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, said := new(output), new(output)
	status = report(run(ctx, args, out, said), said)
	if ctx.Err() != nil {
		t.Fatalf("%q does not end", args)
	}
	return out.String(), said.String(), status
}

// collectedOnce is the last line of fetch --json.
type collectedOnce struct {
	Listed, Collected, Deleted int
	Bytes                      int64
	Seconds                    float64
	FirstPageMs                int64
}

func fetchOnce(t *testing.T, args ...string) (c collectedOnce, status int) {
	t.Helper()
	stdout, stderr, status := commanded(t, append([]string{"fetch", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(stdout), &c); err != nil {
		t.Fatalf("exit status %d: %s%s", status, stdout, stderr)
	}
	return c, status
}

// shelf is a mailbox on a server in this process, with what names it on a command line.
type shelf struct {
	server        *pop3test.Server
	mailbox       *pop3test.Mailbox
	url, data     string
	fetch, stored []string // arguments
}

func newShelf(t *testing.T) *shelf {
	s := &shelf{server: &pop3test.Server{}, data: filepath.Join(t.TempDir(), "data")}
	s.mailbox = s.server.AddUser("ana", "secret")
	s.url = "pop3+insecure://" + pop3test.Start(t, s.server)
	t.Setenv("RESTANTE_PASSWORD", "secret")
	s.fetch = []string{s.url, "--user", "ana", "--data", s.data}
	s.stored = []string{"--account", s.url, "--user", "ana", "--data", s.data}
	return s
}

func (s *shelf) deliver(subject, body string, age time.Duration, fields string) []byte {
	raw := fmt.Appendf(nil, "From: Bo Berg <bo@example.org>\r\nTo: ana@example.org\r\nSubject: %s\r\nDate: %s\r\n%s\r\n%s", subject, time.Now().Add(-age).Format(time.RFC1123Z), fields, body)
	s.mailbox.Deliver(raw)
	return raw
}

func TestFetchCollectsOnceAndSaysHowMuch(t *testing.T) {
	s := newShelf(t)
	for i := range 3 {
		s.deliver(fmt.Sprint("letter ", i), "x\r\n", time.Duration(i)*time.Hour, "")
	}
	c, status := fetchOnce(t, s.fetch...)
	if status != 0 || c.Listed != 3 || c.Collected != 3 || c.Deleted != 0 || c.Bytes == 0 || c.Seconds <= 0 || c.FirstPageMs <= 0 {
		t.Errorf("exit status %d: %+v", status, c)
	}
	if c, status = fetchOnce(t, s.fetch...); status != 0 || c.Listed != 3 || c.Collected != 0 || c.Bytes != 0 {
		t.Errorf("the second time, exit status %d: %+v", status, c)
	}
	s.server.SetFaults(pop3test.Fault{Command: "RETR", Action: pop3test.Close()})
	s.deliver("later", "x\r\n", 0, "")
	if c, status = fetchOnce(t, s.fetch...); status != fetchedPartly {
		t.Errorf("broken off, exit status %d: %+v", status, c)
	}
	s.server.SetFaults(pop3test.Fault{Command: "RETR", Action: pop3test.Err("no")})
	if c, status = fetchOnce(t, s.fetch...); status != fetchedPartly {
		t.Errorf("with a message that is refused, exit status %d: %+v", status, c)
	}
	t.Setenv("RESTANTE_PASSWORD", "wrong")
	if c, status = fetchOnce(t, s.fetch...); status != fetchedNothing || c != (collectedOnce{Seconds: c.Seconds}) {
		t.Errorf("with a wrong password, exit status %d: %+v", status, c)
	}
	stdout, stderr, status := commanded(t, append([]string{"fetch"}, s.fetch...)...)
	if status != fetchedNothing || stdout != "" || !strings.Contains(stderr, "signing in") {
		t.Errorf("in sentences, exit status %d: %s%s", status, stdout, stderr)
	}
}

// What is collected by command is there for who signs in to the site, and the other way round.
func TestFetchAndTheSiteShareAMailbox(t *testing.T) {
	s := newShelf(t)
	s.deliver("by command", "x\r\n", time.Hour, "")
	if _, status := fetchOnce(t, s.fetch...); status != 0 {
		t.Fatalf("exit status %d", status)
	}
	site := start(t, "serve", "--data", s.data, "--listen", "127.0.0.1:0", "--server", s.url).err.await(t, `address=(\S+)`)
	b := newBrowser(t, site)
	b.post("/login", url.Values{"user": {"ana"}, "password": {"secret"}})
	if b.get("/inbox"); !strings.Contains(b.body, "by command") {
		t.Errorf("the site does not show what was collected: %s", b.body)
	}
	for !strings.Contains(b.body, "Up to date") {
		b.get("/inbox")
	}
	if _, stderr, status := commanded(t, append([]string{"search", "--json"}, append(s.stored, "command")...)...); status != 0 {
		t.Errorf("searching beside the site: exit status %d: %s", status, stderr)
	}
}

func TestSearchPrintsWhatIsFound(t *testing.T) {
	s := newShelf(t)
	for i := range 60 {
		s.deliver(fmt.Sprint("letter ", i), "about the garden & <more>\r\n", time.Duration(60-i)*time.Hour, "")
	}
	fetchOnce(t, s.fetch...)
	search := func(args ...string) (stdout, stderr string, status int) {
		return commanded(t, append(append([]string{"search"}, s.stored...), args...)...)
	}
	stdout, _, status := search("--json", "--", "subject:letter", "garden", "-subject:59")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	var first struct{ ID, Date, From, Subject, Snippet string }
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || status != 0 {
		t.Fatalf("exit status %d, %v: %s", status, err, lines[0])
	}
	if _, err := time.Parse(time.RFC3339, first.Date); err != nil || len(lines) != 50 || first.ID == "" ||
		first.From != "Bo Berg <bo@example.org>" || first.Subject != "letter 58" || first.Snippet != "about the garden & <more>" {
		t.Errorf("%d lines, the first is %s", len(lines), lines[0])
	}
	if stdout, _, _ = search("--json", "--limit", "0", "garden"); strings.Count(stdout, "\n") != 60 {
		t.Errorf("without a limit there are %d lines", strings.Count(stdout, "\n"))
	}
	if stdout, _, _ = search("garden", "--limit", "1"); !strings.Contains(stdout, "letter 59\n") || strings.Count(stdout, "\n") != 3 {
		t.Errorf("in words: %s", stdout)
	}
	if stdout, stderr, status := search("form:bo"); status != 0 || !strings.Contains(stderr, "from:") || stdout == "" {
		t.Errorf("a slip: exit status %d: %s%s", status, stdout, stderr)
	}
	if stdout, _, status := search("nothing-like-that"); status != 0 || stdout != "" {
		t.Errorf("nothing found: exit status %d: %s", status, stdout)
	}
	if _, stderr, status := commanded(t, "search", "--data", s.data, "--account", s.url, "--user", "cy", "x"); status != 2 || !strings.Contains(stderr, "nothing has been collected") {
		t.Errorf("of somebody else: exit status %d: %s", status, stderr)
	}
	if _, stderr, status := commanded(t, "search", "--data", t.TempDir(), "--account", s.url, "--user", "ana", "x"); status != 2 || !strings.Contains(stderr, "nothing has been collected") {
		t.Errorf("of an empty folder: exit status %d: %s", status, stderr)
	}
}

// files are the contents of all files in a folder, by their paths.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestExportWritesTheBytesThatCame(t *testing.T) {
	s := newShelf(t)
	want := []string{
		string(s.deliver("plain", "x\r\n.dot\r\n", 3*time.Hour, "")),
		string(s.deliver("from", "From here\r\n>From there\r\nFrom", 2*time.Hour, "")),
		string(s.deliver("bare", "one\ntwo\x00\xff\r\n", time.Hour, "")),
	}
	fetchOnce(t, s.fetch...)
	export := func(format, out string) (stdout string, status int) {
		stdout, _, status = commanded(t, append([]string{"export", "--format", format, "--out", out}, s.stored...)...)
		return stdout, status
	}
	slices.Sort(want)
	for _, format := range []string{"eml", "maildir"} {
		dir := filepath.Join(t.TempDir(), "out")
		if _, status := export(format, dir); status != 0 {
			t.Fatalf("%s: exit status %d", format, status)
		}
		var got []string
		for name, content := range files(t, dir) {
			switch {
			case format == "eml" && !strings.HasPrefix(name, "inbox/") || format == "maildir" && !strings.HasPrefix(name, "cur/"):
				t.Errorf("%s wrote %s", format, name)
			}
			got = append(got, strings.TrimSuffix(content, "\r\n")+"\r\n")
		}
		slices.Sort(got)
		for i := range want {
			if strings.TrimSuffix(got[i], "\r\n") != strings.TrimSuffix(want[i], "\r\n") {
				t.Errorf("%s: %q, want %q", format, got[i], want[i])
			}
		}
		if _, status := export(format, dir); status != 2 {
			t.Errorf("%s into a folder that is not empty: exit status %d", format, status)
		}
	}
	stdout, status := export("mbox", "-")
	if status != 0 || strings.Count(stdout, "\nFrom MAILER-DAEMON ")+1 != 3 || !strings.Contains(stdout, "\r\n>From here\r\n>>From there\r\nFrom\r\n\nFrom MAILER") {
		t.Errorf("mbox, exit status %d: %q", status, stdout)
	}
	file := filepath.Join(t.TempDir(), "mail.mbox")
	if _, status := export("mbox", file); status != 0 {
		t.Errorf("mbox to a file: exit status %d", status)
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != stdout {
		t.Errorf("mbox to a file wrote %d bytes, %v", len(content), err)
	}
	if _, status := export("mbox", file); status != 2 {
		t.Errorf("mbox over a file: exit status %d", status)
	}
}

// damage changes the one file of a data folder, as a bad disk does.
func damage(t *testing.T, data, statement string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(data, "users", "*", "mail.db"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	db, err := sql.Open("sqlite", names[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyFindsDamageAndFetchHealsIt(t *testing.T) {
	s := newShelf(t)
	for i := range 4 {
		s.deliver(fmt.Sprint("letter ", i), strings.Repeat("x\r\n", 50), time.Duration(i)*time.Hour, "")
	}
	fetchOnce(t, s.fetch...)
	verify := func() (v struct{ Messages, Bad, Repaired int }, status int) {
		stdout, stderr, status := commanded(t, append([]string{"verify", "--json"}, s.stored...)...)
		if err := json.Unmarshal([]byte(stdout), &v); err != nil {
			t.Fatalf("exit status %d: %s%s", status, stdout, stderr)
		}
		return v, status
	}
	if v, status := verify(); status != 0 || v.Messages != 4 || v.Bad != 0 {
		t.Fatalf("exit status %d: %+v", status, v)
	}
	damage(t, s.data, `UPDATE raw SET data = zeroblob(40) WHERE message = (SELECT min(id) FROM messages); UPDATE counters SET total = 7`)
	if v, status := verify(); status != 0 || v.Bad < 2 || v.Repaired != v.Bad {
		t.Errorf("exit status %d: %+v", status, v)
	}
	if c, status := fetchOnce(t, s.fetch...); status != 0 || c.Collected != 1 {
		t.Errorf("the damaged message is not collected again: %d, %+v", status, c)
	}
	if v, status := verify(); status != 0 || v.Bad != 0 {
		t.Errorf("afterwards, exit status %d: %+v", status, v)
	}
}

// A command does not write a file that another process has open; it waits a while, and says who it is.
func TestACommandWaitsForWhoHasTheFile(t *testing.T) {
	s := newShelf(t)
	s.deliver("one", "x\r\n", time.Hour, "")
	fetchOnce(t, s.fetch...)
	people, err := filepath.Glob(filepath.Join(s.data, "users", "*"))
	if err != nil || len(people) != 1 {
		t.Fatal(people, err)
	}
	box, err := cache.Open(t.Context(), people[0], time.Now)
	if err != nil {
		t.Fatal(err)
	}
	free := time.AfterFunc(500*time.Millisecond, func() { box.Close() })
	defer free.Stop()
	if _, status := fetchOnce(t, s.fetch...); status != 0 {
		t.Errorf("after the file was free, exit status %d", status)
	}
}

// Against a real server: every byte, every letter, once; and again nothing.
func TestFetchAndExportRealMailWithDovecot(t *testing.T) {
	d := live.Need(t, live.Dovecot)
	mail := realMail(t, 40)
	for _, raw := range mail {
		deliver(t, d, raw)
	}
	t.Setenv("RESTANTE_PASSWORD", d.Password)
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"pop3s://" + d.TLS, "--user", d.User, "--tls-ca", d.CAFile, "--data", data}
	c, status := fetchOnce(t, args...)
	if status != 0 || c.Listed != len(stored(t, d)) {
		t.Fatalf("exit status %d: %+v", status, c)
	}
	if again, status := fetchOnce(t, args...); status != 0 || again.Collected != 0 {
		t.Errorf("again: exit status %d: %+v", status, again)
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, stderr, status := commanded(t, "export", "--format", "eml", "--out", out, "--data", data, "--account", "pop3s://"+d.TLS, "--user", d.User); status != 0 {
		t.Fatalf("export: exit status %d: %s", status, stderr)
	}
	got := map[string]int{}
	for _, content := range files(t, out) {
		got[unified([]byte(content))]++
	}
	for i, m := range stored(t, d) {
		if got[unified(m.Raw)] == 0 || !bytes.Contains(m.Raw, []byte(":")) {
			t.Errorf("message %d of the server is not among those exported", i+1)
		}
	}
	if len(got) > len(mail) {
		t.Errorf("%d different messages were exported of %d", len(got), len(mail))
	}
}
