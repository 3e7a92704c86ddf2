package safehtml

import (
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// deceiving is how a link looks whose text names another site.
func deceiving(href, host, text, space string) string {
	return titled(href, host, text+`<span class="host">`+space+"\u2066("+host+")\u2069</span>")
}

func TestALinkThatLiesIsFound(t *testing.T) {
	for _, tt := range []struct {
		name, href, text string // of the link, as HTML
		shown            string
		lies             bool
	}{
		{"the same", "https://bank.example/login", "https://bank.example/login", "bank.example", false},
		{"another site", "https://evil.example/login", "https://bank.example/login", "bank.example", true},
		{"another site by name", "https://evil.example/", "www.bank.example", "www.bank.example", true},
		{"another site by domain", "https://evil.example/", "bank.example", "bank.example", true},
		{"words", "https://evil.example/", "Log in to your bank", "", false},
		{"another host of the site", "https://login.bank.example", "www.bank.example", "www.bank.example", false},
		{"name as a part", "https://bank.example.evil.example", "bank.example", "bank.example", true},
		{"name as a part of a domain", "https://mybank.example", "bank.example", "bank.example", true},
		{"below a public suffix", "https://evil.co.uk", "bank.co.uk", "bank.co.uk", true},
		{"below a private suffix", "https://evil.github.io", "bank.github.io", "bank.github.io", true},
		{"user", "https://bank.example@evil.example/", "https://bank.example", "bank.example", true},
		{"user in the text", "https://bank.example@evil.example/", "https://bank.example@evil.example/", "bank.example", true},
		{"user with a password", "https://bank.example:x@evil.example/", "https://bank.example:x@evil.example/", "bank.example", true},
		{"user that is none", "https://ana@bank.example/", "https://ana@bank.example/", "bank.example", false},
		{"case", "https://BANK.example", "HTTPS://Bank.Example/", "bank.example", false},
		{"port", "https://bank.example:8443/", "https://bank.example:443/", "bank.example", false},
		{"port without scheme", "https://evil.example/", "bank.example:443/x", "bank.example", true},
		{"dot at the end", "https://bank.example./", "https://bank.example/", "bank.example", false},
		{"dot at the end of the text", "https://bank.example/", "bank.example.", "bank.example", false},
		{"IDN", "https://bücher.example", "BÜCHER.example", "xn--bcher-kva.example", false},
		{"IDN in punycode", "https://xn--bcher-kva.example", "https://bücher.example/", "xn--bcher-kva.example", false},
		{"look-alike", "https://www.аррӏе.com/", "apple.com", "apple.com", true},
		{"look-alike in punycode", "https://xn--80ak6aa92e.com", "apple.com", "apple.com", true},
		{"look-alike in the text", "https://apple.com", "аррӏе.com", "xn--80ak6aa92e.com", true},
		{"wide letters", "https://evil.example", "ｗｗｗ．ｂａｎｋ．ｅｘａｍｐｌｅ", "www.bank.example", true},
		{"other dots", "https://evil.example", "bank。example", "bank.example", true},
		{"letters for mathematics", "https://evil.example", "𝐛𝐚𝐧𝐤.example", "bank.example", true},
		{"slash that is none", "https://evil.example", "https://bank.example⁄login", "bank.example", true},
		{"zero width", "https://evil.example", "https://ba\u200bnk.ex\u00adample", "bank.example", true},
		{"invisible letters", "https://evil.example", "bank\u034f.exam\ufe0fple\u3164", "bank.example", true},
		{"zero width between words", "https://evil.example", "\u2060bank.example\u200b", "bank.example", true},
		{"text over elements", "https://evil.example", "<b>www.ba</b><i>nk</i><span>.example</span>", "www.bank.example", true},
		{"text in blocks", "https://evil.example", "<div>Log in</div><div>https://bank.example</div>", "bank.example", true},
		{"text in a picture", "https://evil.example", "<img alt=bank.example>", "bank.example", true},
		{"among words", "https://evil.example", "log in at (https://bank.example/x) now", "bank.example", true},
		{"domain among words", "https://evil.example", "all about node.js and bank.example", "", false},
		{"another scheme", "https://evil.example", "ftp://bank.example/x", "bank.example", true},
		{"between marks", "https://evil.example", "»<b>bank.example</b>«,", "bank.example", true},
		{"path only", "https://evil.example", "bank.example/evil.example?x", "bank.example", true},
		{"turned", "https://evil.example", "<bdo dir=rtl>elpmaxe.knab</bdo>", "bank.example", true},
		{"turned by a character", "https://evil.example", "\u202eelpmaxe.knab.www//:sptth\u202c", "www.bank.example", true},
		{"turned to the end", "https://evil.example", "https://bank.example\u202e", "bank.example", true},
		{"numbers", "http://1.2.3.4/", "http://1.2.3.5/", "1.2.3.5", true},
		{"numbers otherwise written", "http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", false},
		{"numbers without scheme", "http://1.2.3.4/", "1.2.3.5", "1.2.3.5", true},
		{"numbers that are no host", "https://evil.example", "1.5", "", false},
		{"version 6", "http://[2001:db8::1]/", "http://[2001:DB8:0::1]:80/", "[2001:db8::1]", false},
		{"another of version 6", "http://[2001:db8::1]/", "http://[2001:db8::2]/", "[2001:db8::2]", true},
		{"name of a file", "https://evil.example", "node.js", "", false},
		{"price", "https://evil.example", "$19.99", "", false},
		{"abbreviation", "https://evil.example", "e.g.", "", false},
		{"a suffix alone", "https://evil.example", "co.uk", "", false},
		{"name of an account", "https://social.example/@ana", "@ana.bank.example", "", false},
		{"internal host", "http://intranet/x", "http://intranet/y", "intranet", false},
		{"another internal host", "http://evil/x", "http://intranet/y", "intranet", true},
		{"mail address", "mailto:ana@bank.example?subject=x", "ana@bank.example", "bank.example", false},
		{"mail to elsewhere", "mailto:ana@evil.example", "ana@bank.example", "bank.example", true},
		{"mail to elsewhere by its address", "mailto:ana@evil.example", "mailto:ana@bank.example", "bank.example", true},
		{"mail to a field", "mailto:?cc=x@b.example&to=ana%40evil.example", "ana+x@bank.example", "bank.example", true},
		{"mail to nobody", "mailto:?subject=x", "bank.example", "bank.example", false},
		{"page behind a mail address", "https://evil.example", "ana@bank.example", "bank.example", true},
		{"mail behind a page", "mailto:ana@evil.example", "https://bank.example", "bank.example", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, report := Reader(`<a href="`+tt.href+`">`+tt.text+`</a>`, ReaderOptions{})
			if len(report.Links) != 1 {
				t.Fatalf("there are %d links in %s", len(report.Links), out)
			}
			link := report.Links[0]
			if link.Shown != tt.shown || link.Deceives() != tt.lies {
				t.Errorf("%+v deceives: %v; want %q, %v", link, link.Deceives(), tt.shown, tt.lies)
			}
			if marked := strings.Contains(out.String(), `<span class="host">`); marked != tt.lies {
				t.Errorf("it becomes\n%s", out)
			}
			check(t, out.String())
			again, _ := Reader(out.String(), ReaderOptions{})
			if got, want := withoutOurs(t, again.String()), withoutOurs(t, out.String()); got != want {
				t.Errorf("read twice it is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestWhereALinkLeadsIsShown(t *testing.T) {
	const evil = "https://evil.example/"
	for _, tt := range []struct{ name, src, want string }{
		{"lie", `<a href=https://evil.example/>bank.example</a>`, deceiving(evil, "evil.example", "bank.example", " ")},
		{"lie in a block", `<a href=https://evil.example/><div>bank.example</div></a>`, deceiving(evil, "evil.example", "<div>bank.example</div>", "")},
		{"lie with a blank", `<a href=https://evil.example/>bank.example </a>a`, deceiving(evil, "evil.example", "bank.example ", "") + "a"},
		{"lie to a program", `<a href=mailto:x@evil.example>x@bank.example</a>`,
			link("mailto:x@evil.example", `x@bank.example<span class="host">`+" \u2066(evil.example)\u2069</span>")},
		{"lie that has the host in it", `<a href=https://evil.example/>https://bank.example/evil.example</a>`,
			link(evil, `https://bank.example/evil.example<span class="host">`+" \u2066(evil.example)\u2069</span>")},
		{"lie that says so", "<a href=https://evil.example/>https://bank.example <b>\u2066(evil.example)\u2069</b></a>",
			link(evil, "https://bank.example <b>\u2066(evil.example)\u2069</b>")},
		{"lie in plain text", `https://bank.example@evil.example/`,
			link(evil, `https://bank.example@evil.example/<span class="host">`+" \u2066(evil.example)\u2069</span>")},
		{"words", `<a href=https://user@EVIL.example:80/>Your bank</a>`, titled("https://evil.example:80/", "evil.example", "Your bank")},
		{"host", `<a href=https://evil.example/>See Evil.Example</a>`, link(evil, "See Evil.Example")},
		{"mail", `<a href=mailto:x@evil.example>Ana</a>`, link("mailto:x@evil.example", "Ana")},
		{"a title of the sender's", `<a href=https://evil.example/ title=bank.example>a</a>`, titled(evil, "evil.example", "a")},
		{"a host of the sender's", `<a href=https://evil.example/>a<span class=host> (bank.example)</span></a>`,
			titled(evil, "evil.example", "a (bank.example)")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, _ := Reader(tt.src, ReaderOptions{})
			if out.String() != tt.want {
				t.Errorf("%s\nbecomes\n%s\nwant\n%s", tt.src, out, tt.want)
			}
			check(t, out.String())
		})
	}
}

func TestLinksAreReportedAsTheyAreRead(t *testing.T) {
	_, report := Reader("<p>x@c.example <a href=https://A.example:80/x> a\n<b>b\u202d\u0085</b> <img alt=c></a> <a href=javascript:x>d</a> <a href=mailto:e@e.example>"+
		strings.Repeat("ü", 200)+"</a>", ReaderOptions{Link: func(string) string { return "/away" }, Picture: ourPicture})
	want := []Link{
		{"x@c.example", "mailto:x@c.example", "c.example", "c.example"},
		{"a b\uFFFD c", "https://a.example:80/x", "a.example", ""},
		{strings.Repeat("ü", 150), "mailto:e@e.example", "e.example", ""},
	}
	if !reflect.DeepEqual(report.Links, want) {
		t.Errorf("the links are\n%+v\nwant\n%+v", report.Links, want)
	}
	_, report = Reader(strings.Repeat("<a href=https://a.example>a</a>", maxLinks+1), ReaderOptions{})
	if len(report.Links) != maxLinks {
		t.Errorf("%d links are reported, want %d", len(report.Links), maxLinks)
	}
}

func TestCorpusLinksThatLieAreFound(t *testing.T) {
	lies := map[string]bool{"link-text-mismatch": true, "link-idn": true, "link-punycode": true}
	found := 0
	for _, s := range samples(t, "ui-css-attacks.json") {
		if !strings.HasPrefix(s.ID, "link-") {
			continue
		}
		found++
		out, report := Reader(s.HTML, ReaderOptions{})
		marked := strings.Contains(out.String(), `<span class="host">`)
		deceives := false
		for _, l := range report.Links {
			deceives = deceives || l.Deceives()
			if _, path := splitAddress(l.Href); path != "" && !strings.Contains(out.String(), `title="`+l.Host+`"`) {
				t.Errorf("%s: %s does not say that it leads to %s", s.ID, out, l.Host)
			}
		}
		if deceives != lies[s.ID] || marked != lies[s.ID] {
			t.Errorf("%s: that it deceives is found %v and shown %v, want %v: %s", s.ID, deceives, marked, lies[s.ID], out)
		}
	}
	if found < 15 {
		t.Errorf("there are %d links in the corpus, want 15 at least", found)
	}
}

func TestCorpusHostsAreWritten(t *testing.T) {
	for _, s := range attackSamples(t) {
		_, report := Reader(s.HTML, readerOptions)
		for _, l := range report.Links {
			checkLink(t, l)
		}
	}
}

// checkLink fails the test if a link is not described as it is promised.
func checkLink(t testing.TB, l Link) {
	t.Helper()
	for _, host := range []string{l.Host, l.Shown} {
		if again, ok := safeHost(host); host != "" && (!ok || again != host) {
			t.Errorf("%+v has the host %q", l, host)
		}
	}
	odd := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
	if !isSafeHref(l.Href) || l.Host == "" && !strings.HasPrefix(l.Href, "mailto:") || len(l.Text) > maxLinkText ||
		!utf8.ValidString(l.Text) || strings.ContainsFunc(l.Text, odd) {
		t.Errorf("the link is %+v", l)
	}
}

// FuzzLinks checks that links are described as promised and that one that deceives says where it leads.
func FuzzLinks(f *testing.F) {
	f.Add("https://bank.example@evil.example:80/", "https://b\u200bank.example/\u202ex\u202c")
	f.Add("mailto:a%40b.example,c?to=d", "<bdo dir=rtl>moc.knab</bdo><div>www.a.b</div>[::1] 1.2.3.4 ｗｗｗ.")
	f.Fuzz(func(t *testing.T, href, text string) {
		if len(href)+len(text) > 16<<10 {
			return
		}
		out, report := Reader(`<a href="`+strings.ReplaceAll(href, `"`, "")+`">`+text+`</a>`, ReaderOptions{})
		lies := 0
		for _, l := range report.Links {
			checkLink(t, l)
			if l.Deceives() {
				lies++
				if !strings.Contains(textOf(parse(t, out.String(), true)), "("+l.Host+")") {
					t.Errorf("%+v deceives and does not say so: %s", l, out)
				}
			}
		}
		if strings.Count(out.String(), `class="host"`) > lies {
			t.Errorf("%d links deceive: %s", lies, out)
		}
		check(t, out.String())
		again, _ := Reader(out.String(), ReaderOptions{})
		if a, b := squeeze(textOf(parse(t, out.String(), true))), squeeze(textOf(parse(t, again.String(), true))); a != b {
			t.Errorf("read twice the text is\n%q\nwant\n%q", excerpt(b), excerpt(a))
		}
	})
}
