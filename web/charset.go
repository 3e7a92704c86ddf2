package web

import (
	"slices"
	"unicode/utf8"

	"restante/cache/mail"
	"restante/views"
)

// paramCharset is the charset that a person wants the text of a message read as.
const paramCharset = "charset"

// wantedCharset is the charset in the address, "" for none and for one that nobody offered.
func wantedCharset(v *visit) string {
	if name := v.c.QueryParam(paramCharset); slices.Contains(mail.Charsets(), name) {
		return name
	}
	return ""
}

// charsets offers to read a body as another charset, where that would show anything else.
func (s site) charsets(v *visit, l *letter, body mail.Body, chosen string) *views.Charsets {
	odd := func(text string) bool {
		for i := range len(text) {
			if text[i] >= utf8.RuneSelf || text[i] == 0x1b {
				return true
			}
		}
		return false
	}
	if chosen == "" && !odd(body.Text) && !odd(body.HTML) {
		return nil
	}
	c := &views.Charsets{Action: l.href(), Options: []views.Option{{Text: s.Words.CharsetAsSent(), Selected: chosen == ""}}}
	for _, name := range []string{paramView, paramImages, "from"} {
		value := v.c.QueryParam(name)
		switch {
		case value == "" || len(value) > maxPath:
		case v.opaque(): // sealed with the rest: a form puts its fields into the address
			c.Action = with(c.Action, name, value)
		default:
			c.Keep = append(c.Keep, views.Field{Name: name, Value: value})
		}
	}
	for _, name := range mail.Charsets() {
		c.Options = append(c.Options, views.Option{Value: name, Text: s.Words.CharsetName(name), Selected: name == chosen})
	}
	return c
}
