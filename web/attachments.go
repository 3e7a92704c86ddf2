package web

import (
	"strconv"
	"strings"

	"restante/cache/mail"
	"restante/views"
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
