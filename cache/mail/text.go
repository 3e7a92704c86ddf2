package mail

import (
	"io"
	"strings"
)

// Text returns the message's text for snippets and search: the plain form, else the HTML as text; without control
// characters, format=flowed unfolded, at most MaxText bytes. r is what was parsed.
func (m *Message) Text(r io.ReaderAt) string { return m.TextAs(r, "") }

// TextAs is Text for a reader who knows the charset better, as BodyAs has it.
func (m *Message) TextAs(r io.ReaderAt, charset string) string {
	b := bodyReader{r: r, parts: m.Parts, limit: MaxText, textOnly: true, charset: charset}
	body := b.body(m, 0)
	if body.Flowed {
		body.Text = unflow(body.Text, body.DelSp)
	}
	if text := cleanText(body.Text, MaxText); text != "" || body.HTML == "" {
		return text
	}
	return cleanText(htmlText(body.HTML, MaxText), MaxText)
}

// unflow joins the lines of format=flowed text: RFC 3676, section 4. A line that ends with a space goes on in the
// next, if that is quoted as deeply.
func unflow(text string, delSp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	open, openDepth := false, 0
	for line := range strings.Lines(text) {
		line, ended := strings.CutSuffix(line, "\n")
		depth := len(line) - len(strings.TrimLeft(line, ">"))
		line = strings.TrimPrefix(line[depth:], " ") // space-stuffing
		signature := line == "-- "
		if open && (depth != openDepth || signature) {
			out.WriteByte('\n')
			open = false
		}
		if !open && depth > 0 {
			out.WriteString(strings.Repeat(">", depth) + " ")
		}
		flows := strings.HasSuffix(line, " ") && !signature
		if flows && delSp {
			line = line[:len(line)-1]
		}
		out.WriteString(line)
		open, openDepth = flows && ended, depth
		if ended && !open {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
