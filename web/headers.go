package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// pagePolicy is what a page may do: nothing but show our style sheet and icons and send forms to us. There is no
// script, so none may run.
const pagePolicy = "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// filePolicy is for what is only ever downloaded: should a browser show it all the same, it is alone in a sandbox.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

// headers gives every answer, errors included, the headers of a page; a handler that answers with something else
// changes what differs.
func headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")                     // frame-ancestors for browsers that know no CSP
		h.Set("Referrer-Policy", "same-origin")              // no-referrer would send "Origin: null" with our own forms
		h.Set("Cross-Origin-Opener-Policy", "same-origin")   // no window that we open or that opened us reaches in
		h.Set("Cross-Origin-Resource-Policy", "same-origin") // no other site embeds what is here
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()")
		h.Set("Cache-Control", "no-store") // mail stays in no cache
		h.Set("X-Robots-Tag", "noindex")
		// A reader that takes its page slower than this is not reading. Downloads set their own pace.
		control := http.NewResponseController(c.Response())
		if err := control.SetWriteDeadline(time.Now().Add(pageTime)); err != nil && !isUnsupported(err) {
			return err
		}
		return next(c)
	}
}

// sameOrigin refuses what another site sends in a person's name (Go's http.CrossOriginProtection: Sec-Fetch-Site,
// else Origin against Host). It covers signing in and out too.
func (s *Server) sameOrigin() echo.MiddlewareFunc {
	guard := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := guard.Check(c.Request()); err != nil {
				return errOtherOrigin
			}
			return next(c)
		}
	}
}

// unzipped names the answers that are not compressed here: assets are already, downloads mostly, and a search page
// holds what somebody else may have put into the address beside what is secret (BREACH).
func unzipped(c echo.Context) bool {
	path := c.Request().URL.Path
	return strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/search") ||
		strings.HasSuffix(path, "/raw") || strings.HasSuffix(path, "/download")
}
