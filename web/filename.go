package web

import (
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxFileName  = 200 // bytes: file systems allow 255, and browsers add to a name
	maxExtension = 16  // bytes of a name's end that are kept when it is cut
)

// device are the names that Windows takes for devices, whatever follows their first dot.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)`)

// lastElement is what follows the last separator of a path, as any system writes paths.
func lastElement(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

// fileName makes of foreign text a name that no system takes for a path, a device or nothing at all, and that looks
// like what it is: without controls, invisible characters and those that turn the direction of writing. Text of which
// nothing is left becomes otherwise.
func fileName(text, otherwise string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == '\u200c', r == '\u200d': // joiners: names in Persian and in Hindi need them, and so does emoji
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf):
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		}
		return r
	}, text)
	name = cut(strings.TrimSpace(name))
	name = strings.TrimRight(name, ". ") // Windows would
	switch {
	case strings.Trim(name, "\u200c\u200d") == "":
		return otherwise
	case device.MatchString(name):
		return "_" + name
	}
	return name
}

// cut shortens a name to maxFileName bytes and leaves its extension, which says what opens the file.
func cut(name string) string {
	if len(name) <= maxFileName {
		return name
	}
	extension := path.Ext(name)
	if len(extension) > maxExtension {
		extension = ""
	}
	end := maxFileName - len(extension)
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return strings.TrimRight(name[:end], ". ") + extension
}

// disposition is the header that makes a browser save a file under name instead of showing it (RFC 6266): a form in
// ASCII and, where that is not all of it, the whole name as RFC 8187 writes it. name is one that fileName made.
func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) { // some browsers decode %41 here
			return '_'
		}
		return r
	}, name)
	value := `attachment; filename="` + plain + `"`
	if plain != name {
		// Of what QueryEscape leaves as it is, RFC 8187 allows all but the plus.
		value += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return value
}
