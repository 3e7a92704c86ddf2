package web

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views"
)

// printPage is a message for paper: the reader's view, whatever the screen shows.
func (s site) printPage(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	l, err := v.letter(id, "")
	if err != nil {
		return err
	}
	c.QueryParams().Set(paramView, viewReader) // a frame cannot be printed
	var notes []string
	l.cite = func(href string) string {
		notes = append(notes, href)
		return href
	}
	room := maxBodies
	read, err := s.read(v, l, &room)
	if err != nil {
		return err
	}
	subject := cmp.Or(l.subject(), s.Words.NoSubject())
	p := views.PrintPage{Shell: s.around(v, s.bare(subject)), Message: read, Back: l.href(), BackText: s.Words.BackToMessage(), Subject: subject, Notes: notes}
	return s.render(c, http.StatusOK, views.Print(p))
}
