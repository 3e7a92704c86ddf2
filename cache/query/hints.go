package query

// Hint is something to tell the person about a line that was understood only in part.
type Hint struct {
	Kind Kind

	// Operator and Value are what was not understood, as typed but for the operator's case: "form:" and "ana",
	// "is:" and "unred". Both are empty for TooLong.
	Operator, Value string

	// DidYouMean is what to write instead: "from:", "is:unread". It is empty when nothing comes close.
	DidYouMean string
}

// Kind is what a hint is about.
type Kind int

const (
	UnknownOperator Kind = iota // there is no such operator; its value was searched as a word
	UnknownValue                // the operator has no such value, or it is no date; the value was searched as a word
	TooLong                     // the line was longer than MaxLine or had more than MaxTerms terms; the rest was left out
)

// hintFor returns what there is to say about a term.
func hintFor(t Term) (Hint, bool) {
	if t.Unknown == "" {
		return Hint{}, false
	}
	h := Hint{Operator: t.Unknown + ":", Value: t.Text}
	o, known := operatorNamed(t.Unknown)
	if known {
		h.Kind = UnknownValue
		if v := closest(lower(t.Text), o.values); v != "" {
			h.DidYouMean = h.Operator + v
		}
		return h, true
	}

	names := make([]string, 0, len(operators))
	for _, o := range operators {
		names = append(names, o.name)
	}
	if name := closest(t.Unknown, names); name != "" {
		h.DidYouMean = name + ":"
	}
	return h, true
}

// closest returns the one of words that s is most likely a slip of, the first if several are, or "". The slips that
// count are those of a third of the word: a longer one may have two.
func closest(s string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		d := distance(s, w, least)
		if d < least && d <= max(1, len(w)/3) && d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap with their neighbour that make a into b. Words whose lengths
// differ by limit or more are limit apart: counting would find no less.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			same := last[j]
			if a[i] != b[j] {
				same++
			}
			row[j+1] = min(same, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
