package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

func TestTheFirstCollectionIsPausedAndGoesOn(t *testing.T) {
	gate := pop3test.NewGate()
	defer gate.Open()
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Nth: 2, Action: pop3test.Pause(gate)}}}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	<-gate.Reached()
	p := b.get("/accounts/1/sync")
	p.says("Getting your mail", "Pause")
	b.post("/accounts/1/sync/pause", url.Values{})
	for deadline := time.Now().Add(patience); !strings.Contains(p.text(), "Collecting is paused"); p = b.get("/accounts/1/sync") {
		if time.Now().After(deadline) {
			t.Fatalf("it goes on: %s", p.text())
		}
		time.Sleep(10 * time.Millisecond)
	}
	if strings.Contains(p.body, "/sync/pause") {
		t.Error("what is paused can be paused")
	}
	b.get("/inbox").says("Collecting is paused", "Older mail is still missing", "Go on")
	b.get("/accounts/1").says("Next check: when you ask")
	b.post("/sync", url.Values{"back": {"/inbox"}})
	b.awaitMail(2)
	b.awaitIdle().saysNot("Collecting is paused")
	if n := len(b.get("/all").rows()); n != 3 {
		t.Errorf("%d of 3 messages are here", n)
	}
}
