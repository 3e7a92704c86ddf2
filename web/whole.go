package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views"
)

// wholeRefresh is how many seconds pass between two looks whether a message has come.
const wholeRefresh = "2"

// want asks for the whole of a message of which only the header is here, and does not wait for it.
func (s site) want(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	m, err := v.box.Message(v.ctx(), id)
	if err != nil {
		return err
	}
	back := local(form.Get("back"), "/m/"+id.String())
	switch err := v.box.Want(v.ctx(), id); {
	case errors.Is(err, cache.ErrNotFound): // the page says it
	case err != nil:
		return err
	default:
		s.Fleet.Want(v.Person, m.Account, id)
	}
	return c.Redirect(http.StatusSeeOther, back)
}

// headerNotice says that only the header of a message is here, and offers the rest.
func (s site) headerNotice(v *visit, l *letter, where cache.Whereabouts) views.Notice {
	w := s.Words
	switch {
	case where.Wanted:
		v.reload(wholeRefresh)
		return views.Notice{Kind: "info", Text: w.HeaderComing()}
	case !l.row.Remote:
		return views.Notice{Kind: "warn", Text: w.HeaderGone()}
	}
	return views.Notice{Kind: "info", Text: w.HeaderOnly(w.Size(l.row.Size)), Choices: []views.Choice{
		{Action: "/m/" + l.row.ID.String() + "/whole", Text: w.DownloadWhole(), Back: v.here("did")},
	}}
}

// whereabouts says where else a message is.
func (s site) whereabouts(where cache.Whereabouts) string {
	w, server := s.Words, hostOf(where.Account.Server)
	switch {
	case !where.Deleted.IsZero():
		return w.WhereDeleted(server, w.Day(where.Deleted, s.Location))
	case !where.Absent.IsZero():
		return w.WhereTaken(server, w.Day(where.Absent, s.Location))
	case !where.Due.IsZero():
		return w.WhereDue(server, w.Day(where.Due, s.Location))
	case where.Listed:
		return w.WhereServer(server)
	}
	return w.WhereHere()
}
