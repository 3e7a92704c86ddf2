package pop3test

import (
	"bytes"
	"strings"
)

// utf8Mode answers UTF8, which comes before login and lasts (RFC 6856, section 2.1).
func (c *session) utf8Mode() []byte {
	c.utf8 = true
	return accept("UTF-8 it is")
}

// needsUTF8 refuses a message whose header is not ASCII to a client that has not asked for UTF8 (RFC 6856, section 2.1).
func (c *session) needsUTF8(raw []byte) (refusal []byte) {
	if !c.server.UTF8 || c.utf8 || isASCII(header(raw)) {
		return nil
	}
	return refuse("[UTF8] the header of this message is not ASCII")
}

func isASCII(b []byte) bool {
	return !bytes.ContainsFunc(b, func(r rune) bool { return r >= 0x80 })
}

// lang answers LANG in either state: a list without an argument, else a choice, "*" being the first language
// (RFC 6856, section 3). The texts of this server stay English.
func (c *session) lang(tag string) []byte {
	languages := c.server.Languages
	if tag == "" {
		return []byte("+OK languages follow\r\n" + strings.Join(languages, "\r\n") + "\r\n.\r\n")
	}
	for _, language := range languages {
		name, _, _ := strings.Cut(language, " ")
		if tag == "*" || strings.EqualFold(tag, name) {
			return accept("%s it is", name)
		}
	}
	return refuse("there is no such language")
}
