package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/static"
	"restante/views"
)

// more answers what a phone's bottom bar has no room for.
func (s site) more(c echo.Context, v *visit) error {
	p := views.MorePage{Shell: s.shell(v, s.Words.More(), "/more"), Account: "/accounts"}
	if s.operates(v) {
		p.Admin = statusPath
	}
	return s.render(c, http.StatusOK, views.More(p))
}

// help answers what leads to all that is explained.
func (s site) help(c echo.Context, v *visit) error {
	w := s.Words
	return s.render(c, http.StatusOK, views.Help(views.HelpPage{Shell: s.shell(v, w.Help(), ""), Topics: []views.Topic{
		{Href: "/help/search", Name: w.SearchHelp(), Text: w.HelpSearchText()},
		{Href: "/help/keys", Name: w.KeysHelp(), Text: w.HelpKeysText()},
		{Href: "/help/shared", Name: w.SharedHelp(), Text: w.HelpSharedText()},
		{Href: "/accounts", Name: w.AccountsHeading(), Text: w.HelpAccountsText()},
		{Href: organisePath, Name: w.Organise(), Text: w.HelpOrganiseText()},
	}}))
}

// helpSearch answers the search language by examples that can be tried.
func (s site) helpSearch(c echo.Context, v *visit) error {
	w := s.Words
	examples := []views.Example{
		{Query: "garden party", Text: w.ExampleWords()},
		{Query: `"see you on friday"`, Text: w.ExamplePhrase()},
		{Query: "party -birthday", Text: w.ExampleNot()},
		{Query: "from:ana", Text: w.ExampleFrom()},
		{Query: "to:choir", Text: w.ExampleTo()},
		{Query: "subject:invoice", Text: w.ExampleSubject()},
		{Query: "has:attachment", Text: w.ExampleAttachment()},
		{Query: "is:unread", Text: w.ExampleUnread()},
		{Query: "is:read", Text: w.ExampleRead()},
		{Query: "is:starred", Text: w.ExampleStarred()},
		{Query: "in:archive", Text: w.ExamplePlace()},
		{Query: "before:2024-05-17", Text: w.ExampleBefore()},
		{Query: "after:2024", Text: w.ExampleAfter()},
		{Query: "on:2024-05", Text: w.ExampleOn()},
		{Query: "larger:5M", Text: w.ExampleLarger()},
		{Query: "smaller:20K", Text: w.ExampleSmaller()},
		{Query: "choir OR orchestra", Text: w.ExampleEither()},
		{Query: "(garden party) OR -(rain OR wind)", Text: w.ExampleGroup()},
		{Query: "cc:bo", Text: w.ExampleCc()},
		{Query: "body:password", Text: w.ExampleBody()},
		{Query: "filename:pdf", Text: w.ExampleFilename()},
		{Query: "has:image", Text: w.ExampleKinds()},
		{Query: "is:replied", Text: w.ExampleState()},
		{Query: "is:here", Text: w.ExampleHere()},
		{Query: "is:muted", Text: w.ExampleMuted()},
		{Query: "is:known", Text: w.ExampleKnown()},
		{Query: "label:work", Text: w.ExampleLabel()},
		{Query: "list:choir", Text: w.ExampleList()},
		{Query: "newer_than:7d", Text: w.ExampleAge()},
		{Query: "account:home.example", Text: w.ExampleAccount()},
		{Query: "rfc822msgid:1@example.org", Text: w.ExampleMessageID()},
		{Query: "from:ana has:attachment after:2024 -in:trash", Text: w.ExampleCombination()},
	}
	for i := range examples {
		examples[i].Href = "/search?q=" + url.QueryEscape(examples[i].Query)
	}
	return s.render(c, http.StatusOK, views.HelpSearch(views.HelpSearchPage{Shell: s.shell(v, w.SearchHelp(), ""), Examples: examples}))
}

// asset answers a static file, which a browser may keep for ever: its address changes with its contents.
func (s site) asset(c echo.Context) error {
	f, ok := static.Load().Lookup(c.Request().URL.Path)
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.Body
	if strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.Gzip
	}
	return c.Blob(http.StatusOK, f.Type, body)
}

// health answers whether the process works and its data can be used.
func (s site) health(c echo.Context) error {
	if err := s.Ready(); err != nil {
		s.Log.ErrorContext(c.Request().Context(), "not healthy", "error", err)
		return c.String(http.StatusServiceUnavailable, "not ready\n")
	}
	return c.String(http.StatusOK, "ok\n")
}

// robots keeps every crawler out.
func robots(_ site, c echo.Context) error {
	return c.String(http.StatusOK, "User-agent: *\nDisallow: /\n")
}
