package web

import (
	"io"

	"restante/cache"
	"restante/cache/mail"
)

// source is the bytes of a stored message. It remembers that reading them failed: the parser takes what it gets for the
// message, and a message that is damaged on the disk must not look like one that is empty.
type source struct {
	raw *cache.Raw
	err error // the first that is not the end
}

// source opens and parses a stored message.
func (v *visit) source(id cache.ID) (*source, *mail.Message, error) {
	raw, err := v.box.Raw(v.ctx(), id)
	if err != nil {
		return nil, nil, err
	}
	s := &source{raw: raw}
	m := mail.Parse(s, raw.Size())
	return s, m, s.err
}

// ReadAt is that of [io.ReaderAt].
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.raw.ReadAt(p, off)
	if err != nil && err != io.EOF && s.err == nil {
		s.err = err
	}
	return n, err
}
