package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// pagePolicy is what a page may do: nothing but show our style sheet, icons, pictures and frames and send forms to us.
// There is no script, so none may run.
const pagePolicy = "default-src 'none'; script-src 'none'; " + looks

// looks is what all pages may have.
const looks = "style-src 'self'; img-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// scriptPolicy is pagePolicy for pages that have the one script that there is: it comes from here, and asks nobody else.
const scriptPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; " + looks

// filePolicy is for what is only ever downloaded: should a browser show it all the same, it is alone in a sandbox.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

// headers gives every answer, errors included, the headers of a page; a handler that answers with something else
// changes what differs.
func (s site) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")                     // frame-ancestors for browsers that know no CSP
		h.Set("Referrer-Policy", "same-origin")              // no-referrer would send "Origin: null" with our own forms
		h.Set("Cross-Origin-Opener-Policy", "same-origin")   // no window that we open or that opened us reaches in
		h.Set("Cross-Origin-Resource-Policy", "same-origin") // no other site embeds what is here
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store") // mail stays in no cache
		h.Set("X-Robots-Tag", "noindex")
		// Who takes a page slower than this is not reading it. The time that it takes to make the page does not count:
		// a sign-in waits for the mail server. Downloads set their own pace.
		c.Response().Before(func() {
			writeWithin(c, s.times().page)
			s.outward(c)
		})
		return next(c)
	}
}

// sameOrigin refuses what another site sends in a person's name (Go's http.CrossOriginProtection: Sec-Fetch-Site,
// else Origin against Host). It covers signing in and out too.
func (s site) sameOrigin() echo.MiddlewareFunc {
	guard := http.NewCrossOriginProtection()
	if s.Front.Public != nil {
		_ = guard.AddTrustedOrigin(s.Front.Public.String()) // fails only for what is no origin
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := guard.Check(c.Request()); err != nil {
				return errOtherOrigin
			}
			return next(c)
		}
	}
}

// unzipped names the answers that are not compressed here: assets are already, downloads mostly. Nor is a page whose
// address somebody else may have written, since it comes back in the page's links and forms: beside what is secret,
// its length would tell what of it was guessed right (BREACH).
func unzipped(c echo.Context) bool {
	path := c.Request().URL.Path
	return path == eventsPath || strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/i/") || strings.HasSuffix(path, "/raw") ||
		strings.HasSuffix(path, "/download") || strings.HasSuffix(path, "/parts.zip") || !onlyNumbers(c.Request().URL.Query())
}

// onlyNumbers reports whether a query leaves no room for a guess: it has nothing but the numbers of a page of a list and
// of an action.
func onlyNumbers(q url.Values) bool {
	for name, values := range q {
		if name != "before" && name != "after" && name != "did" && name != byItself && name != since {
			return false
		}
		for _, value := range values {
			if strings.Trim(value, "0123456789") != "" {
				return false
			}
		}
	}
	return true
}
