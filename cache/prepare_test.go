package cache

import (
	"strings"
	"testing"
)

func TestASnippetIsWhatAMessageItselfSays(t *testing.T) {
	for text, want := range map[string]string{
		"Hello\nworld\n": "Hello world",
		"On Tue, Ana wrote:\n> old\n> old\n\nnew": "new",
		"new\n\nOn Tue, Ana wrote:\n> old":        "new",
		"> only\n> quoted":                        "> only > quoted",
		"Things to bring:\nbread":                 "Things to bring: bread",
		"  \n\t ":                                 "",
		strings.Repeat("ü ", 500):                 strings.TrimSpace(strings.Repeat("ü ", 100)),
	} {
		if got := snippet(text); got != want {
			t.Errorf("snippet(%.40q) = %q, want %q", text, got, want)
		}
	}
}
