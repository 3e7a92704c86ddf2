package query

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
)

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func TestALineIsReadAsWritten(t *testing.T) {
	unknown := func(operator, value, mean string) []Hint {
		return []Hint{{Kind: UnknownOperator, Operator: operator, Value: value, DidYouMean: mean}}
	}
	badValue := func(operator, value, mean string) []Hint {
		return []Hint{{Kind: UnknownValue, Operator: operator, Value: value, DidYouMean: mean}}
	}
	for _, tt := range []struct {
		line string
		want Query
	}{
		{"", Query{}},
		{" \t\n ", Query{}},
		{`""`, Query{}},
		{"hello", Query{Terms: []Term{{Text: "hello"}}}},
		{"  two   words ", Query{Terms: []Term{{Text: "two"}, {Text: "words"}}}},
		{"ideographic\u3000space", Query{Terms: []Term{{Text: "ideographic"}, {Text: "space"}}}},
		{`"exact phrase"`, Query{Terms: []Term{{Text: "exact phrase", Phrase: true}}}},
		{`"never closed, is it`, Query{Terms: []Term{{Text: "never closed, is it", Phrase: true}}}},
		{`„deutsch“ “english” ”suomi”`, Query{Terms: []Term{
			{Text: "deutsch", Phrase: true}, {Text: "english", Phrase: true}, {Text: "suomi", Phrase: true}}}},
		{`"a"b`, Query{Terms: []Term{{Text: "a", Phrase: true}, {Text: "b"}}}},
		{`5"disk`, Query{Terms: []Term{{Text: `5"disk`}}}},
		{"from:ana", Query{Terms: []Term{{Field: From, Text: "ana"}}}},
		{"FROM:Ana TO:Bo", Query{Terms: []Term{{Field: From, Text: "Ana"}, {Field: To, Text: "Bo"}}}},
		{`from:"Ana Ruiz"`, Query{Terms: []Term{{Field: From, Text: "Ana Ruiz", Phrase: true}}}},
		{`subject:„der Plan“`, Query{Terms: []Term{{Field: Subject, Text: "der Plan", Phrase: true}}}},
		{"from：ana", Query{Terms: []Term{{Field: From, Text: "ana"}}}},
		{"会议：明天", Query{Terms: []Term{{Text: "会议：明天"}}}},
		{"from:", Query{Terms: []Term{{Text: "from:"}}}},
		{"from: ana", Query{Terms: []Term{{Text: "from:"}, {Text: "ana"}}}},
		{`From:""`, Query{Terms: []Term{{Text: "From:"}}}},
		{"has:attachment", Query{Terms: []Term{{Field: Has, Text: Attachment}}}},
		{"is:UNREAD is:read is:starred", Query{Terms: []Term{
			{Field: Is, Text: Unread}, {Field: Is, Text: Read}, {Field: Is, Text: Starred}}}},
		{"in:anywhere -in:spam", Query{Terms: []Term{{Field: In, Text: Anywhere}, {Not: true, Field: In, Text: Spam}}}},
		{`-word -"a phrase" -from:ana`, Query{Terms: []Term{
			{Not: true, Text: "word"}, {Not: true, Text: "a phrase", Phrase: true}, {Not: true, Field: From, Text: "ana"}}}},
		{"- --x", Query{Terms: []Term{{Text: "-"}, {Not: true, Text: "-x"}}}},
		{"invo* from:an*", Query{Terms: []Term{{Text: "invo", Prefix: true}, {Field: From, Text: "an", Prefix: true}}}},
		{`* "a*"`, Query{Terms: []Term{{Text: "*"}, {Text: "a*", Phrase: true}}}},
		{"before:2024 after:2024", Query{Terms: []Term{
			{Field: Before, Text: "2024", At: day(2024, 1, 1)}, {Field: After, Text: "2024", At: day(2024, 1, 1)}}}},
		{"after:2024/5 before:2024-5-7", Query{Terms: []Term{
			{Field: After, Text: "2024-05", At: day(2024, 5, 1)}, {Field: Before, Text: "2024-05-07", At: day(2024, 5, 7)}}}},
		{"on:2024-12-31 on:2024/2 On:2024", Query{Terms: []Term{
			{Field: On, Text: "2024-12-31", At: day(2024, 12, 31), Until: day(2025, 1, 1)},
			{Field: On, Text: "2024-02", At: day(2024, 2, 1), Until: day(2024, 3, 1)}, {Field: On, Text: "2024", At: day(2024, 1, 1), Until: day(2025, 1, 1)}}}},
		{"larger:5mb -smaller:020K larger:1500 smaller:1g", Query{Terms: []Term{{Field: Larger, Text: "5M", Size: 5 << 20},
			{Not: true, Field: Smaller, Text: "20K", Size: 20 << 10}, {Field: Larger, Text: "1500", Size: 1500}, {Field: Smaller, Text: "1G", Size: 1 << 30}}}},
		{"size:2M", Query{Terms: []Term{{Field: Larger, Text: "2M", Size: 2 << 20}}}},
		{"older_than:07D -newer_than:2m", Query{Terms: []Term{{Field: OlderThan, Text: "7d", Age: Age{7, 'd'}},
			{Not: true, Field: NewerThan, Text: "2m", Age: Age{2, 'm'}}}}},
		{"cc:ana body:plan filename:pdf list:go label:work account:home", Query{Terms: []Term{{Field: Cc, Text: "ana"}, {Field: Body, Text: "plan"},
			{Field: Filename, Text: "pdf"}, {Field: List, Text: "go"}, {Field: Label, Text: "work"}, {Field: Account, Text: "home"}}}},
		{`rfc822msgid:<1@example.org> rfc822msgid:"2@x*"`, Query{Terms: []Term{{Field: MessageID, Text: "1@example.org"}, {Field: MessageID, Text: "2@x*"}}}},
		{"rfc822msgid:<>", Query{Terms: []Term{{Text: "<>", Unknown: "rfc822msgid"}}, Hints: badValue("rfc822msgid:", "<>", "")}},
		{"older_than:7h", Query{Terms: []Term{{Text: "7h", Unknown: "older_than"}}, Hints: badValue("older_than:", "7h", "")}},
		{"a OR b", Query{Terms: []Term{{Field: Group, Either: [][]Term{{{Text: "a"}}, {{Text: "b"}}}}}}},
		{"a b OR c OR d e", Query{Terms: []Term{{Text: "a"}, {Field: Group, Either: [][]Term{{{Text: "b"}}, {{Text: "c"}}, {{Text: "d"}}}}, {Text: "e"}}}},
		{"a OR b c OR d", Query{Terms: []Term{{Field: Group, Either: [][]Term{{{Text: "a"}}, {{Text: "b"}}}}, {Field: Group, Either: [][]Term{{{Text: "c"}}, {{Text: "d"}}}}}}},
		{"(a b) OR -c", Query{Terms: []Term{{Field: Group, Either: [][]Term{{{Text: "a"}, {Text: "b"}}, {{Not: true, Text: "c"}}}}}}},
		{"((a)(b OR (c OR d)))", Query{Terms: []Term{{Text: "a"}, {Field: Group, Either: [][]Term{{{Text: "b"}}, {{Text: "c"}}, {{Text: "d"}}}}}}},
		{"-(a b) -(c) -(-d) -(-(e f)) -(g OR h)", Query{Terms: []Term{{Not: true, Field: Group, Either: [][]Term{{{Text: "a"}, {Text: "b"}}}},
			{Not: true, Text: "c"}, {Text: "d"}, {Text: "e"}, {Text: "f"}, {Not: true, Field: Group, Either: [][]Term{{{Text: "g"}}, {{Text: "h"}}}}}}},
		{"from:(ana OR bo is:unread -di)", Query{Terms: []Term{{Field: Group, Either: [][]Term{{{Field: From, Text: "ana"}}, {{Field: From, Text: "bo"}}}},
			{Field: Is, Text: Unread}, {Not: true, Field: From, Text: "di"}}}},
		{"OR a OR", Query{Terms: []Term{{Text: "a"}}}},
		{"a OR OR b", Query{Terms: []Term{{Field: Group, Either: [][]Term{{{Text: "a"}}, {{Text: "b"}}}}}}},
		{"a OR () b", Query{Terms: []Term{{Field: Group, Either: [][]Term{{{Text: "a"}}, {{Text: "b"}}}}}}},
		{`"OR" or -OR`, Query{Terms: []Term{{Text: "OR", Phrase: true}, {Text: "or"}, {Not: true, Text: "OR"}}}},
		{"(a OR b", Query{Terms: []Term{{Field: Group, Either: [][]Term{{{Text: "a"}}, {{Text: "b"}}}}}}},
		{"a) :) f(x) (f(y))", Query{Terms: []Term{{Text: "a"}, {Text: ":"}, {Text: "f(x)"}, {Text: "f(y)"}}}},
		{"()", Query{}},
		{"(a OR form:b)", Query{Terms: []Term{{Field: Group, Either: [][]Term{{{Text: "a"}}, {{Text: "b", Unknown: "form"}}}}}, Hints: unknown("form:", "b", "from:")}},
		{"https://example.org/x 12:30 C:\\x std::vector", Query{Terms: []Term{
			{Text: "https://example.org/x"}, {Text: "12:30"}, {Text: `C:\x`}, {Text: "std::vector"}}}},
		{"form:ana", Query{Terms: []Term{{Text: "ana", Unknown: "form"}}, Hints: unknown("form:", "ana", "from:")}},
		{`-Sbject:"the plan"`, Query{Terms: []Term{{Not: true, Text: "the plan", Phrase: true, Unknown: "sbject"}},
			Hints: unknown("sbject:", "the plan", "subject:")}},
		{"error:timeout", Query{Terms: []Term{{Text: "timeout", Unknown: "error"}}, Hints: unknown("error:", "timeout", "")}},
		{"form:a form:a", Query{Terms: []Term{{Text: "a", Unknown: "form"}, {Text: "a", Unknown: "form"}},
			Hints: unknown("form:", "a", "from:")}},
		{"is:unred", Query{Terms: []Term{{Text: "unred", Unknown: "is"}}, Hints: badValue("is:", "unred", "is:unread")}},
		{"has:attachments", Query{Terms: []Term{{Text: "attachments", Unknown: "has"}},
			Hints: badValue("has:", "attachments", "has:attachment")}},
		{"before:yesterday", Query{Terms: []Term{{Text: "yesterday", Unknown: "before"}}, Hints: badValue("before:", "yesterday", "")}},
		{"\xff\x00ok", Query{Terms: []Term{{Text: "\uFFFD"}, {Text: "ok"}}}},
	} {
		got := Parse(tt.line, nil)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Parse(%q): (-want +got)\n%s", tt.line, diff)
		}
		if diff := cmp.Diff(got, Parse(got.String(), nil)); diff != "" {
			t.Errorf("Parse(%q).String() = %q reads differently: (-first +second)\n%s", tt.line, got.String(), diff)
		}
	}
}

func TestWhatIsNoDateIsAWord(t *testing.T) {
	for _, s := range []string{"2024-13", "2024-00", "2023-02-29", "2024-02-30", "24", "02024", "2024-001", "2024-1-1-1",
		"2024--1", "2024-", "-2024", "2024-1/", "２０２４", "1.2.2024", "+024", "0000", "2024-99-99"} {
		q := Parse("before:"+s, nil)
		if len(q.Terms) != 1 || q.Terms[0].Field != Any || len(q.Hints) != 1 || q.Hints[0].Kind != UnknownValue {
			t.Errorf("before:%s = %+v, want a word to search and a hint", s, q)
		}
	}
}

func TestWhatIsNoSizeIsAWord(t *testing.T) {
	for _, s := range []string{"M", "B", "-1", "1.5M", "5T", "5KM", "5 M", "1000000000G", "５M", "+1", "0x1"} {
		q := Parse(`larger:"`+s+`"`, nil)
		if len(q.Terms) != 1 || q.Terms[0].Field != Any || len(q.Hints) != 1 || q.Hints[0].Kind != UnknownValue {
			t.Errorf("larger:%s = %+v, want a word to search and a hint", s, q)
		}
	}
}

func TestADayBeginsWhenItDoesWhereTheReaderIs(t *testing.T) {
	for _, tt := range []struct{ zone, date, want string }{
		{"UTC", "2024-05-17", "2024-05-17T00:00:00Z"},
		{"Europe/Berlin", "2024-05-17", "2024-05-16T22:00:00Z"},
		{"Europe/Berlin", "2024", "2023-12-31T23:00:00Z"},
		{"Asia/Kathmandu", "2024-05", "2024-04-30T18:15:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"}, // clocks went from 0:00 to 1:00
		{"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"},    // 0:00 to 1:00 came twice
		{"America/Havana", "2024-11-04", "2024-11-04T05:00:00Z"},
		{"Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z"},  // 0:00 to 1:00 again
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"}, // skipped for the date line
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
	} {
		loc, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		q := Parse("after:"+tt.date, loc)
		if len(q.Terms) != 1 {
			t.Fatalf("after:%s in %s = %+v, want one term", tt.date, tt.zone, q)
		}
		if got := q.Terms[0].At.Format(time.RFC3339); got != tt.want {
			t.Errorf("after:%s in %s begins at %s, want %s", tt.date, tt.zone, got, tt.want)
		}
	}
}

func TestTooMuchIsLeftOutWithAHint(t *testing.T) {
	for name, line := range map[string]string{
		"many terms":             strings.Repeat("a ", MaxTerms+1),
		"many bytes":             strings.Repeat("word ", MaxLine),
		"one long word":          strings.Repeat("x", MaxLine+1),
		"cut within a letter":    "x" + strings.Repeat("ü", MaxLine),
		"bytes that are no text": strings.Repeat("\x80", 2*MaxLine),
		"quotes that add blanks": strings.Repeat(`"a"`, MaxTerms-1) + strings.Repeat("c", MaxLine-3*MaxTerms),
		"parentheses":            strings.Repeat("(a OR ", MaxTerms+1),
		"an operator spread":     "subject:(" + strings.Repeat("abcdefghijklm ", MaxTerms) + ")",
		"phrase that is cut":     `"` + strings.Repeat("lorem ipsum ", 200),
	} {
		q := Parse(line, nil)
		if len(q.Hints) != 1 || q.Hints[0].Kind != TooLong {
			t.Errorf("%s: hints are %+v, want one that the line is too long", name, q.Hints)
		}
		if n := leafCount(q); n > MaxTerms || len(q.String()) > MaxLine {
			t.Errorf("%s: %d terms, %d bytes, want at most %d and %d", name, n, len(q.String()), MaxTerms, MaxLine)
		}
		again := Parse(q.String(), nil)
		if diff := cmp.Diff(q.Terms, again.Terms); diff != "" || len(again.Hints) != 0 {
			t.Errorf("%s: String reads differently, with hints %+v: (-first +second)\n%s", name, again.Hints, diff)
		}
	}
	if q := Parse(strings.Repeat("a ", MaxTerms), nil); len(q.Terms) != MaxTerms || len(q.Hints) != 0 {
		t.Errorf("%d terms give %d, with hints %+v; want all and none", MaxTerms, len(q.Terms), q.Hints)
	}
}

// leafCount is how many terms a query has, those in groups included.
func leafCount(q Query) (n int) {
	for range Leaves(q.Terms) {
		n++
	}
	return n
}

func TestParenthesesBeyondTheDeepestArePassedOver(t *testing.T) {
	line := strings.Repeat("-(x ", 30) + "a OR b"
	q := Parse(line, nil)
	if n := leafCount(q); n != 32 || len(q.Hints) != 0 {
		t.Errorf("%d terms and hints %+v, want all 32 and none", n, q.Hints)
	}
}
