package web

import (
	"io"
	"strings"

	"restante/cache/mail"
	"restante/views"
)

const (
	maxSniffed = 100 // files of a message whose content is looked at; the others go by their names
	sniffed    = 512 // bytes of a file that tell what it is
)

// attachments lists the files of a message. Sizes are those of the decoded files as far as the encoding tells.
func (s site) attachments(v *visit, l *letter, out *views.Message) {
	w := s.Words
	files := l.mail.Attachments()
	var total int64
	for i, n := range files {
		part := l.mail.Parts[n]
		size := decodedSize(part)
		total += size
		f := l.file(n, i < maxSniffed)
		a := views.Attachment{
			Name: f.name, Type: f.kind, Size: w.Size(size), Icon: typeIcon(f.kind), Risky: f.risky,
			Href: s.fileHref(v, l, n), Label: w.Download(f.name, w.Size(size)),
		}
		switch {
		case f.risky:
			a.View, a.Href = l.partHref(n), ""
		case f.shown(), s.opens(f) && s.saves():
			a.View = l.partHref(n)
		}
		if !s.saves() {
			a.Href = ""
		}
		out.Attachments = append(out.Attachments, a)
	}
	if len(files) == 0 {
		return
	}
	out.AttachmentsText = w.Attachments(len(files)) + " · " + w.Size(total)
	if len(files) > 1 && s.saves() {
		out.Zip = l.zipHref()
	}
}

// file is what is known about a part before it is opened.
type file struct {
	name    string
	kind    string // its media type, by its content where that says more than its sender
	content string // by its content alone, "" where that does not tell
	risky   bool   // it can run as a program
	message bool   // it is a message
}

// file looks at a part: at its beginning, too, if look says so.
func (l *letter) file(n int, look bool) file {
	part := l.mail.Parts[n]
	f := file{name: part.Filename(), kind: part.Type, message: part.IsMessage()}
	if look {
		head := make([]byte, sniffed)
		read, err := io.ReadFull(part.Open(l.raw), head)
		if err == nil || ended(err) {
			f.kind, f.content = part.RealType(head[:read]), mail.SniffType(head[:read])
		}
	}
	f.risky = mail.Dangerous(f.name, part.Type, f.content)
	return f
}

// shown reports whether a page of ours can show a file without harm: a message, a picture that is made anew, or text.
func (f file) shown() bool { return f.message || f.picture() || f.text() }

// picture goes by the content, because that is what a decoder reads.
func (f file) picture() bool {
	switch f.content {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp":
		return true
	}
	return false
}

// text is what people write, and what programs write for people: never markup, which is for the other views.
func (f file) text() bool {
	switch f.kind {
	case "text/plain", "text/csv", "text/markdown", "text/x-markdown", "text/x-diff", "text/x-patch", "text/calendar", "text/vcard",
		"text/x-vcard", "text/directory", "text/x-log", "application/json", "message/delivery-status", "text/rfc822-headers",
		"message/disposition-notification", "application/pgp-keys", "application/pgp-signature", "application/pgp-encrypted":
		return f.content == "" || strings.HasPrefix(f.content, "text/") && f.content != "text/html"
	}
	return false
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
