package web

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/mail"
	"restante/views"
)

// maxHeaderShown is how many lines of a header are shown, and how many bytes of each.
const (
	maxHeaderShown = 500
	maxFieldShown  = 4 << 10
)

// headerPage shows the way that a message took, and its header.
func (s site) headerPage(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	l, err := v.letter(id, "")
	if err != nil {
		return err
	}
	w, subject := s.Words, cmp.Or(l.subject(), s.Words.NoSubject())
	p := views.HeadersPage{
		Shell: s.shell(v, w.ViewHeaders()+" – "+subject, ""), Back: l.href(), BackText: w.BackToMessage(), Subject: subject,
		Hops: s.hops(l.mail),
	}
	s.checks(l.mail, &p)
	for i, f := range l.mail.Header {
		if i == maxHeaderShown {
			p.More = w.HeaderCut()
			break
		}
		value, end := f.Value, ""
		if len(value) > maxFieldShown {
			value, end, p.More = value[:maxFieldShown], "…", w.HeaderCut()
		}
		p.Fields = append(p.Fields, views.Field{Name: sourceText([]byte(f.Name)), Value: sourceText([]byte(value)) + end})
	}
	return s.render(c, http.StatusOK, views.Headers(p))
}

// checks are what servers found out about who sent a message, in words.
func (s site) checks(m *mail.Message, p *views.HeadersPage) {
	w, found := s.Words, m.Authentication(s.Believed)
	switch {
	case found.Server == "":
		p.Checked = w.Unchecked()
		if len(found.Others) > 0 {
			p.Checked += " " + w.Claimed(strings.Join(found.Others, ", "))
		}
	case len(found.Checks) == 0:
		p.Checked = w.NothingChecked(found.Server)
	default:
		p.Checked = w.Checked(found.Server)
	}
	for _, c := range found.Checks {
		check := views.Check{Text: w.CheckResult(strings.ToUpper(c.Method), c.Result, c.Domain), About: w.CheckAbout(c.Method)}
		switch c.Result {
		case "pass":
			check.Kind = "ok"
		case "fail":
			check.Kind = "danger"
		}
		p.Checks = append(p.Checks, check)
	}
}

// hops is the way of a message in words, oldest first.
func (s site) hops(m *mail.Message) (list []views.Hop) {
	for i, h := range m.Hops() {
		hop := views.Hop{From: cmp.Or(h.From, "?"), By: cmp.Or(h.By, "?"), With: h.With}
		if !h.Time.IsZero() {
			hop.Time = s.time(h.Time)
			if i > 0 && h.HasDelay {
				hop.Delay = s.Words.Later(h.Delay)
			}
		}
		list = append(list, hop)
	}
	return list
}
