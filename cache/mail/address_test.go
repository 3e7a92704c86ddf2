package mail

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddressListsAreRead(t *testing.T) {
	for _, tt := range []struct {
		list string
		want []Address
	}{
		{"", nil},
		{"a@b.c", []Address{{"", "a@b.c"}}},
		{"A <a@b.c>, d@e.f", []Address{{"A", "a@b.c"}, {"", "d@e.f"}}},
		{`"Doe, John" <a@b.c>`, []Address{{"Doe, John", "a@b.c"}}},
		{`=?utf-8?Q?Mar=C3=ADa?= <a@b.c>`, []Address{{"María", "a@b.c"}}},
		{`"=?utf-8?Q?Mar=C3=ADa?=" <a@b.c>`, []Address{{"María", "a@b.c"}}},
		{`=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?= <a@b.c>`, []Address{{"日本", "a@b.c"}}},
		{`=?no-such?Q?x?= <a@b.c>`, []Address{{"x", "a@b.c"}}},
		{"a@b.c (A B)", []Address{{"A B", "a@b.c"}}},
		{"Team: a@b.c, D <d@e.f>;, g@h.i", []Address{{"", "a@b.c"}, {"D", "d@e.f"}, {"", "g@h.i"}}},
		{"undisclosed-recipients:;", []Address{}},
		{`"odd name"@b.c`, []Address{{"", `"odd name"@b.c`}}},
		{`"ceo@bank.example"@b.c`, []Address{{"", `"ceo@bank.example"@b.c`}}},
	} {
		d := &defects{}
		if diff := cmp.Diff(tt.want, parseAddresses(tt.list, d)); diff != "" || len(d.list) > 0 {
			t.Errorf("%s: defects %q, %s", tt.list, d.list, diff)
		}
	}
}

func TestMalformedAddressListsAreRead(t *testing.T) {
	for _, tt := range []struct {
		list string
		want []Address
	}{
		{"Doe, John <a@b.c>", []Address{{"Doe, John", "a@b.c"}}},
		{"Doe, John <a@b.c>, Roe, Jane <d@e.f>", []Address{{"Doe, John", "a@b.c"}, {"Roe, Jane", "d@e.f"}}},
		{"a@b.c; d@e.f;", []Address{{"", "a@b.c"}, {"", "d@e.f"}}},
		{"A <a@b.c>; D <d@e.f>", []Address{{"A", "a@b.c"}, {"D", "d@e.f"}}},
		{"'a@b.c' <a@b.c>", []Address{{"a@b.c", "a@b.c"}}},
		{"'a@b.c'", []Address{{"", "a@b.c"}}},
		{"Foo [x] <a@b.c>", []Address{{"Foo [x]", "a@b.c"}}},
		{"Foo (x) Bar. <a@b.c>, [d] <d@e.f>", []Address{{"Foo (x) Bar.", "a@b.c"}, {"[d]", "d@e.f"}}},
		{"MAILER-DAEMON", []Address{{"MAILER-DAEMON", ""}}},
		{"Mail System <MAILER-DAEMON>", []Address{{"Mail System", "MAILER-DAEMON"}}},
		{"J\xf6rg <a@b.c>", []Address{{"Jörg", "a@b.c"}}},
		{"a.@b.c, d@e.f", []Address{{"", "a.@b.c"}, {"", "d@e.f"}}},
		{"@@@, d@e.f", []Address{{"", "@@@"}, {"", "d@e.f"}}},
		{"A <a@b.c, D <d@e.f>", []Address{{"A", "a@b.c"}, {"D", "d@e.f"}}},
		{"A <a@b.c", []Address{{"A", "a@b.c"}}},
		{"A a@b.c>", []Address{{"A", "a@b.c"}}},
		{`"A <a@b.c>`, []Address{{`"A`, "a@b.c"}}},
		{"A (x <a@b.c>, D (y) <d@e.f>", []Address{{"A (x", "a@b.c"}, {"D (y)", "d@e.f"}}},
		{"<<a@b.c>>", []Address{{"", "a@b.c"}}},
		{"<@x.y,@z:a@b.c>", []Address{{"", "a@b.c"}}},
		{"mailto:a@b.c", []Address{{"", "a@b.c"}}},
		{"<mailto:a@b.c>, x@@", []Address{{"", "a@b.c"}, {"", "x@@"}}},
		{"a@b.c d@e.f", []Address{{"", "a@b.c"}, {"", "d@e.f"}}},
		{"Name a@b.c", []Address{{"Name", "a@b.c"}}},
		{"x @ y.z and more", []Address{{"and more", "x@y.z"}}},
		{"Team: a@b.c, bad entry here, D <d@e.f>;", []Address{{"", "a@b.c"}, {"bad entry here, D", "d@e.f"}}},
		{"foo, bar", []Address{{"foo, bar", ""}}},
		{"=?utf-8?Q?Doe, John; x?= <a@b.c>, d@e.f", []Address{{"Doe, John; x", "a@b.c"}, {"", "d@e.f"}}},
		{"ceo@bank.example <a@b.c>", []Address{{"ceo@bank.example", "a@b.c"}}},
		{"ceo@bank.example( )<a@b.c>", []Address{{"ceo@bank.example", "a@b.c"}}},
		{"<a@b.c>ceo@bank.example", []Address{{"ceo@bank.example", "a@b.c"}}},
		{"A\x00B\u202e <a@b\x01.c>", []Address{{"AB", "a@b.c"}}},
		{`"odd name"@b.c, x@@`, []Address{{"", `"odd name"@b.c`}, {"", "x@@"}}},
		{",,;, ;", []Address(nil)},
	} {
		if diff := cmp.Diff(tt.want, parseAddresses(tt.list, &defects{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.list, diff)
		}
	}
}

// TestLenientReadingAgreesWithTheStrictOne reads well-formed lists with the lenient parser alone.
func TestLenientReadingAgreesWithTheStrictOne(t *testing.T) {
	for _, list := range []string{
		"a@b.c", "A <a@b.c>, d@e.f", `"Doe, John" <a@b.c>`, `=?utf-8?Q?Mar=C3=ADa?= <a@b.c>`, "a@b.c (A B)",
		"Team: a@b.c, D <d@e.f>;, g@h.i", `"odd name"@b.c`, "A B C <a@b.c>", `"A \"x\" B" <a@b.c>`, "a@[127.0.0.1], b@c.d", "undisclosed:;", "a@b.c, , d@e.f",
	} {
		strict, ok := strictAddresses(list)
		if !ok {
			t.Fatalf("%s is not well-formed", list)
		}
		lenient := lenientAddresses(list)
		if len(strict)+len(lenient) > 0 && !cmp.Equal(strict, lenient) {
			t.Errorf("%s: strictly %v, leniently %v", list, strict, lenient)
		}
	}
}

func TestLongAddressListsAreBounded(t *testing.T) {
	d := &defects{}
	h := header{{"To", strings.Repeat("a@b.c, ", maxValue/7)}}
	if got := h.addresses(d, "To"); len(got) != maxAddresses || len(d.list) == 0 {
		t.Errorf("%d addresses, defects %q", len(got), d.list)
	}
	for _, piece := range []string{"(", `"`, "<", "a ", "a, ", "(a", `"a,`, "a:", "=?a?q?", "[1", "\\("} {
		got := parseAddresses(strings.Repeat(piece, maxValue/len(piece)), &defects{})
		for _, a := range got {
			if len(a.Name) > maxName || len(a.Addr) > maxAddr {
				t.Errorf("repeated %q: a name of %d bytes, an address of %d", piece, len(a.Name), len(a.Addr))
			}
		}
	}
}

func TestEverySenderIsShown(t *testing.T) {
	m, _ := parse(t, "From: ceo@bank.example\nFrom : evil@attacker.example\nTo: a@b.c\nTo: d@e.f\nSubject: s\n\n")
	if len(m.From) != 2 || len(m.To) != 2 || !cmp.Equal(m.Defects, []string{"more than one From field"}) {
		t.Errorf("from %v, to %v, defects %q", m.From, m.To, m.Defects)
	}
}
