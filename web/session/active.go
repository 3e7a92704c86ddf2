package session

import (
	"net/http"
	"strings"
	"unicode"
)

// Active reports whether a request shows that a person is there: a form that
// was sent, or a page that was gone to. The caller says whether the request is
// for a page; streams, images, parts of pages, the frame of a message and what
// a page reloads by itself are not.
//
// A page that a script fetches does not count, since scripts fetch by timer,
// and one that a browser fetches in advance does not either. Browsers that send
// no Fetch Metadata are taken at the caller's word.
func Active(r *http.Request, page bool) bool {
	if inAdvance(r.Header) {
		return false
	}
	switch r.Method {
	case http.MethodPost:
		return true
	case http.MethodGet:
		mode := r.Header.Get("Sec-Fetch-Mode")
		return page && (mode == "" || mode == "navigate")
	}
	return false
}

// inAdvance reports whether the browser says that nobody has asked for this
// yet. Sec-Purpose is the header of the Fetch standard, the others are older.
func inAdvance(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		switch v := strings.ToLower(h.Get(name)); {
		case strings.HasPrefix(v, "prefetch"), strings.HasPrefix(v, "preview"):
			return true
		}
	}
	return false
}

// maxAgent is how many characters of what a browser calls itself are kept:
// enough to tell one's browsers apart in a list.
const maxAgent = 200

// shortAgent makes a User-Agent header fit to be stored and shown.
func shortAgent(s string) string {
	// Before anything else goes over it, a header may have a megabyte.
	s = s[:min(len(s), 4*maxAgent)]
	clean := make([]rune, 0, maxAgent)
	for _, r := range strings.ToValidUTF8(s, "") {
		// IsPrint leaves out controls and the characters that turn the
		// direction of writing.
		if len(clean) < maxAgent && unicode.IsPrint(r) {
			clean = append(clean, r)
		}
	}
	return strings.TrimSpace(string(clean))
}
