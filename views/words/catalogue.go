package words

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// files are the catalogues, active.<language>.json, in the format of go-i18n:
// nested objects make dotted keys, plural forms are those of CLDR.
//
//go:embed catalogue/*.json
var files embed.FS

// catalogues are all languages that can be spoken, English first. Each has
// every sentence: what its own file lacks is English.
type catalogues struct {
	languages []language.Tag
	sentences []map[string]sentence // of the language at the same place
	matcher   language.Matcher
}

// embedded reads the embedded files once. They are part of the program, and a
// test proves that they load.
var embedded = sync.OnceValue(func() *catalogues {
	c, _ := load(files)
	return c
})

// load reads every catalogue; with an error come those that could be read.
func load(fsys fs.FS) (*catalogues, error) {
	english := map[string]sentence{}
	c := &catalogues{languages: []language.Tag{language.English}, sentences: []map[string]sentence{english}}
	err := c.readAll(fsys)
	for _, s := range c.sentences[1:] {
		for key := range english {
			if _, ok := s[key]; !ok {
				s[key] = english[key]
			}
		}
	}
	c.matcher = language.NewMatcher(c.languages)
	return c, err
}

func (c *catalogues) readAll(fsys fs.FS) error {
	names, err := fs.Glob(fsys, "catalogue/active.*.json")
	if err != nil {
		return err
	}
	for _, name := range names {
		tag, own, err := read(fsys, name)
		switch {
		case err != nil:
			return fmt.Errorf("catalogue %s: %w", name, err)
		case tag == language.English:
			maps.Copy(c.sentences[0], own)
		default:
			c.languages, c.sentences = append(c.languages, tag), append(c.sentences, own)
		}
	}
	return nil
}

func read(fsys fs.FS, name string) (language.Tag, map[string]sentence, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return language.Und, nil, err
	}
	f, err := i18n.ParseMessageFileBytes(b, name, nil)
	if err != nil {
		return language.Und, nil, err
	}
	own := make(map[string]sentence, len(f.Messages))
	for _, m := range f.Messages {
		s, err := takeApart(f.Tag, m)
		if err != nil {
			return language.Und, nil, fmt.Errorf("%s: %w", m.ID, err)
		}
		own[m.ID] = s
	}
	return f.Tag, own, nil
}

// pick returns the words of the language that suits the wishes best.
func (c *catalogues) pick(wishes []string) *Words {
	best := 0
	if wanted := tags(wishes); len(wanted) > 0 {
		if _, i, confidence := c.matcher.Match(wanted...); confidence > language.No {
			best = i
		}
	}
	return &Words{language: c.languages[best], sentences: c.sentences[best]}
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
