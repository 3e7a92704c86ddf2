package words

import (
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// sentence is a message of a catalogue, taken apart when it is read: a page
// says hundreds of them, so that saying one must not cost more than putting its
// pieces together.
type sentence struct {
	language language.Tag // whose plural rules choose the form
	forms    [plural.Many + 1]pattern
}

// pattern is the text of a sentence with its places; nil where a language has
// no such plural form.
type pattern []piece

// piece is text as it stands, or a place to be filled.
type piece struct {
	text  string
	place string // "Server", "" for text
}

func takeApart(tag language.Tag, m *i18n.Message) (s sentence, err error) {
	s.language = tag
	for form, text := range map[plural.Form]string{
		plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two, plural.Few: m.Few, plural.Many: m.Many, plural.Other: m.Other,
	} {
		if s.forms[form], err = parse(text); err != nil {
			return s, err
		}
	}
	return s, nil
}

// parse reads a text with places such as {{.Server}}. go-i18n would allow a
// whole template there; a sentence with logic in it could not be translated.
func parse(text string) (pattern, error) {
	var p pattern
	for text != "" {
		before, rest, found := strings.Cut(text, "{{")
		if before != "" {
			p = append(p, piece{text: before})
		}
		if !found {
			break
		}
		place, after, closed := strings.Cut(rest, "}}")
		name, dotted := strings.CutPrefix(place, ".")
		if !closed || !dotted || name == "" || strings.ContainsAny(name, " .|({") {
			return nil, fmt.Errorf("%q is not a place such as {{.Name}}", "{{"+place)
		}
		p, text = append(p, piece{place: name}), after
	}
	return p, nil
}

// form returns the text for a number of things, that without number where the
// language has no form of its own for it.
func (s sentence) form(n int) pattern {
	n = max(n, -n, 0) // the least of all numbers has no opposite
	if p := s.forms[plural.Cardinal.MatchPlural(s.language, n, 0, 0, 0, 0)]; p != nil {
		return p
	}
	return s.forms[plural.Other]
}

// fill puts values into the places, given as names and values in turn. A place
// without value stays as it is written.
func (p pattern) fill(places []string) string {
	if len(p) == 1 && p[0].place == "" {
		return p[0].text
	}
	var b strings.Builder
	for _, piece := range p {
		if piece.place == "" {
			b.WriteString(piece.text)
		} else {
			b.WriteString(value(places, piece.place))
		}
	}
	return b.String()
}

func value(places []string, name string) string {
	for i := 0; i+1 < len(places); i += 2 {
		if places[i] == name {
			return places[i+1]
		}
	}
	return "{{." + name + "}}"
}
