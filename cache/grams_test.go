package cache

import (
	"slices"
	"strings"
	"testing"
)

func TestPhrasesOfCommonWords(t *testing.T) {
	f := newFixture(t)
	for subject, body := range map[string]string{
		"beside":      "the end of the road",
		"punctuation": "what it is made of. The rest is silence",
		"lines":       "the color of\r\n> the sea",
		"apart":       "of all things the best",
		"turned":      "the of",
		"within":      "oft hefty",
		"end of the":  "nothing",
		"longer":      "of them",
		"German":      "ein Gruß für die Katze, und IN DER Stadt",
	} {
		f.add(letter("Bo <bo@example.org>", subject, body, noon))
	}
	for line, want := range map[string][]string{
		`"of the"`:                  {"beside", "end of the", "lines", "punctuation"},
		`"of the" -"the end"`:       {"end of the", "lines", "punctuation"},
		`subject:"of the"`:          {"end of the"},
		`body:"of the"`:             {"beside", "lines", "punctuation"},
		`"the of"`:                  {"turned"},
		`of-the`:                    {"beside", "end of the", "lines", "longer", "punctuation"},
		`"of the" *`:                {"beside", "end of the", "lines", "punctuation"},
		`"Für die"`:                 {"German"},
		`"in der" OR "the of"`:      {"German", "turned"},
		`("is made" "of the") bo`:   {"punctuation"},
		`"end of the road"`:         {"beside"},
		`"of the sea"`:              {"lines"},
		`"die Katze"`:               {"German"},
		`-"of the" -german -within`: {"apart", "longer", "turned"},
	} {
		got := f.find(line)
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s finds %q, want %q", line, got, want)
		}
	}
}

func FuzzGrams(f *testing.F) {
	for _, s := range []string{"of the", "of, the of the", "of x the", "Für die", "of\u20ddthe", "日of the語", "of \ue000the", "of\u0301 the"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		text := pairs(fold(s), true)
		words := strings.FieldsFunc(text, notWord)
		made := strings.Fields(grams(text))
		for i := range max(len(words)-1, 0) {
			if pair, ok := gram(words[i] + " " + words[i+1]); ok && !slices.Contains(made, pair) {
				t.Errorf("%q lacks %q: a phrase would not be found", s, pair)
			}
		}
		for i, pair := range made {
			a, b, _ := strings.Cut(pair, string(joiner))
			if i == 0 {
				if pair != string(joiner) {
					t.Errorf("%q has %q beside the text", s, pair)
				}
				continue
			}
			if i := slices.Index(words, a); i < 0 || !strings.Contains(" "+strings.Join(words, " ")+" ", " "+a+" "+b+" ") {
				t.Errorf("%q has %q: a phrase would be found that is not there", s, pair)
			}
		}
	})
}
