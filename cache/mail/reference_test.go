package mail

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMessageIDsAreRead(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  []string
	}{
		{"", nil},
		{"<a@b>", []string{"a@b"}},
		{"<a@b> <c@d>\t<e@f>", []string{"a@b", "c@d", "e@f"}},
		{"<a@b><c@d>", []string{"a@b", "c@d"}},
		{"<a@b>, <c@d>", []string{"a@b", "c@d"}},
		{"<bad id> <c@d>", []string{"badid", "c@d"}},
		{"<cut\t off@b>", []string{"cutoff@b"}},
		{"<a@b <c@d>", []string{"a@b", "c@d"}},
		{"<a@b", []string{"a@b"}},
		{"<> <c@d>", []string{"c@d"}},
		{`Your message of "Monday" <a@b>`, []string{"a@b"}},
		{"a@b c@d", []string{"a@b", "c@d"}},
		{"no id at all", nil},
		{"<a\x00\u202e@b>", []string{"a@b"}},
		{"<" + strings.Repeat("x", maxID+1) + "> <c@d>", []string{"c@d"}},
	} {
		if got := messageIDs(tt.value, 10); !cmp.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.value, got, tt.want)
		}
	}
}

func TestReferencesAreJoined(t *testing.T) {
	for _, tt := range []struct {
		refs, reply string
		want        []string
	}{
		{"<1@x> <2@x>", "<2@x>", []string{"1@x", "2@x"}},
		{"<1@x> <2@x>", "<3@x> <4@x>", []string{"1@x", "2@x", "3@x"}},
		{"<1@x> <2@x> <1@x>", "", []string{"1@x", "2@x"}},
		{"", "<3@x>", []string{"3@x"}},
	} {
		if got := references(tt.refs, tt.reply); !cmp.Equal(got, tt.want) {
			t.Errorf("%s + %s: %q, want %q", tt.refs, tt.reply, got, tt.want)
		}
	}
	var many strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, "<%d@x> ", i)
	}
	got := references(many.String(), "<last@x>")
	if len(got) != maxReferences || got[0] != "0@x" || got[1] != "2902@x" || got[maxReferences-1] != "last@x" {
		t.Errorf("%d references: %q", len(got), got)
	}
}

func TestMessageWithoutBracketsHasAnID(t *testing.T) {
	for value, want := range map[string]string{"<a@b>": "a@b", "a@b": "a@b", "4711": "4711", "": "", "<>": ""} {
		if got := firstID(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
	for value, want := range map[string]string{"The list <l.example>": "l.example", "l.example": "l.example", "": ""} {
		if got := listID(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

func TestSubjectsAreFolded(t *testing.T) {
	for _, tt := range []struct {
		subject, base string
		reply         bool
	}{
		{"Lunch", "lunch", false},
		{"Re: Lunch", "lunch", true},
		{"RE: re: Fwd:  Lunch ", "lunch", true},
		{"Fwd: Lunch", "lunch", false},
		{"Fw: Lunch (fwd)", "lunch", false},
		{"RE[2]: Lunch", "lunch", true},
		{"Re(3): Lunch", "lunch", true},
		{"Re^2: Lunch", "lunch", true},
		{"Re : Lunch", "lunch", true},
		{"AW: WG: Lunch", "lunch", true},
		{"SV: Lunch", "lunch", true},
		{"Antw: Lunch", "lunch", true},
		{"回复: 午饭", "午饭", true},
		{"回复：午饭", "午饭", true},
		{"转发: 午饭", "午饭", false},
		{"Re: [club] Lunch", "lunch", true},
		{"[club] Re: Lunch", "lunch", true},
		{"[club] [PATCH 1/2] Lunch", "lunch", false},
		{"[club]", "[club]", false},
		{"Recipe: Lunch", "recipe: lunch", false},
		{"Re Lunch", "re lunch", false},
		{"Re:", "", true},
		{"", "", false},
		{"re: [", "[", true},
	} {
		base, reply := BaseSubject(tt.subject)
		if base != tt.base || reply != tt.reply {
			t.Errorf("%q: %q, %v; want %q, %v", tt.subject, base, reply, tt.base, tt.reply)
		}
	}
}
