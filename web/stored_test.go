package web_test

import (
	"archive/zip"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
	"restante/web"
)

var endForm = regexp.MustCompile(`name="id" value="([0-9a-f]{64})"`)

func TestSessionsAreListedAndEnded(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	first, second, third := h.browser(), h.browser(), h.browser()
	for _, b := range []*browser{first, second, third} {
		b.signIn()
	}
	for _, wrong := range []string{"", "x", "61", "-60"} {
		if p := first.post("/settings/sessions/idle", url.Values{"idle": {wrong}}); p.status != 400 {
			t.Errorf("signing out after %q is answered with %d", wrong, p.status)
		}
	}
	first.post("/settings/sessions/idle", url.Values{"idle": {"60"}}).says("Saved", "as always: after 14 days", "after 1 hour")
	if p := first.get("/settings/sessions"); !strings.Contains(p.body, `name="idle" value="60" checked`) {
		t.Error("the limit is not kept")
	}
	p := first.get("/settings/sessions")
	p.says("this browser", "Signed in since", "Last used", "Sign out everywhere else")
	ids := endForm.FindAllStringSubmatch(p.body, -1)
	if len(ids) != 2 {
		t.Fatalf("%d sessions can be ended, want 2:\n%s", len(ids), p.text())
	}
	first.post("/settings/sessions", url.Values{"id": {ids[0][1]}}).says("Saved")
	if n := len(endForm.FindAllString(first.get("/settings/sessions").body, -1)); n != 1 {
		t.Errorf("%d others are left, want 1", n)
	}
	first.post("/settings/sessions", nil).says("Saved")
	first.get("/settings/sessions").saysNot("everywhere else")
	for _, b := range []*browser{second, third} {
		if p := b.get("/inbox"); !strings.HasPrefix(p.path, "/login") {
			t.Errorf("a session that was ended leads to %s", p.path)
		}
	}
	for _, id := range []string{"x", strings.Repeat("g", 64), ""} {
		if p := first.post("/settings/sessions", url.Values{"id": {id}}); p.status != 400 {
			t.Errorf("the session %q: %d, want 400", id, p.status)
		}
	}
}

func TestNobodyEndsAnothersSession(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	h.mail.AddUser("eve@example.org", "evil")
	ana, anas, eve := h.browser(), h.browser(), h.browser()
	ana.signIn()
	anas.signIn()
	id := endForm.FindStringSubmatch(ana.get("/settings/sessions").body)
	if id == nil {
		t.Fatal("no session can be ended")
	}
	eve.try("eve@example.org", "evil")
	eve.post("/settings/sessions", url.Values{"id": {id[1]}})
	eve.post("/settings/sessions", nil)
	if p := anas.get("/inbox"); p.path != "/inbox" {
		t.Errorf("Eve ended Ana's session: %s", p.path)
	}
}

func TestAllMailCanBeTakenAlong(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	b.awaitIdle()
	b.get("/settings/stored").says("3 messages in a file of your own", "not encrypted", "Download all mail")
	p := b.get("/settings/export.mbox")
	if p.status != 200 || !strings.Contains(p.header.Get("Content-Disposition"), `filename="mail.mbox"`) {
		t.Errorf("%d, %v", p.status, p.header)
	}
	if n := strings.Count("\n"+p.body, "\nFrom "); n != 3 || !strings.Contains(p.body, "Shall we meet in the garden?") {
		t.Errorf("%d messages in:\n%s", n, p.body)
	}
	p = b.get("/settings/export.zip")
	files, err := zip.NewReader(strings.NewReader(p.body), int64(len(p.body)))
	if err != nil || len(files.File) != 3 || !strings.Contains(p.header.Get("Content-Disposition"), `filename="mail.zip"`) {
		t.Fatalf("%d, %v, %v", p.status, p.header, err)
	}
	original := b.get("/m/" + b.get("/inbox").rows()[0] + "/raw").body
	if !slices.ContainsFunc(files.File, func(f *zip.File) bool {
		file, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		whole, err := io.ReadAll(file)
		return err == nil && string(whole) == original && strings.HasPrefix(f.Name, "inbox/") && strings.HasSuffix(f.Name, ".eml")
	}) {
		t.Error("no file in the zip is a message as it came")
	}
}

// Erasing takes everything that is kept of a person, and nothing of anybody else.
func TestEverythingOfAPersonIsErased(t *testing.T) {
	dir := t.TempDir()
	h, addr := newHouseIn(t, dir, nil)
	h.mail.AddUser("eve@example.org", "evil").Deliver(letter("di@example.org", "to eve", "MARKER-EVE", time.Hour))
	h.threeLetters()
	h.mailbox.Deliver(letter("di@example.org", "secret", "MARKER-ANA", time.Minute))
	b, other, eve := h.browser(), h.browser(), h.browser()
	b.signIn()
	b.awaitMail(3)
	b.awaitIdle()
	other.signIn()
	eve.try("eve@example.org", "evil")
	eve.awaitMail(1)
	b.get("/settings/erase").says("Download all mail first", "To erase everything, write "+user)
	if p := b.post("/settings/erase", url.Values{"confirm": {"yes"}}); p.status != 422 {
		t.Errorf("without the name: %d", p.status)
	}
	p := b.post("/settings/erase", url.Values{"confirm": {user}})
	p.says("Everything that was kept of you has been erased")
	for _, b := range []*browser{b, other} {
		if p := b.get("/inbox"); !strings.HasPrefix(p.path, "/login") {
			t.Errorf("a session leads to %s", p.path)
		}
	}
	eve.get("/inbox").says("to eve")
	h.stop()
	if folders, _ := filepath.Glob(filepath.Join(dir, "users", "*")); len(folders) != 1 {
		t.Errorf("folders are %v, want Eve's", folders)
	}
	contains(t, dir, "MARKER-EVE", true)
	contains(t, dir, "MARKER-ANA", false)
	if err := os.Rename(filepath.Join(dir, "users"), filepath.Join(t.TempDir(), "users")); err != nil { // Eve's has a letter to Ana
		t.Fatal(err)
	}
	contains(t, dir, user, false)

	h.open(dir, addr, nil)
	again := h.browser()
	again.signIn()
	again.awaitMail(3) // what the server still has
}

// contains fails the test unless some file in a folder has the text, which must be short and uncompressed, or none has.
func contains(t *testing.T, dir, text string, want bool) {
	t.Helper()
	found := ""
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(data), text) {
			found = path
		}
		return err
	})
	if err != nil || (found != "") != want {
		t.Errorf("%q is in %q, want %v: %v", text, found, want, err)
	}
}

// A process that was killed while it erased goes on when it starts.
func TestErasingIsFinishedAfterARestart(t *testing.T) {
	dir := t.TempDir()
	h, addr := newHouseIn(t, dir, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	h.stop()
	folder := carryAway(t, dir)
	if err := os.Rename(filepath.Join(dir, "away"), folder+".erasing"); err != nil {
		t.Fatal(err)
	}
	h.open(dir, addr, func(s *web.Server) {
		if err := s.FinishErasing(t.Context()); err != nil {
			t.Fatal(err)
		}
		if people, err := s.People.People(t.Context()); err != nil || len(people) > 0 {
			t.Errorf("people are %v, %v", people, err)
		}
	})
	if left, _ := filepath.Glob(filepath.Join(dir, "users", "*")); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}
