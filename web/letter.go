package web

import (
	"io"
	"net/url"
	"strconv"
	"strings"

	"restante/cache"
	"restante/cache/mail"
)

// letter is a message as a page shows it: a stored one, or one that lies in it as a part.
type letter struct {
	row    cache.Message // the stored one
	path   string        // where in it this one lies: "" for itself, "3" for its fourth part, "3.1" for a part of that
	raw    io.ReaderAt   // what the offsets of mail refer to
	mail   *mail.Message
	source *source // the stored one's bytes, whose errors count

	// cite is told of each link, in the order of the text, and says where it leads; nil: where it says.
	cite func(href string) string
}

// maxNested is how many messages may lie in one another for the innermost to be opened.
const maxNested = 8

// letter opens a stored message, or the one that lies at a path in it.
func (v *visit) letter(id cache.ID, path string) (*letter, error) {
	row, err := v.box.Message(v.ctx(), id)
	if err != nil {
		return nil, err
	}
	l, err := v.stored(row)
	if err != nil || path == "" {
		return l, err
	}
	steps := strings.Split(path, ".")
	if len(steps) > maxNested {
		return nil, cache.ErrNotFound
	}
	for _, step := range steps {
		n, err := l.index(step)
		if err != nil || !l.mail.Parts[n].IsMessage() {
			return nil, cache.ErrNotFound
		}
		l.mail, l.raw = l.mail.Parts[n].Message(l.raw)
	}
	l.path = path
	return l, l.source.err
}

// letterOfForm is the message that a form is about, with the form.
func (v *visit) letterOfForm() (*letter, url.Values, error) {
	id, err := cache.ParseID(v.c.Param("id"))
	if err != nil {
		return nil, nil, err
	}
	form, err := form(v.c)
	if err != nil {
		return nil, nil, err
	}
	l, err := v.letter(id, "")
	return l, form, err
}

// stored opens a stored message.
func (v *visit) stored(row cache.Message) (*letter, error) {
	raw, m, err := v.source(row.ID)
	if err != nil {
		return nil, err
	}
	return &letter{row: row, raw: raw, mail: m, source: raw}, nil
}

// part opens the message that has the part at a path, and returns which of its parts that is.
func (v *visit) part(id cache.ID, path string) (*letter, int, error) {
	dot := strings.LastIndexByte(path, '.')
	if dot == 0 {
		return nil, 0, cache.ErrNotFound
	}
	l, err := v.letter(id, path[:max(dot, 0)])
	if err != nil {
		return nil, 0, err
	}
	n, err := l.index(path[dot+1:])
	return l, n, err
}

// index reads the number of a part, as partPath writes it.
func (l *letter) index(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n >= len(l.mail.Parts) || strconv.Itoa(n) != text {
		return 0, cache.ErrNotFound
	}
	return n, nil
}

// partPath is where in the stored message a part of this one lies.
func (l *letter) partPath(n int) string {
	if l.path == "" {
		return strconv.Itoa(n)
	}
	return l.path + "." + strconv.Itoa(n)
}

// placed reports whether offsets of this message are offsets of the stored one: not so in a message that is encoded.
func (l *letter) placed() bool { return l.raw == io.ReaderAt(l.source) }

// href is the page of this message.
func (l *letter) href() string {
	if l.path == "" {
		return "/m/" + l.row.ID.String()
	}
	return "/m/" + l.row.ID.String() + "/part/" + l.path
}

// from is who the message says it is from, the first of several.
func (l *letter) from() cache.Person {
	if l.path == "" {
		return l.row.From
	}
	if len(l.mail.From) == 0 {
		return cache.Person{}
	}
	return cache.Person{Name: l.mail.From[0].Name, Addr: l.mail.From[0].Addr}
}

// subject is what the message is called, "" for nothing.
func (l *letter) subject() string {
	if l.path == "" {
		return l.row.Subject
	}
	return l.mail.Subject
}

// partHref is the page of a part.
func (l *letter) partHref(n int) string {
	return "/m/" + l.row.ID.String() + "/part/" + l.partPath(n)
}
