package pop3client

import (
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	tests := []struct {
		text      string
		want      Address
		canonical string
		hostPort  string
	}{
		{"pop3s://mail.example.org", Address{"mail.example.org", 995, TLS}, "pop3s://mail.example.org", "mail.example.org:995"},
		{"pop3s://mail.example.org:995", Address{"mail.example.org", 995, TLS}, "pop3s://mail.example.org", "mail.example.org:995"},
		{"POP3S://Mail.Example.ORG.:1995", Address{"mail.example.org", 1995, TLS}, "pop3s://mail.example.org:1995", "mail.example.org:1995"},
		{"pop3://mail.example.org", Address{"mail.example.org", 110, STLS}, "pop3://mail.example.org", "mail.example.org:110"},
		{"pop3://mail.example.org:995", Address{"mail.example.org", 995, STLS}, "pop3://mail.example.org:995", "mail.example.org:995"},
		{"pop3+insecure://localhost:1110", Address{"localhost", 1110, Insecure}, "pop3+insecure://localhost:1110", "localhost:1110"},
		{"pop3s://192.0.2.1", Address{"192.0.2.1", 995, TLS}, "pop3s://192.0.2.1", "192.0.2.1:995"},
		{"pop3s://[2001:DB8:0::1]", Address{"2001:db8::1", 995, TLS}, "pop3s://[2001:db8::1]", "[2001:db8::1]:995"},
		{"pop3://[::1]:1110", Address{"::1", 1110, STLS}, "pop3://[::1]:1110", "[::1]:1110"},
		{"pop3s://my_host.xn--bcher-kva.example", Address{"my_host.xn--bcher-kva.example", 995, TLS}, "pop3s://my_host.xn--bcher-kva.example", "my_host.xn--bcher-kva.example:995"},
		{"pop3s://4you.example", Address{"4you.example", 995, TLS}, "pop3s://4you.example", "4you.example:995"},
		{"pop3s://mail.example.org:65535", Address{"mail.example.org", 65535, TLS}, "pop3s://mail.example.org:65535", "mail.example.org:65535"},
	}
	for _, test := range tests {
		got, err := ParseAddress(test.text)
		if err != nil || got != test.want {
			t.Errorf("%s: %+v, %v; want %+v", test.text, got, err, test.want)
		}
		if got.String() != test.canonical || got.HostPort() != test.hostPort {
			t.Errorf("%s: %s and %s, want %s and %s", test.text, got, got.HostPort(), test.canonical, test.hostPort)
		}
	}
}

func TestAddressesThatAreNoneSayWhatIsAllowed(t *testing.T) {
	tests := map[string]string{
		"":                                            "pop3s://host",
		"mail.example.org":                            "pop3s://host",
		"mail.example.org:995":                        "pop3s://host",
		"imaps://mail.example.org":                    "pop3s://host",
		"pop3s:mail.example.org":                      "pop3s://host",
		"unix:///run/x.sock":                          "pop3s://host",
		"pop3s://":                                    "the host must be",
		"pop3s://:995":                                "the host must be",
		"pop3s://.":                                   "the host must be",
		"pop3s://a..b":                                "the host must be",
		"pop3s://-a.example":                          "the host must be",
		"pop3s://a-.example":                          "the host must be",
		"pop3s://mail.example.org/":                   "the host must be",
		"pop3s://mail.example.org/path":               "the host must be",
		"pop3s://mail.example.org?x":                  "the host must be",
		"pop3s://anna@mail.example.org":               "the host must be",
		"pop3s://anna:pw@mail.example.org":            "the port must be",
		"pop3s://mail example.org":                    "the host must be",
		"pop3s://mail.example.org\r\n":                "the host must be",
		"pop3s://bücher.example":                      "xn--",
		"pop3s://127。0。0。1":                           "the host must be",
		"pop3s://%6d.example":                         "the host must be",
		"pop3s://127.1":                               "the host must be",
		"pop3s://0x7f000001":                          "the host must be",
		"pop3s://0177.0.0.1":                          "the host must be",
		"pop3s://2130706433":                          "the host must be",
		"pop3s://1.2.3.256":                           "the host must be",
		"pop3s://::1":                                 "the host must be",
		"pop3s://[::1":                                "the host must be",
		"pop3s://[::1]x":                              "the port must be",
		"pop3s://[127.0.0.1]":                         "the host must be",
		"pop3s://[fe80::1%25eth0]":                    "the host must be",
		"pop3s://[fe80::1%eth0]":                      "the host must be",
		"pop3s://mail.example.org:":                   "the port must be",
		"pop3s://mail.example.org:0":                  "the port must be",
		"pop3s://mail.example.org:65536":              "the port must be",
		"pop3s://mail.example.org:+995":               "the port must be",
		"pop3s://mail.example.org:0995":               "the port must be",
		"pop3s://mail.example.org:pop3s":              "the port must be",
		"pop3s://mail.example.org:995:995":            "the host must be",
		"pop3s://" + strings.Repeat("a", 64):          "the host must be",
		"pop3s://" + strings.Repeat("a.", 126) + "aa": "the host must be",
	}
	for text, want := range tests {
		if a, err := ParseAddress(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v; want an error with %q", text, a, err, want)
		}
	}
}

// FuzzParseAddress: what parses has one spelling, which parses to the same.
func FuzzParseAddress(f *testing.F) {
	for _, text := range []string{"pop3s://mail.example.org", "pop3://[2001:db8::1]:1110", "POP3+insecure://A.b.:99", "pop3s://1.2.3.4", "pop3s://[::ffff:1.2.3.4]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAddress(text)
		if err != nil {
			return
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Fatalf("%q is %+v, and its String %q is %+v, %v", text, a, a.String(), again, err)
		}
		if strings.ContainsAny(a.String(), " \r\n\x00%@?#") || strings.ToLower(a.String()) != a.String() {
			t.Fatalf("%q became %q", text, a.String())
		}
	})
}
