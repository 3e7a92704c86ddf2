package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views"
)

// askEmptyTrash asks whether all that is in the trash is to go for good.
func (s site) askEmptyTrash(c echo.Context, v *visit) error {
	w, n := s.Words, v.counters[cache.Trash].Total
	if n == 0 {
		return c.Redirect(http.StatusSeeOther, "/trash")
	}
	return s.render(c, http.StatusOK, views.Ask(views.AskPage{
		Shell: s.shell(v, w.EmptyTrash(), "/trash"), Back: "/trash", BackText: w.BackTo(w.Place(cache.Trash.String())),
		Heading: w.EmptyTrashAsk(n), Text: []string{w.EmptyTrashText()}, Action: "/trash/empty", Button: w.EmptyTrashDo(),
	}))
}

// emptyTrash deletes all that is in the trash for good.
func (s site) emptyTrash(c echo.Context, v *visit) error {
	if _, err := form(c); err != nil {
		return err
	}
	if _, err := v.box.EmptyTrash(v.ctx()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/trash", "did", didPurge))
}
