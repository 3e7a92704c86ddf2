package web

import (
	"archive/zip"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
)

// zipHref is all files of the message in one.
func (l *letter) zipHref() string {
	href := "/m/" + l.row.ID.String() + "/parts.zip"
	if l.path != "" {
		href += "?part=" + l.path
	}
	return href
}

// zip answers all files of a message in one, which is made while it is sent. They are stored as they are: most are
// packed already, and a slow line waits for no packing.
func (s site) zip(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	l, err := v.letter(id, c.QueryParam("part"))
	if err != nil {
		return err
	}
	files := l.mail.Attachments()
	if len(files) == 0 {
		return cache.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", disposition(fileName(l.subject(), "attachments")+".zip"))
	h.Set("Content-Security-Policy", filePolicy)
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	out := zip.NewWriter(&paced{s, c})
	taken := map[string]bool{}
	for _, n := range files {
		name := unlike(taken, fileName(lastElement(l.mail.Parts[n].Filename()), "attachment"))
		w, err := out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: l.row.Received.In(time.UTC)})
		if err != nil {
			return fmt.Errorf("packing: %w", err)
		}
		if _, err := io.Copy(w, l.mail.Parts[n].Open(l.raw)); err != nil {
			return fmt.Errorf("packing: %w", err)
		}
		if l.source.err != nil {
			return l.source.err
		}
	}
	return out.Close()
}

// unlike makes a name one that is not taken, for systems that do not tell upper case from lower, and takes it.
func unlike(taken map[string]bool, name string) string {
	extension := path.Ext(name)
	base := strings.TrimSuffix(name, extension)
	for i := 2; taken[strings.ToLower(name)]; i++ {
		name = fmt.Sprintf("%s (%d)%s", base, i, extension)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// paced gives each piece of a download the time that one may take.
type paced struct {
	s site
	c echo.Context
}

func (p *paced) Write(b []byte) (int, error) {
	writeWithin(p.c, p.s.times().part)
	return p.c.Response().Write(b)
}
