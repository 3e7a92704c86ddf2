package web_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"restante/pop3client/pop3test"
	"restante/web"
)

// ui.md section 8, points 19 and 50: without scripts the page of the first collection loads itself again and again, and ends in
// the inbox. Its bar goes by bytes and never back, its words have numbers, sizes and, once that can be known, the time left; what
// has come can be read meanwhile.
func TestPoints19And50ThePageOfProgressGoesOnByItself(t *testing.T) {
	t.Parallel() // it waits most of the time
	var gates []*pop3test.Gate
	var faults []pop3test.Fault
	for n := range 5 {
		gates = append(gates, pop3test.NewGate())
		faults = append(faults, pop3test.Fault{Command: "RETR", Nth: 6 * (n + 1), Action: pop3test.Pause(gates[n])})
	}
	h := newHouse(t, &pop3test.Server{Faults: faults}, func(s *web.Server) {
		s.Fleet.Client.ReplyTimeout, s.Fleet.Client.IdleTimeout = time.Minute, time.Minute
	})
	for i := range 32 {
		h.mailbox.Deliver(letter("bo@example.org", fmt.Sprintf("subject-%d", i), strings.Repeat("garden ", 100*i), time.Duration(i)*time.Hour))
	}
	b := openTab(t, h.http.URL)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.open("/login")
	b.do(chromedp.SendKeys(chromedp.ID("user"), user), chromedp.SendKeys(chromedp.ID("password"), password+"\r"))
	b.await("subject-0")
	b.open(b.eval(`document.querySelector(".row a").getAttribute("href")`)) // while the rest is on its way
	b.await("bo@example.org")
	b.open("/accounts/1/sync")

	loads, last, estimated := map[string]bool{}, 0.0, false
	words := regexp.MustCompile(`\d+ of 3\d messages · [\d.]+ K?B(ytes)? of about [\d.]+ KB`)
	for start, opened := time.Now(), 0; time.Since(start) < 3*patience; time.Sleep(50 * time.Millisecond) {
		if b.eval(`location.pathname`) == "/inbox" {
			break
		}
		at, text := b.eval(`String(performance.timeOrigin)`), b.eval(`document.querySelector(".prog p")?.innerText ?? ""`)
		value, err := strconv.ParseFloat(b.eval(`String(document.querySelector("progress")?.value ?? "")`), 64)
		if err != nil || text == "" {
			continue // it is loading
		}
		if value < last {
			t.Errorf("the bar goes back from %v to %v", last, value)
		}
		last = value
		if !words.MatchString(text) {
			t.Errorf("the bar says %q", text)
		}
		estimated = estimated || strings.Contains(text, "left")
		if loads[at] = true; len(loads) > opened+1 && time.Since(start) > time.Duration(opened)*3*time.Second && opened < len(gates) {
			gates[opened].Open()
			opened++
		}
		if len(loads) > 4 && time.Since(start) > 12*time.Second {
			for _, g := range gates {
				g.Open()
			}
		}
	}
	b.awaits(`location.pathname`, "/inbox")
	if len(loads) < 3 {
		t.Errorf("the page was loaded %d times in all", len(loads))
	}
	if !estimated {
		t.Error("nothing was said of the time left")
	}
}
