package safehtml

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// maxColumns is how many columns a cell may take.
const maxColumns = 100

// table adds a table of data as a table. One that is only layout becomes its cells, one after the other.
func (b *builder) table(dst, n *html.Node, c scope) {
	if !isData(n, c) {
		c.layout++
		b.layout = max(b.layout, c.layout)
		b.children(b.open(dst, "div", n, &c), n, c)
		return
	}
	out := b.open(dst, "table", n, &c)
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		switch k.Data {
		case "caption":
			b.tablePart(out, k, c, func(caption *html.Node, c scope) {
				c.line = true
				b.children(caption, k, c)
			})
		case "thead", "tbody", "tfoot":
			b.tablePart(out, k, c, func(section *html.Node, c scope) { b.rows(section, k, c) })
		}
	}
}

func (b *builder) rows(dst, n *html.Node, c scope) {
	for row := n.FirstChild; row != nil; row = row.NextSibling {
		if row.Data != "tr" {
			continue
		}
		b.tablePart(dst, row, c, func(out *html.Node, c scope) {
			for k := row.FirstChild; k != nil; k = k.NextSibling {
				if k.Data == "td" || k.Data == "th" {
					b.tablePart(out, k, c, func(cell *html.Node, c scope) { b.children(cell, k, c) })
				}
			}
		})
	}
}

// tablePart adds an element of a table that is no more than its name, unless it is hidden, and calls fill for what is
// in it.
func (b *builder) tablePart(dst, n *html.Node, c scope, fill func(*html.Node, scope)) {
	s := styleOf(n)
	b.measure(n, s)
	if isHidden(n, s) {
		b.countPictures(n)
		return
	}
	c = c.inherit(n, s)
	fill(b.open(dst, n.Data, n, &c), c)
	b.last = '\n'
}

// isData reports whether a table shows data: it has a heading cell or a caption, or is a regular grid of at least two
// columns and two rows with text in them. None has another table in it, and a grid has no pictures. One that says it is
// for presentation must be both: newsletters say that of every table, whatever is in it.
func isData(n *html.Node, c scope) bool {
	g := grid{regular: true}
	g.add(n, c)
	if g.tables || g.rows == 0 {
		return false
	}
	isGrid := g.regular && g.filled >= 2 && !g.pictures
	if role, _ := attr(n, "role"); strings.EqualFold(role, "presentation") || strings.EqualFold(role, "none") {
		return g.headed && isGrid
	}
	return g.headed || isGrid
}

// grid is what the cells of a table look like, as far as they are seen.
type grid struct {
	tables, pictures, headed, regular bool

	rows    int
	columns int // of the first row
	filled  int // rows with text in at least two cells
}

func (g *grid) add(n *html.Node, c scope) {
	for k := n.FirstChild; k != nil && !g.tables; k = k.NextSibling {
		s := styleOf(k)
		if k.Type != html.ElementNode || isHidden(k, s) {
			continue
		}
		switch c := c.inherit(k, s); k.Data {
		case "caption":
			g.headed = g.headed || g.look(k, c)
		case "tr":
			g.row(k, c)
		case "thead", "tbody", "tfoot":
			g.add(k, c)
		}
	}
}

func (g *grid) row(n *html.Node, c scope) {
	columns, filled := 0, 0
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		s := styleOf(k)
		if k.Data != "td" && k.Data != "th" || isHidden(k, s) {
			continue
		}
		columns += span(k)
		if g.look(k, c.inherit(k, s)) {
			filled++
			g.headed = g.headed || k.Data == "th"
		}
	}
	if columns == 0 {
		return
	}
	if g.rows == 0 {
		g.columns = columns
	}
	g.rows++
	g.regular = g.regular && columns == g.columns
	if filled >= 2 {
		g.filled++
	}
}

// look notes tables and pictures anywhere in n, and reports whether there is text to be seen. It stops at a table:
// nothing else matters then.
func (g *grid) look(n *html.Node, c scope) (text bool) {
	for k := n.FirstChild; k != nil && !g.tables; k = k.NextSibling {
		if k.Type == html.TextNode {
			text = text || !c.tiny && !c.invisible && !isBlank(k)
			continue
		}
		s := styleOf(k)
		if k.Type != html.ElementNode || k.Namespace != "" || elements[k.Data].role == dropped || isHidden(k, s) {
			continue
		}
		switch k.Data {
		case "table":
			g.tables = true
		case "img":
			g.pictures = true
		}
		text = g.look(k, c.inherit(k, s)) || text
	}
	return text
}

// span returns how many columns a cell takes.
func span(n *html.Node) int {
	value, _ := attr(n, "colspan")
	if i, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && 1 < i && i <= maxColumns {
		return i
	}
	return 1
}

// isBlank reports whether there is nothing in n that takes ink: no text, and no picture.
func isBlank(n *html.Node) bool {
	if n.Type == html.TextNode {
		return strings.Trim(n.Data, blanks) == ""
	}
	if n.Data == "img" {
		return false
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if !isBlank(k) {
			return false
		}
	}
	return true
}

// blanks are the characters of text that take up room at most: spaces, and what keeps words together or apart.
const blanks = " \t\n\r\f\u00A0\u00AD\u034F\u200B\u200C\u200D\u2007\u2060\uFEFF"
