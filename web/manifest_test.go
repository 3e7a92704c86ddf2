package web_test

import (
	"encoding/json"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"restante/pop3client/pop3test"
	"restante/web"
)

// The site can be put beside other programs, under a path as well; what a browser asks for without a session it gets.
func TestTheSiteCanBeInstalled(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Front.Base = "/mail" })
	b := h.browser()
	if p := b.get("/mail/login"); !strings.Contains(p.body, `<link rel="manifest" href="/mail/app.webmanifest"`) {
		t.Error("no page names the manifest")
	}
	p := b.get("/mail/app.webmanifest")
	var m struct {
		Name, Scope string
		Start       string `json:"start_url"`
		Icons       []struct{ Src, Sizes, Type string }
	}
	if err := json.Unmarshal([]byte(p.body), &m); err != nil || m.Name == "" || m.Start != "/mail/" || m.Scope != "/mail/" || len(m.Icons) != 3 {
		t.Fatalf("%+v, %v", m, err)
	}
	for _, icon := range m.Icons {
		file := b.get(icon.Src)
		c, err := png.DecodeConfig(strings.NewReader(file.body))
		if err != nil || icon.Sizes != fmt.Sprintf("%dx%d", c.Width, c.Height) || file.header.Get("Content-Type") != icon.Type {
			t.Errorf("%s: %+v, %v", icon.Src, c, err)
		}
	}
	kiosk, _, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, nil)
	guest := kiosk.guest()
	if p := guest.get("/login"); strings.Contains(p.body, "manifest") {
		t.Error("a kiosk can be installed")
	}
}
