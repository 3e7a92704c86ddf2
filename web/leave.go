package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"restante/views"
)

// signOut ends the session. The browser forgets it even where that fails.
func (s site) signOut(c echo.Context) error {
	s.forget(c)
	if err := s.leave(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/bye")
}

// leave ends the session of a request, if it has one. With a person's last session the fleet forgets their key,
// unless they want to be collected for, and a kiosk all of them.
func (s site) leave(c echo.Context) error {
	ctx := c.Request().Context()
	person, err := s.Sessions.End(ctx, c.Request())
	if err != nil || person == "" {
		return err
	}
	left, err := s.People.Sessions(ctx, person, s.Now())
	if err != nil {
		return err
	}
	absent, err := s.collectsAbsent(ctx, person)
	if err != nil {
		return err
	}
	switch {
	case len(left) > 0, absent:
	case s.Kiosk != nil:
		return s.eraseGuest(ctx, person)
	default:
		s.Fleet.Release(person)
	}
	return nil
}

// bye says that nothing is left in the browser.
func (s site) bye(c echo.Context) error {
	if s.Kiosk != nil {
		return s.farewell(c, s.Words.KioskBye())
	}
	return s.farewell(c, s.Words.SignedOutText())
}

// erased says that nothing is left here either.
func (s site) erased(c echo.Context) error {
	return s.farewell(c, s.Words.ErasedText())
}

// farewell tells the browser to forget what it may have kept, too.
func (s site) farewell(c echo.Context, text string) error {
	c.Response().Header().Set("Clear-Site-Data", s.clear())
	if s.Kiosk != nil {
		c.Response().Header().Set("Refresh", byeOver+"; url=/login")
	}
	return s.render(c, http.StatusOK, views.Bye(views.ByePage{Shell: s.bare(s.Words.SignedOut()), Text: text}))
}

// clear is what a browser is to clear. With "cache" Chromium forgets pages that it would bring back from memory, of which it
// kept one although the session's cookie had changed (ui.md D6). Cookies of sibling sites on the same domain are not ours,
// but in a kiosk.
func (s site) clear() string {
	if s.Kiosk != nil {
		return `"storage", "cache", "cookies"`
	}
	return `"storage", "cache"`
}
