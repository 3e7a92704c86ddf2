package mail

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"
)

const maxPrescan = 4 << 10 // how much of an HTML document is searched for its charset

// decodeCharset returns text in UTF-8. It never fails: what is unknown or wrongly declared is read as UTF-8 where it
// is UTF-8, and as windows-1252 where it is not.
func decodeCharset(label string, text []byte) string {
	if name := byteOrderMark(text); name != "" {
		label = name
	}
	switch name := charsetName(label); name {
	case "utf-8":
		return strings.TrimPrefix(toUTF8(string(text)), "\ufeff")
	case "windows-1252":
		return latin(text)
	case "utf-7":
		return decodeUTF7(string(text))
	default:
		return convert(name, text)
	}
}

// decodeAs returns text in UTF-8 as a reader wants it read, whatever it looks like. It never fails: bytes that the
// charset does not have are U+FFFD.
func decodeAs(label string, text []byte) string {
	switch name := charsetName(label); name {
	case "utf-8":
		return strings.ToValidUTF8(string(text), "\ufffd")
	case "utf-7":
		return decodeUTF7(string(text))
	default:
		r, err := charset.Reader(name, bytes.NewReader(text))
		if err != nil {
			return toUTF8(string(text))
		}
		decoded, _ := io.ReadAll(r) // what was decoded before an error counts
		return strings.ToValidUTF8(string(decoded), "\ufffd")
	}
}

// Charsets are those that a reader may choose between, by the names of the IANA. Body reads others, too.
func Charsets() []string {
	return []string{
		"utf-8", "windows-1252", "iso-8859-15", "windows-1250", "iso-8859-2", "windows-1251", "koi8-r", "koi8-u", "iso-8859-5", "windows-1253", "windows-1254",
		"windows-1255", "windows-1256", "windows-1257", "windows-1258", "windows-874", "shift_jis", "euc-jp", "iso-2022-jp", "gb18030", "big5", "euc-kr", "utf-7", "utf-16le", "utf-16be", "ibm437", "macintosh",
	}
}

// convert decodes a charset that go-message knows. Text that does not fit it but is UTF-8 is UTF-8.
func convert(name string, text []byte) string {
	r, err := charset.Reader(name, bytes.NewReader(text))
	if err != nil {
		return toUTF8(string(text))
	}
	decoded, err := io.ReadAll(r)
	if err != nil || bytes.Contains(decoded, []byte("\ufffd")) && utf8.Valid(text) {
		return toUTF8(string(text))
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(decoded), "\ufffd"), "\ufeff")
}

// latin decodes windows-1252. Text that is UTF-8 all through is UTF-8: as windows-1252 it would read "Ã¼".
func latin(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/8)
	for _, c := range text {
		if c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			b.WriteRune(charmap.Windows1252.DecodeByte(c))
		}
	}
	return b.String()
}

// byteOrderMark names the charset that text itself declares, or "".
func byteOrderMark(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		return "utf-16"
	}
	return ""
}

// charsetName returns the name to decode a declared charset by: that of its superset where the declared one is never
// meant alone, and one that go-message knows where it does not know the declared one.
func charsetName(label string) string {
	label = strings.ToLower(cleanToken(label))
	switch label {
	case "", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "default",
		"utf-8", "utf8", "utf_8", "utf-8n", "x-utf-8", "unicode-1-1-utf-8":
		return "utf-8"
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "8859-1", "latin1", "latin-1", "l1", "iso-ir-100",
		"windows-1252", "windows1252", "cp1252", "ansi", "x-ansi":
		return "windows-1252"
	case "utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7":
		return "utf-7"
	case "gb-2312", "euc-cn":
		return "gbk"
	case "cp932":
		return "shift_jis"
	case "cp949", "ms949", "uhc", "ks_c_5601":
		return "euc-kr"
	case "cp950", "big-5":
		return "big5"
	case "cp874":
		return "windows-874"
	}
	for _, prefix := range []string{"cp-125", "win-125"} {
		if page, ok := strings.CutPrefix(label, prefix); ok {
			return charsetName("windows-125" + page)
		}
	}
	return label
}

// metaCharset returns the charset that an HTML document declares in its first few kilobytes, or "".
func metaCharset(document []byte) string {
	z := html.NewTokenizer(bytes.NewReader(document[:min(len(document), maxPrescan)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) == "body" {
				return ""
			}
			if string(name) != "meta" {
				continue
			}
			if label := metaLabel(z, more); label != "" {
				return label
			}
		}
	}
}

// metaLabel reads <meta charset="…"> and <meta http-equiv="Content-Type" content="text/html; charset=…">.
func metaLabel(z *html.Tokenizer, more bool) string {
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		label := ""
		switch string(key) {
		case "charset":
			label = string(value)
		case "content":
			_, params := parseParams(string(value))
			label = params.get("charset")
		}
		// A document that could be read as far as this is not in UTF-16, whatever it says.
		if label != "" && !strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return label
		}
	}
	return ""
}
