package mail

import (
	"bytes"
	"html"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Body is what to show of a message. Both texts are valid UTF-8, otherwise as sent: whoever shows them makes them safe.
type Body struct {
	Text    string   // the plain form, lines ending with LF; empty when there is none
	HTML    string   // the HTML form; empty when there is none
	Flowed  bool     // Text is format=flowed, RFC 3676
	DelSp   bool     // and the space at the end of a flowed line is no text
	Raw     bool     // nothing could be parsed: Text has the message's own bytes
	Defects []string // what was cut short
}

// Body returns the forms of the message that are to be shown, each at most MaxBody bytes. r is what was parsed.
//
// Of a multipart/alternative these are the last plain text and the last HTML; several inline texts are joined in order. When
// some of them have one form only, it is converted, so that each form that there is has everything. A message that has nothing
// else to show shows the message inside it.
func (m *Message) Body(r io.ReaderAt) Body { return m.BodyAs(r, "") }

// BodyAs is Body for a reader who knows better in which charset all its texts are: one of Charsets, "" for none.
func (m *Message) BodyAs(r io.ReaderAt, charset string) Body {
	b := bodyReader{r: r, parts: m.Parts, limit: MaxBody, charset: charset}
	return b.body(m, 0)
}

// bodyReader reads the texts of one message.
type bodyReader struct {
	r        io.ReaderAt
	parts    []Part
	limit    int    // bytes of a plain form
	textOnly bool   // the HTML form is wanted only if there is nothing in the plain one
	charset  string // that the reader wants; "" for what the parts say
	defects  defects
}

func (b *bodyReader) body(m *Message, depth int) Body {
	if len(m.Header) == 0 {
		return Body{Text: unixLines(b.text(0, b.limit)), Raw: true, Defects: b.defects.list}
	}
	_, pieces := newLayout(m.Parts)
	if len(pieces) == 0 {
		return b.embedded(m, depth)
	}
	var out Body
	plain, rich, hasPlain, hasHTML := flatten(pieces)
	if hasPlain {
		out.Text, out.Flowed, out.DelSp = b.plain(plain)
	}
	if hasHTML && !(b.textOnly && strings.TrimSpace(out.Text) != "") {
		out.HTML = b.html(rich)
	}
	out.Defects = b.defects.list
	return out
}

// embedded returns the body of the first message inside a message that has none of its own.
func (b *bodyReader) embedded(m *Message, depth int) Body {
	for _, p := range m.Parts {
		if isMessage(p.Type) && depth < maxEmbedDepth {
			inner, r := p.Message(b.r)
			reader := bodyReader{r: r, parts: inner.Parts, limit: b.limit, textOnly: b.textOnly, charset: b.charset}
			return reader.body(inner, depth+1)
		}
	}
	return Body{}
}

// Message parses the message that a part holds. It returns the message and what its offsets refer to. Of a message in a transfer
// encoding the first 8 MiB are read.
func (p Part) Message(r io.ReaderAt) (*Message, io.ReaderAt) {
	if isIdentity(p.Encoding) {
		section := io.NewSectionReader(r, p.Offset, p.Size)
		return Parse(section, p.Size), section
	}
	decoded, err := io.ReadAll(io.LimitReader(p.Open(r), maxEmbedded))
	section := bytes.NewReader(decoded)
	m := Parse(section, int64(len(decoded)))
	if err != nil {
		m.Defects = append(m.Defects, "reading stopped before the end: "+err.Error())
	}
	return m, section
}

// Open returns the part's content without its transfer encoding, but in its own charset. Damage is passed over, and prose that
// claims to be base64 is returned as it is: Read returns no errors but r's.
func (p Part) Open(r io.ReaderAt) io.Reader {
	section := io.NewSectionReader(r, p.Offset, p.Size)
	switch p.Encoding {
	case "base64":
		return openBase64(section)
	case "quoted-printable":
		return newQuotedReader(section)
	}
	return section
}

// Text returns text of the part, as Open reads it, in UTF-8.
func (p Part) Text(raw []byte) string { return decodeCharset(p.label(raw), raw) }

// text returns a part's text in UTF-8, at most limit bytes.
func (b *bodyReader) text(i, limit int) string {
	p := &b.parts[i]
	raw := make([]byte, min(p.Size, int64(limit)))
	n, err := io.ReadFull(p.Open(b.r), raw)
	raw = raw[:n]
	switch {
	case err == nil && int64(n) < p.Size:
		b.defects.add("a text longer than is shown")
		raw = wholeRunes(raw)
	case err != nil && err != io.EOF && err != io.ErrUnexpectedEOF:
		b.defects.add("reading stopped before the end: " + err.Error())
	}
	if b.charset != "" {
		return cut(decodeAs(b.charset, raw), limit)
	}
	return cut(decodeCharset(p.label(raw), raw), limit)
}

// label names the charset of a text: what its header declares, else what an HTML document does, else what it looks like.
func (p *Part) label(raw []byte) string {
	if isDeclared(p.Charset) {
		return p.Charset
	}
	if isHTML(p.Type) {
		if label := metaCharset(raw); isDeclared(label) {
			return label
		}
	}
	return detectCharset(raw)
}

// wholeRunes removes a character that was cut in half from the end of UTF-8.
func wholeRunes(raw []byte) []byte {
	for i := len(raw) - 1; i >= max(len(raw)-utf8.UTFMax, 0); i-- {
		if utf8.RuneStart(raw[i]) {
			if !utf8.FullRune(raw[i:]) {
				return raw[:i]
			}
			break
		}
	}
	return raw
}

// plain joins the plain forms. It keeps format=flowed only if it is true of all.
func (b *bodyReader) plain(parts []int) (text string, flowed, delSp bool) {
	first := &b.parts[parts[0]]
	same := true
	for _, i := range parts {
		p := &b.parts[i]
		same = same && p.Flowed == first.Flowed && p.DelSp == first.DelSp && !isHTML(p.Type)
	}
	var out strings.Builder
	for _, i := range parts {
		p := &b.parts[i]
		var text string
		switch {
		case isHTML(p.Type):
			text = htmlText(b.text(i, MaxBody), b.limit)
		case p.Flowed && !same:
			text = unflow(unixLines(b.text(i, b.limit)), p.DelSp)
		default:
			text = unixLines(b.text(i, b.limit))
		}
		if out.Len() > 0 {
			out.WriteString("\n\n")
		}
		out.WriteString(text)
		if out.Len() >= b.limit {
			break
		}
	}
	return cut(out.String(), b.limit), same && first.Flowed, same && first.Flowed && first.DelSp
}

// html joins the HTML forms. Each of several is balanced first: a quote or comment left open in one must not
// swallow the next.
func (b *bodyReader) html(parts []int) string {
	if len(parts) == 1 {
		return b.text(parts[0], MaxBody)
	}
	var out strings.Builder
	for _, i := range parts {
		text := b.text(i, MaxBody)
		switch p := &b.parts[i]; {
		case isHTML(p.Type):
			text = balanced(text)
		case p.Flowed:
			text = preformatted(unflow(unixLines(text), p.DelSp))
		default:
			text = preformatted(text)
		}
		if out.Len()+len(text) > MaxBody {
			b.defects.add("a text longer than is shown")
			break
		}
		out.WriteString(text)
	}
	return out.String()
}

// preformatted makes plain text HTML.
func preformatted(text string) string {
	return "<pre>" + html.EscapeString(cleanText(text, MaxBody)) + "</pre>\n"
}

// markInline finds the images that the message's HTML shows by their Content-ID.
func (m *Message) markInline(r io.ReaderAt) {
	images := map[string][]int{}
	for i, p := range m.Parts {
		if p.ContentID != "" && strings.HasPrefix(p.Type, "image/") {
			images[strings.ToLower(p.ContentID)] = append(images[strings.ToLower(p.ContentID)], i)
		}
	}
	if len(images) == 0 {
		return
	}
	b := bodyReader{r: r, parts: m.Parts}
	for i, p := range m.Parts {
		if !isHTML(p.Type) || p.Disposition == "attachment" {
			continue
		}
		for _, id := range contentIDs(b.text(i, MaxBody)) {
			for _, image := range images[id] {
				m.Parts[image].Inline = true
			}
		}
	}
}

// contentIDs returns what stands behind each "cid:" of an HTML text, in lower case.
func contentIDs(text string) []string {
	var out []string
	for {
		i := indexFold(text, "cid:")
		if i < 0 {
			return out
		}
		text = text[i+len("cid:"):]
		end := strings.IndexAny(text, "\"'> )\t\r\n")
		if end < 0 || end > maxID {
			continue
		}
		id := html.UnescapeString(text[:end])
		if unescaped, err := url.PathUnescape(id); err == nil {
			id = unescaped
		}
		out = append(out, strings.ToLower(id))
	}
}
