package words

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// files are the catalogues, active.<language>.json, in the format of go-i18n:
// nested objects make dotted keys, plural forms are those of CLDR.
//
//go:embed catalogue/*.json
var files embed.FS

// catalogues reads the embedded files once; the bundle is only read afterwards.
// They are part of the program, and a test proves that they load.
var catalogues = sync.OnceValue(func() *i18n.Bundle {
	b, _ := load(files)
	return b
})

// load reads every catalogue; with an error come those that could be read.
func load(fsys fs.FS) (*i18n.Bundle, error) {
	b := i18n.NewBundle(language.English)
	names, err := fs.Glob(fsys, "catalogue/active.*.json")
	if err != nil {
		return b, err
	}
	for _, name := range names {
		if _, err := b.LoadMessageFileFS(fsys, name); err != nil {
			return b, fmt.Errorf("catalogue %s: %w", name, err)
		}
	}
	return b, nil
}
