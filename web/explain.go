package web

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/sqlitefile"
	"restante/views"
)

// Errors of requests that we would not have made.
var (
	errBadForm     = errors.New("a form that this site did not send")
	errOtherOrigin = errors.New("a form from another site")
	errExpired     = errors.New("an address that permits nothing any more")
)

// notNowRefresh is after how many seconds a page that says "not now" tries again by itself.
const notNowRefresh = "15"

// advice is what a person is told about an error.
type advice struct {
	status         int
	heading, text  string
	link, linkText string
}

// explain makes advice of an error; it is the only place that does. What it does not know is our fault.
func (s site) explain(err error) advice {
	w := s.Words
	var status *echo.HTTPError
	var purged cache.PurgedError
	switch {
	case errors.As(err, &purged):
		return advice{http.StatusNotFound, w.MessageGone(), w.MessagePurged(w.Day(purged.At, s.Location)), "/inbox", w.GoToInbox()}
	case errors.Is(err, cache.ErrNotFound):
		return advice{http.StatusNotFound, w.MessageGone(), w.MessageGoneText(), "/inbox", w.GoToInbox()}
	case errors.Is(err, errOtherOrigin):
		return advice{http.StatusForbidden, w.NotAllowed(), w.OtherOriginText(), "/inbox", w.GoToInbox()}
	case errors.Is(err, errNoDownloads):
		return advice{http.StatusForbidden, w.NotOnThisComputer(), w.NoDownloadsHere(), "/inbox", w.GoToInbox()}
	case errors.Is(err, errNoPrint):
		return advice{http.StatusForbidden, w.NotOnThisComputer(), w.NoPrintHere(), "/inbox", w.GoToInbox()}
	case errors.Is(err, errProvider):
		return advice{http.StatusBadGateway, w.SignInImpossible(), w.NotVouched(), "/login", w.SignInAgain()}
	case errors.Is(err, errNotBegun):
		return advice{http.StatusBadRequest, w.SignInImpossible(), w.NotBegun(), "/login", w.SignInAgain()}
	case errors.Is(err, errNotAllowed), errors.Is(err, errNoIdentity):
		return advice{http.StatusForbidden, w.SignInImpossible(), w.NobodyHere(), "", ""}
	case errors.Is(err, errExpired):
		return advice{http.StatusGone, w.Expired(), w.ExpiredText(), "/inbox", w.GoToInbox()}
	case errors.Is(err, errBadForm), errors.Is(err, cache.ErrVerb):
		return advice{http.StatusBadRequest, w.NotUnderstood(), w.NotUnderstoodText(), "/inbox", w.GoToInbox()}
	case errors.Is(err, cache.ErrLocked), errors.Is(err, cache.ErrClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return advice{http.StatusServiceUnavailable, w.NotNow(), w.NotNowText(), "", ""}
	case errors.Is(err, sqlitefile.ErrNewer):
		return advice{http.StatusServiceUnavailable, w.NotNow(), w.NewerFile(), "", ""}
	case fetch.Classify(err) == fetch.DiskFull:
		return advice{http.StatusInsufficientStorage, w.NotNow(), w.DiskFull(), "/inbox", w.GoToInbox()}
	case errors.As(err, &status):
		return s.explainStatus(status.Code)
	}
	return advice{http.StatusInternalServerError, w.Broken(), w.BrokenText(), "/inbox", w.GoToInbox()}
}

// explainStatus is advice for what Echo itself refuses.
func (s site) explainStatus(code int) advice {
	w := s.Words
	switch code {
	case http.StatusNotFound:
		return advice{code, w.PageNotFound(), w.PageNotFoundText(), "/inbox", w.GoToInbox()}
	case http.StatusMethodNotAllowed:
		return advice{code, w.NotUnderstood(), w.WrongMethodText(), "/inbox", w.GoToInbox()}
	case http.StatusRequestEntityTooLarge:
		return advice{code, w.TooLarge(), w.TooLargeText(), "/inbox", w.GoToInbox()}
	}
	if code >= 500 {
		return advice{code, w.Broken(), w.BrokenText(), "/inbox", w.GoToInbox()}
	}
	return advice{code, w.NotUnderstood(), w.NotUnderstoodText(), "/inbox", w.GoToInbox()}
}

// statusLeft is for the log alone: whoever asked has gone. nginx calls it so, and no standard has one.
const statusLeft = 499

// failed answers a request that ended in an error: advice for the person, the detail to the log, once. The two are tied
// by an id where it is our fault. Whoever has gone away meanwhile is nobody's fault.
func (s site) failed(err error, c echo.Context) {
	ctx, a, id := c.Request().Context(), s.explain(err), ""
	switch {
	case ctx.Err() != nil:
		a.status = statusLeft
	case a.status >= http.StatusInternalServerError:
		id = rand.Text()[:8]
		s.Log.LogAttrs(ctx, slog.LevelError, "a request failed", slog.String("route", c.Path()), slog.String("id", id), slog.Any("error", err))
	}
	switch {
	case c.Response().Committed:
		panic(http.ErrAbortHandler) // otherwise what has been sent would look complete
	case a.status == statusLeft, c.Request().Method == http.MethodHead:
		c.Response().WriteHeader(a.status)
		return
	case a.status == http.StatusServiceUnavailable && c.Request().Method == http.MethodGet:
		c.Response().Header().Set("Refresh", notNowRefresh)
	}
	shell := s.bare(a.heading)
	if v, ok := c.Get(visitKey).(*visit); ok {
		shell.User, shell.Nav = v.Name, s.nav(v, "")
		shell = s.around(v, shell)
	}
	p := views.ErrorPage{Shell: shell, Status: a.status, Heading: a.heading, Text: a.text, ID: id, Link: a.link, LinkText: a.linkText}
	if err := s.render(c, a.status, views.Error(p)); err != nil && ctx.Err() == nil {
		s.Log.LogAttrs(ctx, slog.LevelError, "an error page failed", slog.Any("error", err))
	}
}
