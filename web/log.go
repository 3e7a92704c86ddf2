package web

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
)

// logged writes one line a request, with the pattern of the route: never an address of a page, which holds ids and
// search words, and never a person.
func (s site) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		defer func() { // also where failed breaks the connection off
			s.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
				slog.String("method", method(c.Request())), slog.String("route", cmp.Or(c.Path(), "unknown")), slog.Int("status", c.Response().Status),
				slog.Int64("bytes", c.Response().Size), slog.Duration("took", time.Since(start).Round(time.Microsecond)))
		}()
		if err := next(c); err != nil {
			c.Error(err)
		}
		return nil
	}
}

// method is the method of a request, if it is one that means something: any word may stand there.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace:
		return r.Method
	}
	return "other"
}

// recovered turns a panic into an error, so that one page fails and not the process.
func (s site) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}
