package safehtml

import "golang.org/x/net/html"

// scope is what an element's place in the tree means for what is in it.
type scope struct {
	link      *html.Node // the link around it, if any
	line      bool       // only parts of a line may be here
	pre       bool       // blanks and line feeds count
	breaks    bool       // line feeds are line breaks
	tiny      bool       // the size of letters is 0
	invisible bool       // visibility is hidden
	depth     int        // elements of the output around it
	layout    int        // tables for layout around it
}

// inherit returns the scope within n, for what is inherited.
func (c scope) inherit(n *html.Node, s style) scope {
	_, sized := attr(n, "size")
	_, class := attr(n, "class")
	switch size, ok := s["font-size"]; {
	case ok:
		c.tiny = isZero(size)
	case n.Data == "font" && sized, n.Data == "table", class:
		// A layout often sets 0 on a cell, against gaps, and a readable size on what is in it, which may be done by
		// a style sheet. In doubt text is shown.
		c.tiny = false
	}
	switch s["visibility"] {
	case "hidden", "collapse":
		c.invisible = true
	case "visible":
		c.invisible = false
	}
	if keeps, said := s.keepsBreaks(); said {
		c.breaks = keeps
	}
	return c
}
