package web_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"restante/cmd/check/corpus"
	"restante/pop3client/pop3test"
	"restante/web"
)

const invitation = `BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Planning <b>
DTSTART;TZID=Eastern Standard Time:20261127T100000
DTEND;TZID=Eastern Standard Time:20261127T113000
RRULE:FREQ=WEEKLY
LOCATION:javascript:alert(1)
ORGANIZER;CN=Bo:mailto:bo@example.org
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ana@example.org
ATTENDEE;PARTSTAT=ACCEPTED;CN=Cy:mailto:cy@example.org
END:VEVENT
END:VCALENDAR
`

func TestAnInvitationIsACard(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(letter("bo@example.org", "come", "--b\r\nContent-Type: text/plain\r\n\r\nMARKER\r\n--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n"+
		strings.ReplaceAll(invitation, "\n", "\r\n")+"--b--\r\n", time.Hour, "MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=b"))
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	p := b.get("/m/" + id)
	p.says("MARKER", "Invitation", "Planning <b>", "Friday, 27 November 2026 at 15:00 – 16:30", "Friday, 27 November 2026 at 10:00 – 11:30 (Eastern Standard Time)",
		"every week", "javascript:alert(1)", "Bo <bo@example.org>", "not answered yet", "Cy <cy@example.org>: accepted")
	p.saysNot("<b>", `href="javascript`)
	file := b.get("/m/" + id + "/part/2/download")
	if !strings.Contains(file.body, "SUMMARY:Planning") || !strings.Contains(p.body, "/m/"+id+"/part/2/download") {
		t.Errorf("the file is not there to be saved: %d %q", file.status, file.body)
	}
}

func TestWhatBecameOfAMessageIsSaid(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(letter("mailer-daemon@example.org", "undelivered", "--b\r\n\r\nMARKER\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"+
		"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; bo@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 <i>unknown</i>\r\n\r\n--b--\r\n",
		time.Hour, "MIME-Version: 1.0", "Content-Type: multipart/report; report-type=delivery-status; boundary=b"))
	b := h.browser()
	b.signIn()
	b.get("/m/"+b.awaitMail(1).rows()[0]).says("MARKER", "Delivery report", "It could not be delivered to bo@example.net. There is no such address.", "The server said: 550 <i>unknown</i>")
}

func TestWhoCheckedASenderIsSaid(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Believed = []string{"mx.example.org"} })
	h.mailbox.Deliver(letter("bo@example.org", "checked", "x", time.Hour, "Authentication-Results: mx.example.org; spf=softfail smtp.mailfrom=a@b.example; dkim=pass header.d=c.example; x-own=maybe"))
	h.mailbox.Deliver(letter("bo@example.org", "claimed", "x", 2*time.Hour, "Authentication-Results: evil.example; dmarc=pass"))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	b.get("/m/"+rows[0]+"/headers").says("mx.example.org checked where it comes from", "SPF: failed, but the domain does not say so for certain for b.example", "DKIM: passed for c.example", "X-OWN: maybe")
	p := b.get("/m/" + rows[1] + "/headers")
	p.says("Nobody whom this site believes", "evil.example", "--authserv-id")
	p.saysNot("DMARC: passed")
}

// TestCorpusInvitationsAreText reads the corpus's hostile invitations: what they say is text on a card, and nothing else.
func TestCorpusInvitationsAreText(t *testing.T) {
	mails := corpus.Mails(t, 1, "security/ics")
	h := newHouse(t, &pop3test.Server{}, nil)
	for _, m := range mails {
		h.mailbox.Deliver([]byte(withCRLF(string(m.Raw))))
	}
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	proof, seen := corpus.Prove(t, "hostile invitations are text on a card"), 0
	for _, id := range b.allMessages() {
		p := b.get("/m/" + id)
		text := p.text()
		var wrong []string
		if p.status != 200 || !strings.Contains(text, "What MARKER") {
			wrong = append(wrong, "its card is not there: "+text)
		}
		root, err := html.Parse(strings.NewReader(p.markup()))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			for _, a := range n.Attr {
				if n.Data == "script" || strings.HasPrefix(a.Key, "on") || strings.Contains(strings.ToLower(a.Val), "javascript:") {
					wrong = append(wrong, n.Data+" has "+a.Key+"="+a.Val)
				}
			}
		}
		seen++
		proof.Case(p.title(), wrong...)
	}
	if seen != len(mails) {
		t.Errorf("%d of %d are there", seen, len(mails))
	}
}
