package mail

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"

	"restante/cmd/check/corpus"
)

// strictLeaves reads a message as go-message does, and returns the type and the hash of each part that is no
// multipart. Whatever is not well-formed is an error.
func strictLeaves(raw []byte) ([]string, error) {
	r := bufio.NewReader(bytes.NewReader(raw))
	h, err := textproto.ReadHeader(r)
	if err != nil {
		return nil, err
	}
	return strictPart(h, r, "text/plain")
}

func strictPart(h textproto.Header, r io.Reader, fallback string) ([]string, error) {
	kind, params := fallback, map[string]string{}
	if h.Has("Content-Type") {
		var err error
		if kind, params, err = mime.ParseMediaType(h.Get("Content-Type")); err != nil {
			return nil, err
		}
	}
	if strings.HasPrefix(kind, "multipart/") {
		return strictParts(kind, params["boundary"], r)
	}
	// The charset is not the transfer encoding's business.
	leaf := h.Copy()
	leaf.Set("Content-Type", "application/octet-stream")
	entity, err := message.New(message.Header{Header: leaf}, r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(entity.Body)
	return []string{fmt.Sprintf("%s %x", kind, sha256.Sum256(body))}, err
}

func strictParts(kind, boundary string, r io.Reader) ([]string, error) {
	if boundary == "" {
		return nil, errors.New("no boundary")
	}
	fallback := "text/plain"
	if kind == "multipart/digest" {
		fallback = "message/rfc822"
	}
	var out []string
	parts := textproto.NewMultipartReader(r, boundary)
	for {
		p, err := parts.NextPart()
		if err == io.EOF && out != nil {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		leaves, err := strictPart(p.Header, p, fallback)
		if err != nil {
			return nil, err
		}
		out = append(out, leaves...)
	}
}

// oneLineEnding tells whether all lines end alike, with LF or CR LF: of others go-message makes one line, or several.
func oneLineEnding(raw []byte) bool {
	lf, cr, crlf := bytes.Count(raw, []byte("\n")), bytes.Count(raw, []byte("\r")), bytes.Count(raw, []byte("\r\n"))
	return cr == crlf && (crlf == 0 || crlf == lf)
}

// TestWellFormedMailReadsAsInGoMessage takes go-message's own strict reading, where it has one, as the truth. We may differ
// only where we say that something is wrong.
func TestWellFormedMailReadsAsInGoMessage(t *testing.T) {
	mails := corpus.Mails(t, corpusSample, corpus.Folders()...)
	agreed := 0
	for _, c := range mails {
		raw := c.Raw
		if bytes.HasPrefix(raw, []byte("From ")) {
			raw = raw[bytes.IndexByte(raw, '\n')+1:] // the mbox line is no part of the message
		}
		want, err := strictLeaves(raw)
		if err != nil || !oneLineEnding(raw) {
			continue
		}
		r := bytes.NewReader(raw)
		m := Parse(r, r.Size())
		var got []string
		for _, p := range m.Parts {
			if strings.HasPrefix(p.Type, "multipart/") {
				continue
			}
			body, err := io.ReadAll(p.Open(r))
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%s %x", p.Type, sha256.Sum256(body)))
		}
		switch {
		case strings.Join(got, "\n") == strings.Join(want, "\n"):
			agreed++
		case len(m.Defects) == 0:
			t.Errorf("%s:\n%s\nstrictly:\n%s", c.Name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if agreed < len(mails)*8/10 {
		t.Errorf("of %d messages only %d are well-formed and agree", len(mails), agreed)
	}
	t.Logf("%d of %d messages are well-formed, and agree", agreed, len(mails))
}
