package mail

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestResultsOfAnAuthentication(t *testing.T) {
	const ours = "Authentication-Results: mx.example.org;"
	for _, test := range []struct {
		name, header string
		want         Authentication
	}{
		{"as Gmail writes it", "Authentication-Results: MX.example.org;\n dkim=pass header.i=@ana.example header.s=s1;\n spf=pass (mx: domain of ana@ana.example; really = yes) smtp.mailfrom=ana@ana.example;\n dmarc=fail (p=NONE) header.from=Bank.example",
			Authentication{Server: "mx.example.org", Checks: []Check{{Method: "dkim", Result: "pass", Domain: "ana.example"}, {Method: "spf", Result: "pass", Domain: "ana.example"}, {Method: "dmarc", Result: "fail", Domain: "bank.example"}}}},
		{"a version, a reason and quotation marks", "Authentication-Results: mx.example.org 1; dkim/1 = fail reason = \"bad; dmarc=pass \\\" x\" header.d=a.example",
			Authentication{Server: "mx.example.org", Checks: []Check{{Method: "dkim", Result: "fail", Domain: "a.example"}}}},
		{"nothing was checked", ours + " none", Authentication{Server: "mx.example.org"}},
		{"comments in comments", ours + " spf=pass (a (b; dkim=pass) \\) c; d) smtp.helo=h.example; junk; =x; dkim=", Authentication{Server: "mx.example.org", Checks: []Check{{Method: "spf", Result: "pass", Domain: "h.example"}}}},
		{"a comment without an end", ours + " spf=fail (; dmarc=pass", Authentication{Server: "mx.example.org", Checks: []Check{{Method: "spf", Result: "fail"}}}},
		{"somebody else", "Authentication-Results: evil.example; dmarc=pass\nAuthentication-Results: evil.example; spf=pass", Authentication{Others: []string{"evil.example"}}},
		{"ours within another name", "Authentication-Results: mx.example.org.evil.example; dmarc=pass", Authentication{Others: []string{"mx.example.org.evil.example"}}},
		{"two of ours", ours + " spf=softfail\n" + ours + " dmarc=fail; spf=pass", Authentication{Server: "mx.example.org", Checks: []Check{{Method: "spf", Result: "softfail"}, {Method: "dmarc", Result: "fail"}}}},
		{"one below where it arrived", ours + " spf=fail\nReceived: from evil.example by mx.example.org\n" + ours + " dmarc=pass", Authentication{Server: "mx.example.org", Checks: []Check{{Method: "spf", Result: "fail"}}}},
		{"the delivery before it", "Received: by localhost\n" + ours + " spf=fail", Authentication{Server: "mx.example.org", Checks: []Check{{Method: "spf", Result: "fail"}}}},
		{"none", "X: y", Authentication{}},
		{"an empty one", "Authentication-Results:\nX: y", Authentication{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, _ := parse(t, test.header+"\n\n")
			if diff := cmp.Diff(test.want, m.Authentication([]string{"mx.example.org"})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := m.Authentication(nil); got.Server != "" || got.Checks != nil {
				t.Errorf("without a server that is believed: %+v", got)
			}
		})
	}
}

func TestOfSeveralSignaturesOneIsEnough(t *testing.T) {
	a := Authentication{Checks: []Check{{Method: "dkim", Result: "fail"}, {Method: "dkim", Result: "pass"}, {Method: "spf", Result: "fail"}}}
	if a.Result("dkim") != "pass" || a.Result("spf") != "fail" || a.Result("dmarc") != "" {
		t.Errorf("dkim %q, spf %q, dmarc %q", a.Result("dkim"), a.Result("spf"), a.Result("dmarc"))
	}
}

func TestSpamIsMarkedByFields(t *testing.T) {
	for header, want := range map[string]string{
		"X-Spam-Flag: YES": "X-Spam-Flag: YES", "x-spam-status: Yes, score=9.3 required=5": "x-spam-status: Yes, score=9.3 required=5",
		"X-Spam: yes": "X-Spam: yes", "X-MS-Exchange-Organization-SCL: 9": "X-MS-Exchange-Organization-SCL: 9", "X-MS-Exchange-Organization-SCL: -1": "",
		"X-Forefront-Antispam-Report: CIP:1.2.3.4;SFV:SPM;H:x": "X-Forefront-Antispam-Report: CIP:1.2.3.4;SFV:SPM;H:x",
		"X-Spam-Status: No, score=1":                           "", "X-Spam-Level: *****": "", "Subject: X-Spam-Flag: YES": "",
	} {
		m, _ := parse(t, header+"\n\n")
		if got := m.SpamMark(); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
}

// Only what stands outside of comments and quotation marks is a result.
func FuzzAuthenticationResults(f *testing.F) {
	f.Add("mx.example.org; spf=pass (a; b) smtp.mailfrom=a@b.c; dkim=fail reason=\"x;y\" header.d=d.example")
	f.Add("mx.example.org 1 ; none")
	f.Add("a;(((;b=c)d\\")
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsAny(value, "\r\n") {
			t.Skip("a header value is unfolded")
		}
		m := &Message{Header: []Field{{Name: "Authentication-Results", Value: value}}}
		id, _ := authResults(value)
		a := m.Authentication([]string{id})
		if len(a.Checks) > maxChecks || a.Server != id {
			t.Fatalf("%d checks by %q, want by %q", len(a.Checks), a.Server, id)
		}
		for _, c := range a.Checks {
			if !isToken(c.Method) || !isToken(c.Result) || c.Method != strings.ToLower(c.Method) || strings.ContainsFunc(c.Domain, isUnseen) {
				t.Errorf("%+v of %q", c, value)
			}
		}
		hidden := &Message{Header: []Field{{Name: "Authentication-Results", Value: "mx.example.org; spf=fail (" + strings.NewReplacer("(", "", ")", "", `\`, "").Replace(value)}}}
		if got := hidden.Authentication([]string{"mx.example.org"}); len(got.Checks) != 1 || got.Checks[0].Result != "fail" {
			t.Errorf("out of a comment comes %+v", got)
		}
	})
}
