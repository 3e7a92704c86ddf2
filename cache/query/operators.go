package query

import (
	"slices"
	"strings"
	"time"
)

// operator is how one name before a colon is understood. A new operator is a new line in operators; the first line of a
// field has the name that String writes.
type operator struct {
	name  string
	field Field

	// values are those the operator may have; nil means any text.
	values []string

	// date, age and size say that the value is a date, a time that has passed, or a number of bytes.
	date, age, size bool
}

var operators = []operator{
	{name: "from", field: From},
	{name: "to", field: To},
	{name: "subject", field: Subject},
	{name: "cc", field: Cc},
	{name: "body", field: Body},
	{name: "filename", field: Filename},
	{name: "list", field: List},
	{name: "label", field: Label},
	{name: "account", field: Account},
	{name: "rfc822msgid", field: MessageID},
	{name: "has", field: Has, values: []string{Attachment, Image, PDF, Invite, Link}},
	{name: "is", field: Is, values: []string{Unread, Read, Starred, Replied, Encrypted, Large, Here, Server, Muted, Known}},
	{name: "in", field: In, values: []string{Inbox, Archive, Sent, Drafts, Spam, Trash, Anywhere}},
	{name: "before", field: Before, date: true},
	{name: "after", field: After, date: true},
	{name: "on", field: On, date: true},
	{name: "older_than", field: OlderThan, age: true},
	{name: "newer_than", field: NewerThan, age: true},
	{name: "larger", field: Larger, size: true},
	{name: "size", field: Larger, size: true},
	{name: "smaller", field: Smaller, size: true},
}

func operatorNamed(name string) (operator, bool) {
	i := slices.IndexFunc(operators, func(o operator) bool { return o.name == name })
	if i < 0 {
		return operator{}, false
	}
	return operators[i], true
}

func operatorOf(f Field) (operator, bool) {
	i := slices.IndexFunc(operators, func(o operator) bool { return o.field == f })
	if i < 0 {
		return operator{}, false
	}
	return operators[i], true
}

// term returns the condition that the operator makes of a value, and whether the value has a meaning for it.
func (o operator) term(v value, loc *time.Location) (Term, bool) {
	t := Term{Field: o.field, Text: v.text, Phrase: v.quoted}
	switch {
	case o.date:
		day, ok := parseDate(v.text)
		if !ok {
			return Term{}, false
		}
		t = Term{Field: o.field, Text: day.String(), At: day.begin(loc)}
		if o.field == On {
			t.Until = day.next().begin(loc)
		}
		return t, true
	case o.age:
		age, ok := parseAge(v.text)
		return Term{Field: o.field, Text: age.String(), Age: age}, ok
	case o.size:
		text, size, ok := ParseSize(v.text)
		return Term{Field: o.field, Text: text, Size: size}, ok
	case o.field == MessageID:
		t.Text, t.Phrase = strings.Trim(v.text, "<> "+quotes), false
		return t, t.Text != ""
	case o.values != nil:
		t.Text, t.Phrase = lower(v.text), false
		return t, slices.Contains(o.values, t.Text)
	}
	return t.withPrefix(), true
}

// withPrefix takes the star off a word that ends in one.
func (t Term) withPrefix() Term {
	if n := len(t.Text) - 1; !t.Phrase && n > 0 && t.Text[n] == '*' {
		t.Text, t.Prefix = t.Text[:n], true
	}
	return t
}

// lower folds ASCII letters only: operators and their values have no others, and folding more would let
// "ſ" or "K" (the Kelvin sign) pass for a letter of an operator.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
