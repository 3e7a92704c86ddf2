package web

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"restante/static"
)

const manifestPath = "/app.webmanifest"

// manifest (W3C Web Application Manifest) lets the site be put beside other programs. There is no service worker: nothing of
// the mail stays in the browser.
type manifest struct {
	Name            string         `json:"name"`
	ID              string         `json:"id"`
	StartURL        string         `json:"start_url"`
	Scope           string         `json:"scope"`
	Display         string         `json:"display"`
	BackgroundColor string         `json:"background_color"`
	ThemeColor      string         `json:"theme_color"`
	Icons           []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

// manifest answers that. It says nothing of anybody, so that a browser may ask without a session.
func (s site) manifest(c echo.Context) error {
	base := s.Front.Base
	icon := func(name, sizes, purpose string) manifestIcon {
		return manifestIcon{base + static.Path(name), sizes, "image/png", purpose}
	}
	body, err := json.Marshal(manifest{
		Name: s.Words.AppName(), ID: base + "/", StartURL: base + "/", Scope: base + "/", Display: "standalone", BackgroundColor: "#f5f7f9", ThemeColor: "#0e57b6",
		Icons: []manifestIcon{icon("icon-192.png", "192x192", ""), icon("icon-512.png", "512x512", ""), icon("icon-maskable.png", "512x512", "maskable")},
	})
	if err != nil {
		return err
	}
	// A browser keeps no page for Back that has fetched something that may not be kept.
	c.Response().Header().Set("Cache-Control", "public, max-age=86400")
	return c.Blob(http.StatusOK, "application/manifest+json", body)
}
