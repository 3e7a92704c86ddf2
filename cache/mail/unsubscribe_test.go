package mail

import (
	"net/url"
	"strings"
	"testing"
)

func TestWaysToLeaveAList(t *testing.T) {
	for header, want := range map[string][2]string{
		"<https://list.example/leave?u=1>":                                      {"https://list.example/leave?u=1", ""},
		"<mailto:leave@list.example?subject=leave>, <https://list.example/l>":   {"https://list.example/l", "leave@list.example"},
		"(do it) < https://list.example/l > (or) <mailto:a%2Bb@list.example>":   {"https://list.example/l", "a+b@list.example"},
		"<https://a.example/>, <https://b.example/>, <mailto:a@x>,<mailto:b@x>": {"https://a.example/", "a@x"},
		"<http://list.example/leave>":                                           {},
		"<https://bank.example@list.example/leave>":                             {},
		"<javascript:alert(1)>, <data:text/html,x>, <https:///nowhere>":         {},
		"<mailto:a@x,b@y>, <mailto:?to=a@x>, <mailto:ab>":                       {},
		"<https://list.example/\u202egnp>":                                      {},
		"https://list.example/leave":                                            {},
		"<https://list.example/leave":                                           {},
		"<https://list.example/" + strings.Repeat("a", maxWay) + ">":            {},
		"<x:1> <x:2> <x:3> <x:4> <https://late.example/>":                       {},
	} {
		m := Message{Header: []Field{{Name: "List-Unsubscribe", Value: header}}}
		if page, address := m.Unsubscribe(); page != want[0] || address != want[1] {
			t.Errorf("%s leads to %q and %q, want %q", header, page, address, want)
		}
	}
}

func TestLeavingAListAtOnceIsPromisedAndSigned(t *testing.T) {
	const (
		page    = "List-Unsubscribe: <https://list.example/leave?u=1>"
		promise = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
		signed  = "DKIM-Signature: v=1; a=rsa-sha256; d=list.example; s=a;\r\n\th=From:To : list-unsubscribe:\r\n\tList-Unsubscribe-Post; bh=AA==; b=AA=="
	)
	for _, test := range []struct {
		fields string
		want   bool
	}{
		{page + "\r\n" + promise + "\r\n" + signed, true},
		{page + "\r\n" + strings.ToLower(promise) + " \r\nDKIM-Signature: h=from\r\n" + signed, true},
		{page + "\r\n" + signed, false},
		{"List-Unsubscribe: <mailto:leave@list.example>\r\n" + promise + "\r\n" + signed, false},
		{page + "\r\n" + promise, false},
		{page + "\r\n" + promise + "=1\r\n" + signed, false},
		{page + "\r\n" + promise + "\r\n" + promise + "\r\n" + signed, false},
		{page + "\r\n" + page + "\r\n" + promise + "\r\n" + signed, false},
		{page + "\r\n" + promise + "\r\nDKIM-Signature: h=List-Unsubscribe-Post:From; bh=List-Unsubscribe", false},
		{page + "\r\n" + promise + "\r\n" + strings.Repeat("DKIM-Signature: h=from\r\n", maxSignatures) + signed, false},
	} {
		raw := test.fields + "\r\n\r\nla la la\r\n"
		m := Parse(strings.NewReader(raw), int64(len(raw)))
		if got := m.LeavesAtOnce(); got != test.want {
			t.Errorf("it is %v of\n%s", got, test.fields)
		}
	}
}

func FuzzUnsubscribe(f *testing.F) {
	f.Add("<https://list.example/leave?u=1>, <mailto:leave@list.example>")
	f.Add("<mailto:%00@x>")
	f.Add("v=1; h=From : List-Unsubscribe;b=")
	f.Fuzz(func(t *testing.T, value string) {
		m := Message{Header: []Field{{Name: "List-Unsubscribe", Value: value}}}
		if signs(value, "List-Unsubscribe") && !strings.Contains(strings.ToLower(value), "list-unsubscribe") {
			t.Errorf("%q is said to sign what it does not name", value)
		}
		page, address := m.Unsubscribe()
		if u, err := url.Parse(page); page != "" && (err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil) {
			t.Errorf("%q leads to %q", value, page)
		}
		if address != "" && (strings.Count(address, "@") == 0 || strings.ContainsFunc(address, unprintable) || strings.ContainsAny(address, " ,<>")) {
			t.Errorf("%q has %q written to", value, address)
		}
	})
}
