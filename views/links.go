package views

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"restante/static"
)

// Every path in a view model is local to the site ("/m/12?view=text") and does
// not have the base path; the functions here put it in front.

// Href makes a link of a local path, or of a fragment of this page. Anything
// else, such as an address of another site, leads nowhere.
func (s Shell) Href(path string) templ.SafeURL {
	if strings.HasPrefix(path, "#") {
		return templ.SafeURL(path)
	}
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasPrefix(path, `/\`) {
		return templ.FailedSanitizationURL
	}
	if s.Seal != nil {
		path = s.Seal(path)
	}
	return templ.SafeURL(s.Base + path)
}

// Asset is the address of a static file such as "app.css".
func (s Shell) Asset(name string) templ.SafeURL {
	return templ.SafeURL(s.Base + static.Path(name))
}

func (s Shell) home() templ.SafeURL        { return s.Href("/inbox") }
func (s Shell) search() templ.SafeURL      { return s.Href("/search") }
func (s Shell) searchHelp() templ.SafeURL  { return s.Href("/help/search") }
func (s Shell) attachments() templ.SafeURL { return s.Href("/attachments") }
func (s Shell) organise() templ.SafeURL    { return s.Href("/organise") }
func (s Shell) more() templ.SafeURL        { return s.Href("/more") }
func (s Shell) login() templ.SafeURL       { return s.Href("/login") }
func (s Shell) sessions() templ.SafeURL    { return s.Href("/settings/sessions") }
func (s Shell) stay() templ.SafeURL        { return s.Href("/session/stay") }
func (s Shell) helpShared() templ.SafeURL {
	if s.Kiosk {
		return s.Href("/help/kiosk")
	}
	return s.Href("/help/shared")
}
func (s Shell) logout() templ.SafeURL   { return s.Href("/logout") }
func (s Shell) sync() templ.SafeURL     { return s.Href("/sync") }
func (s Shell) messages() templ.SafeURL { return s.Href("/messages") }

func (s Shell) undo(token string) templ.SafeURL {
	return s.Href("/undo/" + url.PathEscape(token))
}

func (s Shell) star(id string) templ.SafeURL {
	return s.Href("/m/" + url.PathEscape(id) + "/star")
}
