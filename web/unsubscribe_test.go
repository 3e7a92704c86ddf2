package web_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
	"restante/web"
)

// asked is what a mailing list was sent.
type asked struct {
	method, target, body string
	header               http.Header
}

// askedLists is a site whose mailing lists, whatever they are called, answer with a status and to a place.
func askedLists(t *testing.T, status int, change func(*web.Server)) (h *house, requests chan asked) {
	requests = make(chan asked, 10)
	lists := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<10))
		if err != nil {
			t.Error(err)
		}
		requests <- asked{r.Method, r.Host + r.RequestURI, string(body), r.Header}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(lists.Close)
	client := lists.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, lists.Listener.Addr().String())
	}
	h = newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		s.Lists = client
		if change != nil {
			change(s)
		}
	})
	return h, requests
}

// signedList are the fields of a list that promises to be left at once, as its sender signed them.
func signedList() []string {
	return []string{
		"List-Id: <choir.example.com>", "List-Unsubscribe: <https://example.com/leave?u=1>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
		"DKIM-Signature: v=1; h=From:List-Unsubscribe:List-Unsubscribe-Post; b=AA==", "Authentication-Results: mx.example.org; dkim=fail",
	}
}

func TestAListIsLeftAtOnce(t *testing.T) {
	h, requests := askedLists(t, http.StatusAccepted, nil)
	h.mailbox.Deliver(letter("bo@example.com", "signed", "la la la", time.Hour, signedList()...))
	h.mailbox.Deliver(letter("bo@example.com", "unsigned", "la la la", time.Hour, signedList()[:3]...))
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	b.awaitIdle()
	p := b.get("/search?q=subject:signed").opened(b)
	p.says("From the mailing list choir.example.com.", "Unsubscribe")
	if len(requests) > 0 {
		t.Fatal("looking at a message asks the list")
	}
	b.post(p.path+"/unsubscribe", p.form(p.path+"/unsubscribe")).says("The list was told that you leave it.")
	got := <-requests
	if got.method != http.MethodPost || got.target != "example.com/leave?u=1" || got.body != "List-Unsubscribe=One-Click" {
		t.Errorf("the list was asked %+v", got)
	}
	for name := range got.header {
		switch name {
		case "Content-Type", "Content-Length", "User-Agent", "Accept-Encoding":
		default:
			t.Errorf("the list learns %s: %s", name, got.header.Get(name))
		}
	}
	if kind := got.header.Get("Content-Type"); kind != "application/x-www-form-urlencoded" {
		t.Errorf("it is of the type %s", kind)
	}

	p = b.get("/search?q=subject:unsigned").opened(b)
	p.leadsToItsPage()
	if p := b.post(p.path+"/unsubscribe", nil); p.status != http.StatusNotFound {
		t.Errorf("asking such a list answers %d", p.status)
	}
	if len(requests) > 0 {
		t.Errorf("it was asked %+v", <-requests)
	}
}

// The answer of a list that is anything but "done" leads to its page.
func TestAListThatDoesNotTakeItShowsItsPage(t *testing.T) {
	for _, status := range []int{http.StatusFound, http.StatusForbidden, http.StatusInternalServerError} {
		h, requests := askedLists(t, status, nil)
		h.mailbox.Deliver(letter("bo@example.com", "signed", "la la la", time.Hour, signedList()...))
		b := h.browser()
		b.signIn()
		b.awaitMail(1)
		b.awaitIdle()
		p := b.get("/inbox").opened(b)
		p = b.post(p.path+"/unsubscribe", p.form(p.path+"/unsubscribe"))
		p.says("The list could not be told.")
		p.leadsToItsPage()
		if <-requests; len(requests) > 0 {
			t.Errorf("a list that answers %d was asked %+v, too", status, <-requests)
		}
		if said := h.logged(); strings.Contains(said, "example.com") || !strings.Contains(said, "a mailing list was not left") {
			t.Errorf("the log says:\n%s", said)
		}
	}
}

// Of mail that a believed server found not to be from whom it says, nobody is asked.
func TestAListWhoseSignatureDoesNotHoldIsNotAsked(t *testing.T) {
	h, _ := askedLists(t, http.StatusOK, func(s *web.Server) { s.Believed = []string{"mx.example.org"} })
	h.mailbox.Deliver(letter("bo@example.com", "signed", "la la la", time.Hour, signedList()...))
	b := h.browser()
	b.signIn()
	b.awaitMail(1)
	b.awaitIdle()
	b.get("/inbox").opened(b).leadsToItsPage()
}

// leadsToItsPage fails unless the list of a message is left by a page of its own.
func (p page) leadsToItsPage() {
	p.t.Helper()
	p.says("Unsubscribe")
	if !strings.Contains(p.body, `href="/l/`) || strings.Contains(p.body, `/unsubscribe"`) {
		p.t.Errorf("%s does not lead to the page of the list:\n%s", p.path, p.body)
	}
}
