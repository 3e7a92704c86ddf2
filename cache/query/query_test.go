package query

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutTakesOneTermAndItsHint(t *testing.T) {
	q := Parse(`form:ana is:unread "the plan"`, nil)
	for i, want := range []string{`is:unread "the plan"`, `form:ana "the plan"`, `form:ana is:unread`} {
		got := q.Without(i)
		if diff := cmp.Diff(Parse(want, nil), got); diff != "" {
			t.Errorf("Without(%d): (-want +got)\n%s", i, diff)
		}
	}
	if diff := cmp.Diff(Parse(`form:ana is:unread "the plan"`, nil), q); diff != "" {
		t.Errorf("Without changed the query that it was asked of: (-before +after)\n%s", diff)
	}
	for _, i := range []int{-1, 3} {
		if diff := cmp.Diff(q, q.Without(i)); diff != "" {
			t.Errorf("Without(%d): (-want all terms +got)\n%s", i, diff)
		}
	}
	if got := Parse("one", nil).Without(0); got.Terms != nil || got.Hints != nil {
		t.Errorf("without its only term a query is %+v, want the zero Query", got)
	}
}

func TestATermMadeByHandIsQuotedWhereItMustBe(t *testing.T) {
	for _, tt := range []struct {
		term Term
		want string
	}{
		{Term{Field: From, Text: "Ana Ruiz"}, `from:"Ana Ruiz"`},
		{Term{Text: "from:ana"}, `"from:ana"`},
		{Term{Text: "-minus"}, `"-minus"`},
		{Term{Text: `say "yes"`}, `"say  yes"`},
		{Term{Text: "star*"}, `"star*"`},
		{Term{Field: Subject, Text: "line\nbreak"}, `subject:"line break"`},
		{Term{Not: true, Field: To, Text: "-x"}, `-to:-x`},
		{Term{Text: "from:"}, `from:`},
		{Term{Text: "(x"}, `"(x"`},
		{Term{Text: "x)"}, `"x)"`},
		{Term{Text: "f(x)"}, `f(x)`},
		{Term{Field: From, Text: "(x"}, `from:"(x"`},
		{Term{Text: "OR"}, `"OR"`},
		{Term{Field: From, Text: "OR"}, `from:OR`},
	} {
		if got := tt.term.String(); got != tt.want {
			t.Errorf("%+v is written %s, want %s", tt.term, got, tt.want)
		}
	}
}

// FuzzParse checks that a line survives being written and read again, and that a query stays within its bounds.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", `from:"Ana Ruiz" -is:unread before:2024/1/2 form:x* „a“b "`, "--- -\"\" from:\"\"x *",
		"on:2024-12-31 on:2024/12 larger:05mb -smaller:1 larger:x", "a OR b (c d) OR -(e -(f OR g)) from:(h OR i:(j)) OR", "(((( ) OR ()) -( rfc822msgid:<(\"> (-\"\")", "older_than:7d newer_than:0Y label:(\"a b\" *)",
		"in:SPAM has：attachment \x80 a\u00a0b", strings.Repeat(`"a"`, 300)} {
		f.Add(s)
	}
	loc := time.FixedZone("", 5*3600)
	f.Fuzz(func(t *testing.T, line string) {
		q := Parse(line, loc)
		text := q.String()
		if n := leafCount(q); n > MaxTerms || len(text) > MaxLine {
			t.Fatalf("%d terms in %d bytes", n, len(text))
		}
		again := Parse(text, loc)
		if n := len(q.Hints); n > 0 && q.Hints[n-1].Kind == TooLong {
			q.Hints = q.Hints[: n-1 : n-1]
			if n == 1 {
				q.Hints = nil
			}
		}
		if diff := cmp.Diff(q, again); diff != "" {
			t.Fatalf("%q is written %q, which reads differently: (-first +second)\n%s", line, text, diff)
		}
		for i := range q.Terms {
			if got := len(q.Without(i).Terms); got != len(q.Terms)-1 {
				t.Fatalf("without term %d of %d there are %d", i, len(q.Terms), got)
			}
		}
		for term := range Leaves(q.Terms) {
			if s := term.Text; s == "" || strings.ContainsFunc(s, unicode.IsControl) {
				t.Fatalf("%+v looks for nothing", term)
			}
		}
	})
}

// FuzzTerm checks that a term made by hand is read back as one that looks for the same words in the same field.
func FuzzTerm(f *testing.F) {
	f.Add("Ana Ruiz", true, uint8(1), false)
	f.Add(`-from:"x`, false, uint8(0), false)
	f.Add("“", true, uint8(2), true)
	f.Fuzz(func(t *testing.T, text string, not bool, field uint8, phrase bool) {
		term := Term{Not: not, Field: Field(field) % MessageID, Text: text, Phrase: phrase}
		words := strings.Fields(withoutQuotes(clean(text)))
		if len(words) == 0 || len(text) > MaxLine/4 {
			return
		}
		q := Parse(term.String(), nil)
		if len(q.Terms) != 1 || len(q.Hints) != 0 {
			t.Fatalf("%+v is written %s, which reads as %+v", term, term, q)
		}
		got := q.Terms[0]
		same := cmp.Equal(strings.Fields(withoutQuotes(got.Text)), words)
		if got.Not != term.Not || got.Field != term.Field || got.Prefix || !same {
			t.Fatalf("%+v is written %s, which reads as %+v", term, term, got)
		}
	})
}
