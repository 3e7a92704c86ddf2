// Package words holds every word on screen: a typed method for each sentence,
// filled from one catalogue file per language.
//
// Methods return plain text; the templates escape it. A sentence is written
// whole in the catalogue, never glued together from pieces in Go, so that a
// translator may order it as the language wants. To add one, add a method here
// and its key to each file in catalogue/; the tests name whichever is missing.
package words

import (
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Words says things in one language. It is made by [For] or [English], is
// immutable, and may be used by any number of goroutines.
type Words struct {
	language  language.Tag
	localizer *i18n.Localizer
}

// English returns the words of the language that every catalogue falls back to.
func English() *Words {
	return For()
}

// For returns the words of the language that suits the wishes best. A wish is
// a language tag ("de") or a whole Accept-Language header; earlier ones weigh
// more, what cannot be read is passed over. Without a match it is English.
func For(wishes ...string) *Words {
	return pick(catalogues(), wishes)
}

func pick(b *i18n.Bundle, wishes []string) *Words {
	best := b.LanguageTags()[0]
	if wanted := tags(wishes); len(wanted) > 0 {
		_, i, confidence := language.NewMatcher(b.LanguageTags()).Match(wanted...)
		if confidence > language.No {
			best = b.LanguageTags()[i]
		}
	}
	return &Words{language: best, localizer: i18n.NewLocalizer(b, best.String())}
}

func tags(wishes []string) []language.Tag {
	var all []language.Tag
	for _, wish := range wishes {
		if t, _, err := language.ParseAcceptLanguage(wish); err == nil {
			all = append(all, t...)
		}
	}
	return all
}

// Language is the tag of the language spoken, for the lang attribute: "en".
func (w *Words) Language() string {
	return w.language.String()
}

// say returns the sentence called key. The places in it are given as names and
// values in turn: say("signin.wrong", "Server", server).
func (w *Words) say(key string, places ...string) string {
	return w.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data(places)})
}

// count returns the sentence called key in the plural form that n asks for;
// the place Count is n with separators.
func (w *Words) count(key string, n int, places ...string) string {
	d := data(places)
	d["Count"] = w.Number(n)
	return w.localize(&i18n.LocalizeConfig{MessageID: key, PluralCount: n, TemplateData: d})
}

// localize shows the key where a sentence is missing: a page with one odd word
// is better than no page. The tests keep that from happening.
func (w *Words) localize(c *i18n.LocalizeConfig) string {
	if s, _ := w.localizer.Localize(c); s != "" {
		return s
	}
	return c.MessageID
}

func data(places []string) map[string]string {
	d := make(map[string]string, len(places)/2+1)
	for i := 0; i+1 < len(places); i += 2 {
		d[places[i]] = places[i+1]
	}
	return d
}
