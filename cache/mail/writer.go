package mail

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxQuote = 5  // levels of blockquote that are marked with >
	maxLists = 16 // levels of lists that are numbered
)

// textWriter lays text out in lines as the elements around it demand.
type textWriter struct {
	out   strings.Builder
	limit int
	lines int    // line endings wanted before the next text
	space bool   // a space wanted before the next text
	quote int    // open blockquotes
	pre   int    // open elements in which white space counts
	lists []int  // number of the last item of each open list, -1 for bullets
	mark  string // an item's bullet or number, wanted before the next text
}

// block asks for n line endings before the next text; with none it stays in its line.
func (w *textWriter) block(n int) {
	if n > 0 {
		w.lines = max(w.lines, n)
		w.space = false
	}
}

func (w *textWriter) open(a atom.Atom, attrs []html.Attribute) {
	switch a {
	case atom.Br:
		w.lines = min(w.lines+1, 2)
		w.space = false
	case atom.Img:
		if alt := attribute(attrs, "alt"); strings.TrimSpace(alt) != "" {
			w.space = true
			w.text(alt)
			w.space = true
		}
	case atom.Td, atom.Th:
		w.space = true
	case atom.Ul, atom.Ol:
		w.block(1)
		if number := -1; len(w.lists) < maxLists {
			if a == atom.Ol {
				number = 0
			}
			w.lists = append(w.lists, number)
		}
	case atom.Li:
		w.block(1)
		w.item()
	case atom.Blockquote:
		w.block(2)
		w.quote++
	case atom.Pre:
		w.block(2)
		w.pre++
	default:
		w.block(spaceAround(a))
	}
}

func (w *textWriter) close(a atom.Atom) {
	switch a {
	case atom.Td, atom.Th:
		w.space = true
	case atom.Ul, atom.Ol:
		w.lists = w.lists[:max(len(w.lists)-1, 0)]
		w.block(1)
	case atom.Li:
		w.mark = ""
		w.block(1)
	case atom.Blockquote:
		w.quote = max(w.quote-1, 0)
		w.block(2)
	case atom.Pre:
		w.pre = max(w.pre-1, 0)
		w.block(2)
	default:
		w.block(spaceAround(a))
	}
}

// spaceAround returns how many line endings stand before and behind an element; none for those within a line.
func spaceAround(a atom.Atom) int {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Dl, atom.Hr, atom.Form, atom.Fieldset:
		return 2
	case atom.Address, atom.Article, atom.Aside, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details, atom.Div, atom.Dt, atom.Figcaption,
		atom.Figure, atom.Footer, atom.Header, atom.Legend, atom.Main, atom.Nav, atom.Option, atom.Section, atom.Summary, atom.Tr, atom.Textarea:
		return 1
	}
	return 0
}

// item numbers an item of the innermost list.
func (w *textWriter) item() {
	w.mark = "- "
	if last := len(w.lists) - 1; last >= 0 && w.lists[last] >= 0 {
		w.lists[last]++
		w.mark = strconv.Itoa(w.lists[last]) + ". "
	}
}

// text writes text, with white space as HTML has it: any run of it is one space.
func (w *textWriter) text(s string) {
	if w.pre > 0 {
		w.verbatim(s)
		return
	}
	for s != "" {
		trimmed := strings.TrimLeft(s, " \t\r\n\f")
		if len(trimmed) < len(s) {
			w.space = true
		}
		end := strings.IndexAny(trimmed, " \t\r\n\f")
		if end < 0 {
			end = len(trimmed)
		}
		w.word(trimmed[:end])
		s = trimmed[end:]
	}
}

// verbatim writes preformatted text.
func (w *textWriter) verbatim(s string) {
	for line := range strings.Lines(unixLines(s)) {
		text, ended := strings.CutSuffix(line, "\n")
		w.word(text)
		if ended {
			w.lines++
		}
	}
}

// word writes text, after the line endings, marks and space that are wanted before it.
func (w *textWriter) word(s string) {
	if s == "" {
		return
	}
	if w.lines > 0 || w.out.Len() == 0 {
		if w.out.Len() > 0 {
			for range min(w.lines, 2) {
				w.out.WriteByte('\n')
			}
		}
		for range min(w.quote, maxQuote) {
			w.out.WriteString("> ")
		}
	} else if w.space {
		w.out.WriteByte(' ')
	}
	w.out.WriteString(w.mark)
	w.out.WriteString(s)
	w.lines, w.space, w.mark = 0, false, ""
}

func attribute(attrs []html.Attribute, name string) string {
	for _, a := range attrs {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
