package mail

import (
	"strings"
	"testing"
	"time"
)

func TestTheWayOfAMessageIsToldOldestFirst(t *testing.T) {
	raw := "Received: from b.example (b.example [192.0.2.2]) by c.example (Postfix)\r\n with ESMTPS id 3 for <ana@c.example>; Thu, 26 Nov 2026 10:00:05 +0000\r\n" +
		"X: y\r\nReceived: from a (HELO a) by b.example with SMTP; Thu, 26 Nov 2026 11:00:10 +0100\r\nReceived: nonsense\x00\x1b[31m\r\n\r\nx\r\n"
	hops := Parse(strings.NewReader(raw), int64(len(raw))).Hops()
	if len(hops) != 3 {
		t.Fatalf("%d hops: %+v", len(hops), hops)
	}
	if h := hops[0]; h != (Hop{}) {
		t.Errorf("what says nothing is %+v", h)
	}
	if h := hops[1]; h.From != "a (HELO a)" || h.By != "b.example" || h.With != "SMTP" || h.HasDelay {
		t.Errorf("the first server: %+v", h)
	}
	if h := hops[2]; h.From != "b.example (b.example [192.0.2.2])" || h.By != "c.example (Postfix)" || h.With != "ESMTPS" || h.Delay != -5*time.Second || !h.HasDelay {
		t.Errorf("the second server: %+v", h)
	}
}

// FuzzHops checks that what hops say is clean and bounded.
func FuzzHops(f *testing.F) {
	f.Add("from a by b with c; Thu, 26 Nov 2026 10:00:05 +0000")
	f.Add("from from by\x00 by ;;")
	f.Fuzz(func(t *testing.T, value string) {
		m := Message{Header: []Field{{"Received", value}, {"received", value}}}
		for _, h := range m.Hops() {
			for _, s := range []string{h.From, h.By, h.With} {
				if s != cleanLine(s) || len(s) > maxHopText {
					t.Errorf("%q", s)
				}
			}
		}
	})
}
