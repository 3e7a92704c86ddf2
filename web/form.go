package web

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/labstack/echo/v4"
)

// form reads the form in the body of a request. What the address says is no part of it: nobody can make a link that
// fills in a form, and no password is ever taken from an address, where logs and histories would keep it.
func form(c echo.Context) (url.Values, error) {
	err := c.Request().ParseForm()
	var status *echo.HTTPError // of the limit on bodies
	switch {
	case errors.As(err, &status):
		return nil, status
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errBadForm, err)
	}
	return c.Request().PostForm, nil
}
