package mail

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestADeliveryReportIsRead(t *testing.T) {
	m, r := parse(t, strings.ReplaceAll(`Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; bo@example.net
Original-Recipient: rfc822;Bo@example.net
Action: Failed
Status: 5.1.1 (no such user)
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; 550 5.1.1 <bo@example.net>:
 User unknown
Action: delivered

final-recipient: cy@example.net
action: delayed
status: 4.4.1
Will-Retry-Until: Tue, 1 Dec 2026 10:00:00 +0000
--b--
`, "\n", "\r\n"))
	want := []Delivery{
		{Addr: "Bo@example.net", Action: "failed", Status: "5.1.1", Server: "mail.example.net", Diagnostic: "550 5.1.1 <bo@example.net>: User unknown"},
		{Addr: "cy@example.net", Action: "delayed", Status: "4.4.1", Until: time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, m.Deliveries(r), cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if m, r := parse(t, "Subject: x\n\nFinal-Recipient: a@b\n"); m.Deliveries(r) != nil {
		t.Error("a text is a report")
	}
}

func FuzzDeliveries(f *testing.F) {
	f.Add("Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; a@b\nAction: failed\nDiagnostic-Code: smtp; x\n y")
	f.Add("Final-Recipient:;\n\n:\n \n\nOriginal-Recipient: a\x00\xff")
	f.Fuzz(func(t *testing.T, report string) {
		m, r := parse(t, "Content-Type: message/delivery-status\n\n"+report)
		list := m.Deliveries(r)
		if len(list) > maxDeliveries {
			t.Errorf("%d recipients", len(list))
		}
		for _, d := range list {
			for _, s := range []string{d.Addr, d.Action, d.Status, d.Diagnostic, d.Server} {
				if !utf8.ValidString(s) || strings.ContainsFunc(s, isUnseen) || len(s) > maxDiagnostic {
					t.Errorf("%q is not clean", s)
				}
			}
			if d.Addr == "" {
				t.Errorf("%+v has no recipient", d)
			}
		}
	})
}
