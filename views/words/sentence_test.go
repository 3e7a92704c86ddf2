package words

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

func TestPlacesAreFilledAndTheRestStays(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"Inbox":                          "Inbox",
		"{{.A}}":                         "one",
		"{{.A}}{{.B}}":                   "onetwo {{.A}}",
		"a {{.B}} b {{.A}}, {{.A}} }} c": "a two {{.A}} b one, one }} c",
		"{{.Unknown}}!":                  "{{.Unknown}}!",
	} {
		p, err := parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if got := p.fill([]string{"A", "one", "B", "two {{.A}}"}); got != want {
			t.Errorf("%q says %q, want %q", text, got, want)
		}
	}
}

func TestWhatIsNotAPlaceIsRefusedWithItsKey(t *testing.T) {
	for _, text := range []string{"{{", "{{.A", "{{A}}", "{{.}}", "{{ .A }}", "{{.A.B}}", "{{if .A}}x{{end}}", "{{.A | html}}", "{{{.A}}}"} {
		_, err := load(fstest.MapFS{"catalogue/active.de.json": {Data: []byte(`{"list": {"name": "x ` + text + `"}}`)}})
		if err == nil || !strings.Contains(err.Error(), "list.name") || !strings.Contains(err.Error(), "active.de.json") {
			t.Errorf("%q: error %v names neither file nor key", text, err)
		}
	}
}

func TestEveryNumberHasAForm(t *testing.T) {
	one, _ := parse("one")
	other, _ := parse("other")
	s := sentence{language: language.English}
	s.forms[plural.Other] = other
	for _, n := range []int{math.MinInt, -1, 0, 1, 10_000_001, math.MaxInt} {
		if got := s.form(n).fill(nil); got != "other" {
			t.Errorf("%d of a sentence with one form: %q", n, got)
		}
	}
	s.forms[plural.One] = one
	for n, want := range map[int]string{math.MinInt: "other", -1: "one", 0: "other", 1: "one", 10_000_001: "other", math.MaxInt: "other"} {
		if got := s.form(n).fill(nil); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// BenchmarkTheWordsOfARow is what a line of a list asks for.
func BenchmarkTheWordsOfARow(b *testing.B) {
	w := English()
	now := time.Date(2026, 11, 26, 11, 40, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		_ = w.Select("Dinner on Saturday", "Ana")
		_ = w.StarThis("Dinner on Saturday")
		_ = w.Short(now.AddDate(0, -2, 0), now, now.Location())
		_ = w.Full(now, now.Location())
		_ = w.Unread()
		_ = w.DoStar()
		_ = w.Number(4318)
	}
}
