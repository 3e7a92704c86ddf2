package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache/registry"
	"restante/pop3client"
	"restante/pop3client/discover"
	"restante/views"
	"restante/web/front"
)

// How many mail servers are looked for on behalf of one address, and for how long that is remembered.
const (
	freeFind   = 20
	memoryFind = time.Hour
)

// looksFor reports whether a form leaves it to us to find the mail server.
func (s site) looksFor(form url.Values) bool {
	return s.Mail == nil && s.Finder != nil && strings.TrimSpace(form.Get("server")) == "" && strings.Contains(form.Get("user"), "@")
}

// find looks for the mail server of a form and puts it into it. The password of the form is neither kept nor sent anywhere:
// who gives it has to see first where it goes.
func (s site) find(ctx context.Context, form url.Values) (info string, problem *views.ErrorSummary, err error) {
	w, user := s.Words, strings.Trim(form.Get("user"), " ")
	limit := registry.Limit{Name: []string{"find", networkOf(front.From(ctx).Addr)}, Free: freeFind, Memory: memoryFind}
	wait, err := s.People.Try(ctx, s.Now(), limit)
	if err != nil {
		return "", nil, err
	}
	if wait > 0 {
		return "", &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.FoundTooOften(w.In(wait)), Field: "server"}, nil
	}
	found, err := s.Finder.Find(ctx, user)
	if errors.Is(err, discover.ErrNotFound) {
		return "", &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.NoServerFound(), Field: "server"}, nil
	}
	if err != nil {
		return "", nil, err
	}
	server := found.Server.String()
	if found.Server.Security == pop3client.TLS {
		server = strings.TrimPrefix(server, "pop3s://") // as people write it
	}
	form.Set("server", server)
	form.Set("user", found.User)
	switch found.Source {
	case discover.Published, discover.Record:
		return w.FoundPublished(server), nil, nil
	case discover.Listed, discover.Received:
		return w.FoundListed(server), nil, nil
	}
	return w.FoundGuessed(server), nil, nil
}

// offer shows at the sign-in which mail server was found, and asks for the password.
func (s site) offer(c echo.Context, form url.Values) error {
	info, problem, err := s.find(c.Request().Context(), form)
	if err != nil {
		return err
	}
	if problem != nil {
		return s.refuse(c, http.StatusUnprocessableEntity, problem, form)
	}
	p := s.loginPage(c)
	p.Info, p.Found = info, true
	p.ChoseShared = form.Get("shared") != ""
	p.ServerValue, p.User, p.Next = form.Get("server"), form.Get("user"), local(form.Get("next"), "")
	return s.render(c, http.StatusOK, views.Login(p))
}

// offerAccount is offer for another account.
func (s site) offerAccount(c echo.Context, v *visit, form url.Values) error {
	info, problem, err := s.find(v.ctx(), form)
	if err != nil {
		return err
	}
	p, status := s.accountForm(v, form, problem), http.StatusOK
	if p.Info, p.Found = info, problem == nil; problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return s.render(c, status, views.NewAccount(p))
}
