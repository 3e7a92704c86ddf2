// Package words holds every word on screen: a typed method for each sentence,
// filled from one catalogue file per language.
//
// Methods return plain text; the templates escape it. A sentence is written
// whole in the catalogue, never glued together from pieces in Go, so that a
// translator may order it as the language wants. To add one, add a method here
// and its key to each file in catalogue/; the tests name whichever is missing.
package words

import (
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Words says things in one language. It is made by [For] or [English], is
// immutable, and may be used by any number of goroutines.
type Words struct {
	language  language.Tag
	sentences map[string]sentence
	manner    Manner
}

// Manner is how a person wants times written, where that is not as their language has it.
type Manner struct {
	Clock string // "12" or "24" hours; "": as the language has it
	ISO   bool   // days as 2026-11-26
}

// Written returns the words of the same language with times written in a manner.
func (w *Words) Written(m Manner) *Words {
	written := *w
	written.manner = m
	return &written
}

// English returns the words of the language that every catalogue falls back to.
func English() *Words {
	return For()
}

// For returns the words of the language that suits the wishes best. A wish is
// a language tag ("de") or a whole Accept-Language header; earlier ones weigh
// more, what cannot be read is passed over. Without a match it is English.
func For(wishes ...string) *Words {
	return embedded().pick(wishes)
}

// Language is the tag of the language spoken, for the lang attribute: "en".
func (w *Words) Language() string {
	return w.language.String()
}

// Direction is in which the language is written, for the dir attribute: "ltr" or "rtl".
func (w *Words) Direction() string { return w.say("shell.direction") }

// say returns the sentence called key. The places in it are given as names and
// values in turn: say("signin.wrong", "Server", server).
//
// A sentence that is missing is its key: a page with one odd word is better
// than no page. The tests keep that from happening.
func (w *Words) say(key string, places ...string) string {
	s, ok := w.sentences[key]
	if !ok {
		return key
	}
	return s.forms[plural.Other].fill(places)
}

// count returns the sentence called key in the plural form that n asks for;
// the place Count is n with separators.
func (w *Words) count(key string, n int, places ...string) string {
	s, ok := w.sentences[key]
	if !ok {
		return key
	}
	return s.form(n).fill(append(places, "Count", w.Number(n)))
}
