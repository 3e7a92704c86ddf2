// Package query is the search language: it reads the line that a person typed into a [Query] and writes it back.
//
// A line is words, "exact phrases" and operators (from:ana, subject:"the plan", has:attachment, is:unread, in:archive,
// before:2024-05, newer_than:7d, larger:5M and the others of the fields below), each with an optional "-" in front that
// turns it round. All of them must hold, but of those with OR between them only one: "a b OR c" is a, and b or c.
// Parentheses hold several together: "(a b) OR -(c d)"; behind an operator they spread it: "from:(ana OR bo)".
// Reading never fails: what makes no sense as an operator is searched as words, and a [Hint] says so.
//
// The package knows no SQL and folds no letters: Text is what was typed, and whoever searches normalises it the way
// the index was normalised.
package query

import (
	"iter"
	"slices"
	"time"
)

const (
	// MaxLine is how many bytes of a line are read, and the most that String of a parsed query has.
	MaxLine = 1000

	// MaxTerms is how many terms a query has at most, those in groups included.
	MaxTerms = 50

	// maxDepth is how many parentheses may be open at once; those beyond are passed over.
	maxDepth = 10
)

// Field is what a term looks at.
type Field int

// The fields. Any is a word or phrase anywhere in a message; the zero Term therefore looks for text.
const (
	Any       Field = iota
	From            // from:ana
	To              // to:ana: the To or the Cc field
	Subject         // subject:"the plan"
	Cc              // cc:ana
	Body            // body:garden
	Filename        // filename:pdf, of an attachment
	List            // list:golang-nuts, of a mailing list's List-Id
	Label           // label:work: of a label with this name
	Account         // account:home.example: collected from a server or for a user with this in its name
	MessageID       // rfc822msgid:1@example.org; Text is without <>
	Has             // has:attachment; Text is one of Attachment … Link
	Is              // is:unread; Text is one of Unread … Server
	In              // in:archive; Text is one of Inbox … Anywhere
	Before          // before:2024-05; At is set, Text is the date as String writes it
	After           // after:2024; likewise
	On              // on:2024-05; likewise, and Until
	OlderThan       // older_than:7d; Age is set, Text is the age as String writes it
	NewerThan       // newer_than:2m; likewise
	Larger          // larger:5M; Size is set, Text is the size as String writes it
	Smaller         // smaller:20K; likewise
	Group           // (a b) OR c; Either is set and nothing else but Not
)

// The values that Has, Is and In may have.
const (
	Attachment = "attachment"
	Image      = "image"  // an attached or embedded picture
	PDF        = "pdf"    // an attached PDF
	Invite     = "invite" // an appointment
	Link       = "link"   // an address of the web in the text

	Unread    = "unread"
	Read      = "read"
	Starred   = "starred"
	Replied   = "replied"   // the person wrote later in the conversation
	Encrypted = "encrypted" // with OpenPGP or S/MIME
	Large     = "large"     // LargeSize or more
	Here      = "here"      // only here: no server lists it any more
	Server    = "server"    // a server still lists it
	Muted     = "muted"     // its conversation is
	Known     = "known"     // mail has come from its sender on two days or more

	Inbox    = "inbox"
	Archive  = "archive"
	Sent     = "sent"
	Drafts   = "drafts"
	Spam     = "spam"
	Trash    = "trash"
	Anywhere = "anywhere" // every place, spam and trash included
)

// LargeSize is from how many bytes on a message is large.
const LargeSize = 5 << 20

// Query is a search: every term must hold. The zero Query matches everything.
//
// For every line and location, Parse(Parse(line, loc).String(), loc) has the same Terms, and the same Hints but for
// TooLong, because what String writes is never too long.
type Query struct {
	Terms []Term
	Hints []Hint // what to tell the person; they change nothing about what is searched
}

// Term is one condition.
type Term struct {
	Not   bool  // the condition must not hold
	Field Field // what it looks at

	// Text is what to look for, as typed: a word, or several in a phrase. For fields that have values of their own it
	// is the value in the one form that String writes. It has no control characters.
	Text string

	Phrase bool // Text was quoted: its words must follow each other
	Prefix bool // the word was written as "word*": words that begin with Text are meant; Text is without the star

	// At is when the day (month, year) named by Before or After begins in the reader's location, in UTC.
	// Before means earlier than At; After means At or later. So before:2024 is anything until the end of 2023,
	// and after:2024 is anything from the first of January 2024 on.
	// On means from At on and before Until, when the next day (month, year) begins.
	At, Until time.Time

	// Age is how long ago OlderThan and NewerThan draw their line.
	Age Age

	// Size is how many bytes Larger and Smaller name. Larger means that many or more, Smaller fewer.
	Size int64

	// Unknown is the operator, without its colon, that Parse did not understand, or whose value it did not: the Field
	// is Any then, and Text is what stood behind the colon. It is kept so that String gives back what was typed.
	Unknown string

	// Either is what a Group consists of: one of the lists must hold, and of that list every term. Parse makes no
	// group that could be said without: it has two lists or more, or is turned round and its only list has two terms
	// or more.
	Either [][]Term
}

// Without returns the query less its term i: where a chip's "remove" leads. If there is no such term, all of them stay.
func (q Query) Without(i int) Query {
	if i < 0 || i >= len(q.Terms) {
		return newQuery(slices.Clone(q.Terms))
	}
	return newQuery(slices.Concat(q.Terms[:i], q.Terms[i+1:]))
}

// String returns the line that Parse reads as q.
func (q Query) String() string {
	return written(q.Terms)
}

// newQuery makes the query of terms. The hints follow from the terms, so that they leave together.
func newQuery(terms []Term) Query {
	if len(terms) == 0 {
		return Query{}
	}
	q := Query{Terms: terms}
	for t := range Leaves(terms) {
		if h, ok := hintFor(t); ok && !slices.Contains(q.Hints, h) {
			q.Hints = append(q.Hints, h)
		}
	}
	return q
}

// Leaves are the terms and those in groups among them, in the order of the line, without the groups themselves.
func Leaves(terms []Term) iter.Seq[Term] {
	return func(yield func(Term) bool) { leaves(terms, yield) }
}

func leaves(terms []Term, yield func(Term) bool) bool {
	for _, t := range terms {
		if t.Field != Group {
			if !yield(t) {
				return false
			}
			continue
		}
		for _, list := range t.Either {
			if !leaves(list, yield) {
				return false
			}
		}
	}
	return true
}
