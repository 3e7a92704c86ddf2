package safehtml

import (
	"net/url"
	"testing"
)

func TestLinksLeadWhereTheyAreSaidTo(t *testing.T) {
	away := func(href string) string { return "/away?to=" + url.QueryEscape(href) }
	says := func(answer string) func(string) string { return func(string) string { return answer } }
	const a, plain = `<p><a href="HTTPS://A.example/?b&amp;c"><b>d</b></a> https://e.example</p>`, "d https://e.example"
	for _, tt := range []struct {
		name       string
		link       func(string) string
		html, text string
	}{
		{"nowhere else", nil, `<p>` + titled("https://a.example/?b&amp;c", "a.example", "<b>d</b>") + " " + link("https://e.example", "https://e.example") + `</p>`,
			"d " + link("https://e.example", "https://e.example")},
		{"a page of ours", away, `<p>` + titled("/away?to=https%3A%2F%2Fa.example%2F%3Fb%26c", "a.example", "<b>d</b>") + " " +
			link("/away?to=https%3A%2F%2Fe.example", "https://e.example") + `</p>`, "d " + link("/away?to=https%3A%2F%2Fe.example", "https://e.example")},
		{"another site", says("https:\\\\x.example"), `<p>` + titled("https://x.example", "a.example", "<b>d</b>") + " " + link("https://x.example", "https://e.example") + `</p>`,
			"d " + link("https://x.example", "https://e.example")},
		{"nothing", says(""), `<p><b>d</b> https://e.example</p>`, plain},
		{"a script", says("javascript:alert(1)"), `<p><b>d</b> https://e.example</p>`, plain},
		{"another site in disguise", says("//x.example"), `<p><b>d</b> https://e.example</p>`, plain},
		{"another site behind a tab", says("/\t/x.example"), `<p><b>d</b> https://e.example</p>`, plain},
	} {
		if out, _ := Reader(a, ReaderOptions{Link: tt.link}); out.String() != tt.html {
			t.Errorf("%s: HTML becomes\n%s\nwant\n%s", tt.name, out, tt.html)
		}
		want := `<div class="plain">` + tt.text + `</div>`
		if out := plainHTML(plain, TextOptions{Link: tt.link}); out.String() != want {
			t.Errorf("%s: text becomes\n%s\nwant\n%s", tt.name, out, want)
		}
	}
}
