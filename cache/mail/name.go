package mail

import (
	"path"
	"strings"
)

const maxFilename = 200 // bytes; file systems take 255

// cleanName makes a file name out of what a sender gave: no folder, no control, invisible or overriding character,
// bounded with its extension kept. It returns "" when nothing is left.
func cleanName(name string) string {
	name = cleanLine(name)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case '\u200b' <= r && r <= '\u200f', '\u2060' <= r && r <= '\u2064':
			return -1
		}
		return r
	}, name)
	name = strings.TrimRight(squeeze(name), ". ")
	if strings.Trim(name, ".") == "" {
		return ""
	}
	if len(name) > maxFilename {
		ext := path.Ext(name)
		if len(ext) > 20 {
			ext = ""
		}
		name = cut(name, maxFilename-len(ext)) + ext
	}
	return strings.Clone(name)
}

// Filename returns the part's name, or one made up from its type: "attachment.pdf", "message.eml".
func (p Part) Filename() string {
	if p.Name != "" {
		return p.Name
	}
	major, _, _ := strings.Cut(p.Type, "/")
	base := "attachment"
	switch major {
	case "message":
		base = "message"
	case "image", "audio", "video":
		base = major
	}
	ext, ok := extensions[p.Type]
	switch {
	case ok:
	case major == "text" || major == "message":
		ext = ".txt"
	default:
		ext = ".bin"
	}
	return base + ext
}

// extensions are the usual ones of types. The table is ours, so that a name is the same on every system.
var extensions = map[string]string{
	"application/gzip":                        ".gz",
	"application/ics":                         ".ics",
	"application/json":                        ".json",
	"application/ms-tnef":                     ".dat",
	"application/msword":                      ".doc",
	"application/pdf":                         ".pdf",
	"application/pgp-encrypted":               ".asc",
	"application/pgp-keys":                    ".asc",
	"application/pgp-signature":               ".asc",
	"application/pkcs7-mime":                  ".p7m",
	"application/pkcs7-signature":             ".p7s",
	"application/rtf":                         ".rtf",
	"application/vnd.ms-excel":                ".xls",
	"application/vnd.ms-powerpoint":           ".ppt",
	"application/vnd.oasis.opendocument.text": ".odt",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         ".xlsx",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   ".docx",
	"application/x-pkcs7-mime":      ".p7m",
	"application/x-pkcs7-signature": ".p7s",
	"application/x-zip-compressed":  ".zip",
	"application/xhtml+xml":         ".html",
	"application/xml":               ".xml",
	"application/zip":               ".zip",
	"audio/mpeg":                    ".mp3",
	"audio/wav":                     ".wav",
	"audio/x-wav":                   ".wav",
	"image/bmp":                     ".bmp",
	"image/gif":                     ".gif",
	"image/jpeg":                    ".jpg",
	"image/jpg":                     ".jpg",
	"image/pjpeg":                   ".jpg",
	"image/png":                     ".png",
	"image/svg+xml":                 ".svg",
	"image/tiff":                    ".tif",
	"image/webp":                    ".webp",
	"message/global":                ".eml",
	"message/rfc822":                ".eml",
	"text/calendar":                 ".ics",
	"text/csv":                      ".csv",
	"text/directory":                ".vcf",
	"text/html":                     ".html",
	"text/rtf":                      ".rtf",
	"text/vcard":                    ".vcf",
	"text/x-diff":                   ".patch",
	"text/x-patch":                  ".patch",
	"text/x-vcard":                  ".vcf",
	"text/xml":                      ".xml",
	"video/mp4":                     ".mp4",
	"video/quicktime":               ".mov",
}
