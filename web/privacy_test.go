package web_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// Whatever a person does, well or with mistakes, the log says nothing of them.
func TestTheLogSaysNothingOfAPersonAndTheirMail(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(letter("Confidant <confidant@secret.example>", "a confidential subject", "the confidential text", time.Hour))
	h.mailbox.Deliver(withFile("another confidential subject", "x/y", `attachment; filename="confidential.txt"`, []byte("confidential")))
	b := h.browser()
	b.try("confidant@secret.example", "confidential password")
	b.post("/login", url.Values{"user": {"confidential\r\nuser"}, "password": {password}})
	b.signIn()
	ids := b.awaitMail(2).rows()
	b.awaitIdle()
	_, _, ok := b.file("another confidential subject")
	if !ok {
		t.Error("no file")
	}
	for _, path := range []string{
		"/m/" + ids[1], "/t/" + ids[1], "/m/" + ids[1] + "/raw", "/m/" + ids[1] + "?view=text&from=/search?q=confidential", "/m/confidential", "/confidential",
		"/search?q=confidential", `/search?q=subject:"confidential`, "/search?q=confidential)%22'--*", "/inbox?before=confidential", "/login?next=/search?q=confidential",
	} {
		b.get(path)
	}
	b.send("CONFIDENTIAL", "/inbox", nil)
	b.post("/messages", url.Values{"do": {"confidential"}, "id": {ids[0]}})
	b.post("/messages", url.Values{"do": {"star"}, "id": {"confidential"}})
	b.post("/messages", url.Values{"do": {"archive"}, "id": {ids[0]}, "back": {"/search?q=confidential"}})
	b.post("/logout", nil)
	h.stop()
	log := strings.ToLower(h.logged())
	if strings.Count(log, "msg=request") < 15 {
		t.Errorf("the log has too little to prove anything:\n%s", log)
	}
	for _, secret := range []string{"confid", user, password, "secret.example", ids[0], ids[1]} {
		if strings.Contains(log, strings.ToLower(secret)) {
			t.Errorf("the log says %q:\n%s", secret, log)
		}
	}
}

// A message of which a piece is missing breaks off the connection, so that half a file is not taken for a whole one; where
// the first piece is missing there is still a page.
func TestHalfAFileIsNotTakenForAWholeOne(t *testing.T) {
	dir := t.TempDir()
	h, addr := newHouseIn(t, dir, nil)
	h.bigLetter(2)
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	b.awaitIdle()
	link := partLink.FindString(b.get("/m/"+id).body) + "/download"
	h.stop()
	for _, frame := range []string{"3", "0"} {
		page := frame == "0"
		damage(t, dir, frame)
		h.open(dir, addr, nil)
		again := h.browser()
		again.signIn()
		for _, path := range []string{"/m/" + id + "/raw", link} {
			res, err := again.http.Get(again.base + path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if page && (res.StatusCode != 500 || err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html")) {
				t.Errorf("%s without its beginning answers %d as %s (%v), want an error page", path, res.StatusCode, res.Header.Get("Content-Type"), err)
			}
			if !page && err == nil {
				t.Errorf("%s without its end seems to be whole", path)
			}
		}
		h.stop()
	}
	if !strings.Contains(h.logged(), "level=ERROR") {
		t.Error("the log says nothing of the damage")
	}
}

// damage takes a piece of every message out of the files in dir.
func damage(t *testing.T, dir, frame string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "users", "*", "mail.db"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	db, err := sql.Open("sqlite", files[0])
	if err != nil {
		t.Fatal(err)
	}
	done, err := db.ExecContext(t.Context(), `DELETE FROM raw WHERE n = `+frame)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%d pieces were taken out (%v)", n, err)
	}
}

func TestWhoGoesAwayIsNoFault(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "PASS", Action: pop3test.Hang()}}}, nil)
	b := h.browser()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for h.mail.Seen("PASS") == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+"/login", strings.NewReader(url.Values{"user": {user}, "password": {password}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := b.http.Do(req); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	h.stop()
	if log := h.logged(); strings.Contains(log, "ERROR") || !strings.Contains(log, "status=499") {
		t.Errorf("the log says:\n%s", log)
	}
}
