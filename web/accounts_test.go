package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client"
	"restante/pop3client/pop3test"
	"restante/web"
)

const (
	otherUser     = "ana@work.example"
	otherPassword = "battery staple"
)

// second opens another mailbox on the house's server, with a letter in it, and collects it for who is signed in.
func (h *house) second(b *browser) *pop3test.Mailbox {
	h.t.Helper()
	m := h.mail.AddUser(otherUser, otherPassword)
	m.Deliver(letter("Dee <dee@example.net>", "report", "figures for the office", 5*time.Hour))
	b.post("/accounts/new", url.Values{"user": {otherUser}, "password": {otherPassword}})
	b.awaitIdle()
	return m
}

func TestAnotherAccountIsCollectedIntoTheSameInbox(t *testing.T) {
	h, b := reader(t)
	if p := b.get("/inbox"); strings.Contains(p.body, `class="tag"`) || strings.Contains(p.body, "From one account") {
		t.Error("with one account the inbox says where mail is from")
	}
	h.second(b)
	inbox := b.get("/inbox")
	inbox.says("garden", "report", otherUser, user)
	if n := len(inbox.rows()); n != 3 {
		t.Errorf("the inbox has %d rows, want 3", n)
	}
	found := b.get("/search?q=" + url.QueryEscape(`in:inbox account:`+otherUser))
	found.says("report")
	found.saysNot("garden")
	if !strings.Contains(inbox.body, "account%3A"+url.QueryEscape(otherUser)) {
		t.Errorf("the inbox does not lead to what came from one account:\n%s", inbox.body)
	}
	b.get("/m/"+found.rows()[0]).says(otherUser, "also on mail.example.org")
	b.get("/accounts").says("Mail accounts", user, otherUser, "Last good check", "1 message here, ")
	b.get("/accounts/2").says(otherUser, "Leave everything there", "Remove account")
	b.get("/accounts/1").saysNot("Remove account")
}

func TestAnAccountThatTheServerRefusesIsNotAdded(t *testing.T) {
	h, b := reader(t)
	h.mail.AddUser(otherUser, otherPassword)
	for _, c := range []struct{ user, password, says string }{
		{otherUser, "wrong", "did not accept"}, {"", otherPassword, "user name"}, {otherUser, "", "password"}, {user, password, "You have this account already"},
	} {
		p := b.post("/accounts/new", url.Values{"user": {c.user}, "password": {c.password}})
		p.says(c.says)
		if p.status < 400 || p.status >= 500 {
			t.Errorf("%q, %q: status %d", c.user, c.password, p.status)
		}
	}
	b.get("/accounts").saysNot(otherUser)
	var p page
	for range 40 { // passwords are tried no faster here than at the sign-in
		if p = b.post("/accounts/new", url.Values{"user": {otherUser}, "password": {"guess"}}); p.status == 429 {
			break
		}
	}
	if p.status != 429 || p.header.Get("Retry-After") == "" {
		t.Errorf("after 40 guesses: status %d, Retry-After %q", p.status, p.header.Get("Retry-After"))
	}
}

// The password of a further account is sealed with the person's key: it outlives a restart, and only a new key, which a
// changed password without any session brings, asks for it once more.
func TestTheFurtherPasswordIsKeptUnderThePersonsKey(t *testing.T) {
	h, b := reader(t)
	other := h.second(b)
	h.mail.AddUser(user, "new password")
	b.post("/sync", url.Values{})
	if said := b.awaitNotice(); !strings.Contains(said, "no longer accepts your password") {
		t.Errorf("the notice is %q", said)
	}
	b.post("/logout", url.Values{})
	again := h.browser()
	again.post("/login", url.Values{"user": {user}, "password": {"new password"}})
	again.post("/sync", url.Values{})
	if said := again.awaitNotice(); !strings.Contains(said, otherUser+" has to be given once more") {
		t.Errorf("the notice is %q", said)
	}
	again.get("/inbox").says("report")
	form := again.get("/accounts/2/password")
	form.says(otherUser, "Enter new password")
	again.post("/accounts/2/password", url.Values{"password": {"wrong"}}).says("did not accept")
	other.Deliver(letter("Dee <dee@example.net>", "minutes", "of the meeting", time.Hour))
	again.post("/accounts/2/password", url.Values{"password": {otherPassword}}).says("Saved")
	again.awaitIdle()
	p := again.get("/inbox")
	p.says("minutes")
	p.saysNot("once more")
}

func TestAnAccountIsRemovedWithOrWithoutItsMail(t *testing.T) {
	h, b := reader(t)
	h.second(b)
	b.get("/accounts/2/remove").says("Remove "+otherUser, "stays here", "is deleted here for good")
	b.post("/accounts/2/remove", url.Values{"mail": {"keep"}}).says("Saved")
	b.get("/accounts").saysNot(otherUser)
	b.get("/inbox").says("report")
	if p := b.get("/accounts/2"); p.status != 404 {
		t.Errorf("its page is answered with %d", p.status)
	}
	retrieved := h.mail.Seen("RETR")
	b.post("/accounts/new", url.Values{"user": {otherUser}, "password": {otherPassword}})
	b.awaitIdle()
	if n := len(b.get("/inbox").rows()); n != 3 || h.mail.Seen("RETR") != retrieved {
		t.Errorf("added once more: %d rows, want 3; %d messages were retrieved again", n, h.mail.Seen("RETR")-retrieved)
	}
	b.post("/accounts/2/remove", url.Values{"mail": {"delete"}}).says("Saved")
	p := b.get("/inbox")
	p.says("garden")
	p.saysNot("report", "figures for the office")
	b.post("/accounts/new", url.Values{"user": {otherUser}, "password": {otherPassword}})
	b.awaitIdle()
	b.get("/inbox").says("report")
	for path, form := range map[string]url.Values{"/accounts/1/remove": {"mail": {"keep"}}, "/accounts/2/remove": {"mail": {"burn"}}, "/accounts/1/password": {"password": {"x"}}} {
		if p := b.post(path, form); p.status != 400 {
			t.Errorf("%s with %v is answered with %d", path, form, p.status)
		}
	}
}

// One letter to both addresses is shown once, and says where it came to.
func TestALetterToTwoAccountsIsShownOnce(t *testing.T) {
	h, b := reader(t)
	other := h.second(b)
	for _, to := range []*pop3test.Mailbox{h.mailbox, other} {
		to.Deliver([]byte("Received: by x; for " + time.Now().Format(time.RFC3339Nano) + "\r\n" + string(letter("Eve <eve@example.com>", "both", "to all of you", time.Minute))))
		to.Deliver(letter("Eve <eve@example.com>", "same id", "but another text "+time.Now().Format(time.RFC3339Nano), 2*time.Minute))
	}
	b.post("/sync", url.Values{})
	b.awaitIdle()
	p := b.get("/m/" + b.get("/search?q=subject:both").rows()[0])
	p.says(user, otherUser)
	p.saysNot("other message")
	if n := b.get("/search?q=subject:both+is:unread").rows(); len(n) != 0 {
		t.Errorf("%d copies stay unread", len(n))
	}
	b.get("/m/" + b.get("/search?q=subject:same").rows()[0]).says("1 other message")
}

// What one person collects is nobody else's, though it comes from the same mailbox.
func TestTwoPeopleMayCollectOneMailbox(t *testing.T) {
	h, b := reader(t)
	h.second(b)
	dee := h.browser()
	dee.post("/login", url.Values{"user": {otherUser}, "password": {otherPassword}})
	dee.awaitIdle()
	inbox := dee.get("/inbox")
	inbox.says("report")
	inbox.saysNot("garden", user)
	for _, id := range b.get("/inbox").rows() {
		if p := dee.get("/m/" + id); p.status == 200 && !strings.Contains(p.text(), "report") {
			t.Errorf("message %s of another person is shown:\n%s", id, p.text())
		}
	}
	if p := dee.get("/accounts/2"); p.status != 404 {
		t.Errorf("the account of another person is answered with %d", p.status)
	}
}

func TestGmailCanBeAskedForRecentMail(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		s.Mail = &pop3client.Address{Host: "pop.gmail.com", Port: 110, Security: pop3client.Insecure}
	})
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	page := b.get("/accounts/1")
	page.says("everything of the last 30 days")
	page.saysNot(`name="recent" value="1" checked`)
	form := page.form("/accounts/1/intake")
	form.Set("scope", "0")
	form.Set("max", "0")
	form.Set("every", "0")
	form.Set("recent", "1")
	saved := b.post("/accounts/1/intake", form)
	if !strings.Contains(saved.body, `name="recent" value="1" checked`) {
		t.Errorf("the choice is not kept:\n%s", saved.text())
	}
	_, other := reader(t)
	other.get("/accounts/1").saysNot("everything of the last 30 days")
}

// What is being collected when an account is removed does not come back.
func TestAnAccountIsRemovedWhileItIsCollected(t *testing.T) {
	gate := pop3test.NewGate()
	defer gate.Open()
	h := newHouse(t, &pop3test.Server{NoTOP: true, Faults: []pop3test.Fault{{Command: "RETR", Nth: 5, Action: pop3test.Pause(gate)}}}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	other := h.mail.AddUser(otherUser, otherPassword)
	for _, subject := range []string{"report", "minutes", "plan"} {
		other.Deliver(letter("Dee <dee@example.net>", subject, "for the office", time.Hour))
	}
	b.post("/accounts/new", url.Values{"user": {otherUser}, "password": {otherPassword}})
	<-gate.Reached()
	b.post("/accounts/2/remove", url.Values{"mail": {"delete"}}).says("Saved")
	if got := b.get("/search?q=office").rows(); len(got) != 0 {
		t.Errorf("%d messages of the removed account are here", len(got))
	}
	b.awaitIdle()
	if got := b.get("/search?q=office").rows(); len(got) != 0 {
		t.Errorf("%d messages of the removed account have come back", len(got))
	}
}
