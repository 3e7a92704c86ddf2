package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// The headers of the newest messages are there while the first is still on its way; who opens one is told, and gets it.
func TestPoint35AMessageThatIsNotHereYetSaysSoAndComes(t *testing.T) {
	gate := pop3test.NewGate()
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Nth: 1, Action: pop3test.Pause(gate)}}}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	<-gate.Reached()
	bill := b.awaitHeaders(2).rows()[1]
	p := b.get("/m/" + bill)
	p.says("bill", "cy@example.net", "Only the header of this message is here", "Download it now")
	p.saysNot("The bill is attached", "no text")
	p = b.post("/m/"+bill+"/whole", p.form("/m/"+bill+"/whole"))
	p.says("This message is being downloaded")
	if p.header.Get("Refresh") == "" {
		t.Error("the page does not look again by itself")
	}
	gate.Open()
	b.awaitIdle()
	b.get("/m/"+bill).says("The bill is attached", "also on mail.example.org")
}

func TestDeletingOnTheServerIsTriedDryAndConfirmed(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	page := b.get("/accounts/1")
	page.says("://mail.example.org", "Enter new password", "Last good check", "Next check", "Leave everything there", "The last checks", "good", "Nothing was deleted on the server")
	form := page.form("/accounts/1/policy")
	form.Set("rule", "once")
	ask := b.post("/accounts/1/policy", form)
	ask.says("this deletes 3 messages", "on mail.example.org", "They stay here", "24 hours", "deleted there once it has been collected")
	confirm := ask.form("/accounts/1/policy")
	confirm.Set("confirm", "mail.example.com")
	b.post("/accounts/1/policy", confirm).says("That is not mail.example.org", "Nothing was changed")
	b.get("/accounts/1").saysNot("Deleting on the server begins")
	confirm.Set("confirm", "Mail.Example.org ")
	b.post("/accounts/1/policy", confirm).says("Saved", "Deleting on the server begins in 24 h")
	b.post("/sync", url.Values{})
	b.awaitIdle()
	if n := h.mail.Seen("DELE"); n != 0 || len(h.mailbox.Messages()) != 3 {
		t.Errorf("%d DELE were sent before the day was over", n)
	}
	b.get("/m/" + b.get("/inbox").rows()[0]).says("to be deleted there from")
	b.post("/accounts/1/policy", url.Values{"rule": {"keep"}}).saysNot("Deleting on the server begins")
	for _, bad := range []url.Values{{"rule": {"all"}}, {"rule": {"after"}, "days": {"0"}}, {"rule": {"after"}, "days": {"x"}}, {"rule": {"large"}, "size": {"-1"}}, {}} {
		if p := b.post("/accounts/1/policy", bad); p.status != 400 {
			t.Errorf("%v is answered with %d", bad, p.status)
		}
	}
	if p := b.get("/accounts/2"); p.status != 404 {
		t.Errorf("the page of another account is answered with %d", p.status)
	}
}

func TestWhatIsCollectedIsChosen(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	form := b.get("/accounts/1").form("/accounts/1/intake")
	form.Set("max", "1")
	form.Set("scope", "0")
	form.Set("every", "0")
	b.post("/accounts/1/intake", form).says("Saved")
	h.mailbox.Deliver(letter("bo@example.org", "film", strings.Repeat("a long film\n", 1<<17), time.Hour))
	b.post("/sync", url.Values{})
	inbox := b.awaitHeaders(1)
	b.awaitIdle()
	p := b.get("/m/" + inbox.rows()[0])
	p.says("film", "Only the header of this message is here. The whole has 1.7 MB")
	b.post("/m/"+inbox.rows()[0]+"/whole", p.form("/m/"+inbox.rows()[0]+"/whole"))
	for deadline := time.Now().Add(patience); !strings.Contains(b.get("/m/"+inbox.rows()[0]).text(), "a long film"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the whole message does not come")
		}
	}
	for _, bad := range []url.Values{
		{"scope": {"-2"}, "max": {"0"}, "every": {"0"}}, {"scope": {"0"}, "max": {"-1"}, "every": {"0"}}, {"scope": {"0"}, "max": {"0"}, "every": {"7"}}, {},
	} {
		if p := b.post("/accounts/1/intake", bad); p.status != 400 {
			t.Errorf("%v is answered with %d", bad, p.status)
		}
	}
}

func TestHowOftenAnAccountIsLookedAtIsChosen(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	p := b.get("/accounts/1")
	p.says("as always: every 5 minutes", "every 15 minutes", "every 60 minutes", "only when I ask", "as always while you are signed in")
	p.saysNot("every 5 minutes every") // what the site does anyway is offered once
	for every, says := range map[string]string{"-1": "Next check: when you ask", "60": "Next check: in", "0": "as always while you are signed in"} {
		b.post("/accounts/1/intake", url.Values{"scope": {"0"}, "max": {"0"}, "every": {every}}).says("Saved")
		b.awaitIdle()
		if p = b.get("/accounts/1"); !strings.Contains(p.body, `name="every" value="`+every+`" checked`) {
			t.Errorf("%s is not kept", every)
		}
		p.says(says)
	}
	b.post("/accounts/1/intake", url.Values{"scope": {"0"}, "max": {"0"}, "every": {"-1"}})
	b.awaitIdle()
	h.mailbox.Deliver(letter("bo@example.org", "late", "garden", time.Hour))
	b.post("/sync", url.Values{})
	b.awaitMail(1).says("late")
}

func TestEmptyingTheTrashAsksAndIsForGood(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	bill := b.awaitMail(2).rows()[1]
	b.awaitIdle()
	b.post("/messages", url.Values{"do": {"trash"}, "id": {bill}, "back": {"/inbox"}})
	b.get("/trash").says("Empty trash")
	b.get("/trash/empty").says("Delete 1 message for good?", "cannot be undone")
	b.post("/trash/empty", url.Values{}).says("The trash is empty")
	p := b.get("/m/" + bill)
	if p.status != 404 {
		t.Errorf("it is answered with %d", p.status)
	}
	p.says("deleted for good on")
	b.get("/m/" + bill + "1").saysNot("deleted for good on")
	b.post("/sync", url.Values{})
	b.awaitIdle()
	if n := len(b.get("/inbox").rows()); n != 1 || len(h.mailbox.Messages()) != 3 {
		t.Errorf("%d rows are in the inbox, %d messages on the server", n, len(h.mailbox.Messages()))
	}
	b.get("/trash/empty").says("Trash is empty")
}

// One message may be deleted on the server alone: it stays here, says so, and for ten minutes it can be undone.
func TestOneMessageIsDeletedOnTheServerAlone(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	bill := b.awaitMail(2).rows()[1]
	b.awaitIdle()
	b.get("/m/"+bill).says("Delete on the mail server", "also on mail.example.org")
	p := b.post("/messages", url.Values{"do": {"delete-server"}, "scope": {"message"}, "id": {bill}, "back": {"/inbox"}})
	p.says("It stays here", "Undo")
	if n := len(p.rows()); n != 2 {
		t.Errorf("%d rows are in the inbox", n)
	}
	asked := b.get("/m/" + bill)
	asked.says("to be deleted there from")
	asked.saysNot("Delete on the mail server")
	b.post(p.undo(), url.Values{"back": {"/m/" + bill}}).says("Undone", "Delete on the mail server")
	h.mailbox.Remove(h.mailbox.Messages()[0].UIDL)
	h.mailbox.Remove(h.mailbox.Messages()[0].UIDL)
	h.mailbox.Remove(h.mailbox.Messages()[0].UIDL)
	b.post("/sync", url.Values{})
	b.awaitIdle()
	b.get("/m/" + bill).saysNot("Delete on the mail server")
}

// A server without unique ids is collected from all the same, and the account says why that takes longer.
func TestTheAccountSaysThatItsServerGivesNoNames(t *testing.T) {
	for noUIDL, says := range map[bool]func(page, ...string){true: page.says, false: page.saysNot} {
		h := newHouse(t, &pop3test.Server{NoUIDL: noUIDL}, nil)
		h.threeLetters()
		b := h.browser()
		b.signIn()
		b.awaitMail(2)
		b.awaitIdle()
		says(b.get("/accounts/1"), "no lasting names")
	}
}

// Receipts are a table that no spreadsheet takes for formulas.
func TestReceiptsCanBeDownloaded(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.DeliverAs("=cmd", letter("bo@example.org", "one", "x", time.Hour))
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	h.deleteAtOnce()
	b.post("/sync", url.Values{})
	for deadline := time.Now().Add(patience); len(h.mailbox.Messages()) > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it is not deleted on the server")
		}
	}
	b.awaitIdle()
	b.get("/accounts/1").says("1 message was deleted on the server")
	p := b.get("/accounts/1/receipts.csv")
	if !strings.HasPrefix(p.body, "uidl,size,sha256,stored,verified,deleted\n") || !strings.Contains(p.body, "id \"\"=cmd\"\"") || strings.Count(p.body, "\n") != 2 {
		t.Errorf("the receipts are %q", p.body)
	}
	b.get("/m/" + b.get("/inbox").rows()[0]).says("deleted on mail.example.org at your wish")
}
