package web

import (
	"cmp"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"restante/views/words"
)

// site is the Server as it answers one request: in the language and at the hours of who asks.
type site struct {
	*Server
	Words    *words.Words
	Location *time.Location
}

// handler answers a request, personal one of a person who is signed in.
type (
	handler  func(site, echo.Context) error
	personal func(site, echo.Context, *visit) error
)

// plain is the Server where nobody reads what it says.
func (s *Server) plain() site { return site{s, cmp.Or(s.Words, words.English()), s.Location} }

// answer is the Server as it answers a request.
func (s *Server) answer(r *http.Request) site {
	if s.Words != nil {
		return s.plain()
	}
	return site{s, words.For(r.Header.Get("Accept-Language")), s.Location}
}

// handling makes a handler one for Echo.
func (s *Server) handling(handle handler) echo.HandlerFunc {
	return func(c echo.Context) error { return handle(s.answer(c.Request()), c) }
}

// answering makes what answers errors one for Echo: in the language of the page that failed.
func (s *Server) answering(fail func(site, error, echo.Context)) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		in := s.answer(c.Request())
		if v, ok := c.Get(visitKey).(*visit); ok {
			in = in.chosenBy(v)
		}
		fail(in, err, c)
	}
}

// chosenBy is the site as a person has chosen it.
func (s site) chosenBy(v *visit) site {
	if language := v.settings[setLanguage]; language != "" && s.Server.Words == nil {
		s.Words = words.For(language)
	}
	if manner := (words.Manner{Clock: v.settings[setClock], ISO: v.settings[setDates] != ""}); manner != (words.Manner{}) {
		s.Words = s.Words.Written(manner)
	}
	if zone := v.settings[setZone]; zone != "" {
		if location, err := time.LoadLocation(zone); err == nil {
			s.Location = location
		}
	}
	return s
}
