package web

import (
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/mail"
	"restante/views"
)

const (
	copyPart  = 64 << 10         // bytes of a download in one write
	writeTime = 60 * time.Second // for one such write: slow lines are fine, dead ones are not
)

// attachments lists the files of a message. Sizes are those of the decoded files as far as the encoding tells.
func (s *Server) attachments(id string, m *mail.Message) ([]views.Attachment, string) {
	w := s.Words
	var list []views.Attachment
	var total int64
	for _, n := range m.Attachments() {
		part := m.Parts[n]
		size := decodedSize(part)
		total += size
		name := part.Filename()
		list = append(list, views.Attachment{
			Name: name, Type: part.Type, Size: w.Size(size), Icon: typeIcon(part.Type),
			Href: "/m/" + id + "/part/" + strconv.Itoa(n) + "/download", Label: w.Download(name, w.Size(size)),
		})
	}
	if len(list) == 0 {
		return nil, ""
	}
	return list, w.Attachments(len(list)) + " · " + w.Size(total)
}

// decodedSize is what an encoded part comes to: exact to the line ends for base64, an upper bound otherwise.
func decodedSize(p mail.Part) int64 {
	if p.Encoding != "base64" {
		return p.Size
	}
	lines := p.Size / 78 // 76 characters and CRLF
	return (p.Size - 2*lines) / 4 * 3
}

// typeIcon is the picture for a media type.
func typeIcon(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	switch {
	case kind == "image":
		return views.IconImage
	case kind == "audio":
		return views.IconSound
	case kind == "video":
		return views.IconFilm
	case mediaType == "text/calendar":
		return views.IconCalendar
	case kind == "message":
		return views.IconMail
	case mediaType == "text/csv", strings.Contains(mediaType, "sheet"), strings.Contains(mediaType, "excel"):
		return views.IconSheet
	case strings.HasSuffix(mediaType, "zip"), strings.Contains(mediaType, "compressed"), strings.HasSuffix(mediaType, "tar"):
		return views.IconBox
	case kind == "text", mediaType == "application/pdf":
		return views.IconText
	}
	return views.IconFile
}

// raw answers a message as the server sent it.
func (s *Server) raw(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	m, err := v.box.Message(v.ctx(), id)
	if err != nil {
		return err
	}
	raw, err := v.box.Raw(v.ctx(), id)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Length", strconv.FormatInt(raw.Size(), 10))
	return download(c, fileName(m.Subject)+".eml", io.NewSectionReader(raw, 0, raw.Size()))
}

// part answers one attachment, decoded.
func (s *Server) part(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	raw, err := v.box.Raw(v.ctx(), id)
	if err != nil {
		return err
	}
	m := mail.Parse(raw, raw.Size())
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 0 || n >= len(m.Parts) || strconv.Itoa(n) != c.Param("n") {
		return cache.ErrNotFound
	}
	return download(c, m.Parts[n].Filename(), m.Parts[n].Open(raw))
}

// download sends a file to be saved and never to be shown: its type says nothing, so that nothing is guessed from it.
func download(c echo.Context, name string, r io.Reader) error {
	h := c.Response().Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", disposition(name))
	h.Set("Content-Security-Policy", filePolicy)
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	control := http.NewResponseController(c.Response())
	buf := make([]byte, copyPart)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if err := control.SetWriteDeadline(time.Now().Add(writeTime)); err != nil && !isUnsupported(err) {
				return err
			}
			if _, err := c.Response().Write(buf[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// disposition is the header that makes a browser save a file under name (RFC 6266): an ASCII form, and the whole name
// as RFC 8187 writes it.
func disposition(name string) string {
	name = fileName(name)
	value := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if value == "" {
		return "attachment"
	}
	return value
}

// maxFileName is how long a suggested file name may be, in characters; file systems allow 255 bytes.
const maxFileName = 80

// fileName makes a name that no system takes for a path or a device: no separators, controls, direction marks or
// leading dots.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if runes := []rune(name); len(runes) > maxFileName {
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		name = string(runes[:maxFileName-len(ext)]) + string(ext)
	}
	if name == "" {
		return "message"
	}
	return name
}
