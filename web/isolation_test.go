package web_test

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// What Eve asks of Ana's ids cannot depend on Ana's mail, not even in the time that the answer takes, because her file is
// not touched: it is away.
func TestWhatOnePersonAsksNeverTouchesAnothersFile(t *testing.T) {
	const eve = "eve@example.org"
	dir := t.TempDir()
	h, addr := newHouseIn(t, dir, nil)
	h.mail.AddUser(eve, "evil").Deliver(letter("Di <di@example.org>", "to eve", "alone", 9*time.Hour))
	h.threeLetters()
	ana := h.browser()
	ana.signIn()
	id := ana.awaitMail(2).rows()[0]
	ana.awaitIdle()
	archived := ana.post("/messages", url.Values{"do": {"archive"}, "id": {id}, "back": {"/inbox"}})
	h.stop()
	away := carryAway(t, dir)

	h.open(dir, addr, nil)
	b := h.browser()
	if p := b.try(eve, "evil"); p.path != "/inbox" {
		t.Fatal(p.text())
	}
	own := b.awaitMail(1).rows()[0]
	b.awaitIdle()
	answer := func(get bool, path, id string) (int, string) {
		var p page
		if path = strings.ReplaceAll(path, "ID", id); get {
			p = b.get(path)
		} else {
			p = b.post(path, url.Values{"do": {"trash"}, "id": {id}, "back": {"/inbox"}, "name": {"x"}})
		}
		return p.status, strings.ReplaceAll(p.text(), id, "ID")
	}
	for _, c := range []struct {
		get           bool
		path          string
		hers, nobodys string
	}{
		{true, "/m/ID", id, "17"}, {true, "/m/ID/original", id, "17"}, {true, "/m/ID/headers", id, "17"}, {true, "/m/ID/source", id, "17"},
		{true, "/m/ID/print", id, "17"}, {true, "/m/ID/raw", id, "17"}, {true, "/m/ID/part/0", id, "17"}, {true, "/m/ID/part/0/download", id, "17"},
		{true, "/t/ID", id, "17"}, {false, "/m/ID/star", id, "17"}, {false, "/m/ID/whole", id, "17"}, {false, "/m/ID/images", id, "17"},
		{false, "/messages", id, "17"}, {false, "ID", archived.undo(), "/undo/999999"},
	} {
		status, text := answer(c.get, c.path, c.hers)
		wantStatus, wantText := answer(c.get, c.path, c.nobodys)
		if status != wantStatus || text != wantText {
			t.Errorf("%s: for Ana's id %d %s\nfor one that nobody has %d %s", c.path, status, text, wantStatus, wantText)
		}
	}
	if got := b.get("/inbox").rows(); !slices.Equal(got, []string{own}) {
		t.Errorf("Eve's inbox has %v, want %s", got, own)
	}
	if _, err := os.Stat(away); !os.IsNotExist(err) {
		t.Errorf("Ana's folder was opened: %v", err)
	}
}

// carryAway moves the folder of the only person there is, and returns where it was.
func carryAway(t *testing.T, dir string) string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(dir, "users", "*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%v: %v", folders, err)
	}
	if err := os.Rename(folders[0], filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	return folders[0]
}
