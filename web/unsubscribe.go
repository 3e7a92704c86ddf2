package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/mail"
	"restante/views"
)

const oneClick = "List-Unsubscribe=One-Click" // the whole request to leave a list (RFC 8058, section 3.2)

// listNotice says that a message came from a mailing list, and how to leave that: by asking the list, by a page of it,
// behind the one of ours that says where links lead, or by writing to it. Nothing is asked of the list unless a person
// presses the button, and of one that did not take that its page is shown.
func (s site) listNotice(v *visit, l *letter) (n views.Notice, ok bool) {
	w := s.Words
	page, address := l.mail.Unsubscribe()
	if l.path != "" || l.mail.ListID == "" && page == "" && address == "" {
		return n, false
	}
	n = views.Notice{Kind: "info", Text: w.FromAList()}
	if l.mail.ListID != "" {
		n.Text = w.FromList(l.mail.ListID)
	}
	ticket := ""
	if page != "" && (s.Kiosk == nil || s.Kiosk.Links) {
		ticket = s.ticket(v, l, ticketLink, page)
	}
	switch {
	case s.leavesAtOnce(l.mail) && v.c.QueryParam("did") != didNotLeave:
		n.Choices = []views.Choice{{Action: "/m/" + l.row.ID.String() + "/unsubscribe", Text: w.Unsubscribe(), Back: v.here("did")}}
	case ticket != "":
		n.Link, n.LinkText = "/l/"+ticket, w.Unsubscribe()
	case address != "":
		n.Text += " " + w.LeaveByWriting(address)
	}
	return n, true
}

// leavesAtOnce reports whether the site may ask a list to take the person off it. A kiosk asks nothing in a guest's name.
func (s site) leavesAtOnce(m *mail.Message) bool {
	return s.Lists != nil && s.Kiosk == nil && m.LeavesAtOnce() && m.Authentication(s.Believed).Result("dkim") != "fail"
}

// unsubscribe asks the list that a message came from to take the person off it. The list learns what it has put into the
// address itself, and that a server asked.
func (s site) unsubscribe(c echo.Context, v *visit) error {
	l, form, err := v.letterOfForm()
	if err != nil {
		return err
	}
	if !s.leavesAtOnce(l.mail) {
		return cache.ErrNotFound
	}
	page, _ := l.mail.Unsubscribe()
	did := didLeave
	if err := s.tellList(v, page); err != nil {
		s.Log.WarnContext(v.ctx(), "a mailing list was not left", "error", err)
		did = didNotLeave
	}
	return c.Redirect(http.StatusSeeOther, with(local(form.Get("back"), l.href()), "did", did))
}

// tellList sends the request to a page. Only an answer that all is well is one: a list should not redirect (RFC 8058, section 3.1).
func (s site) tellList(v *visit, page string) error {
	req, err := http.NewRequestWithContext(v.ctx(), http.MethodPost, page, strings.NewReader(oneClick))
	if err != nil {
		return errors.New("its address is none")
	}
	req.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {"Mozilla/5.0 (compatible; one-click unsubscribe)"}}
	resp, err := s.Lists.Do(req)
	if err != nil {
		return errors.New("it cannot be reached") // what is to be known besides names the list
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("it answered %d", resp.StatusCode)
	}
	return nil
}
