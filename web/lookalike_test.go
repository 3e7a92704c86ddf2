package web

import "testing"

func TestWhatLooksLikeAnotherSite(t *testing.T) {
	sites := newImitations(append(imitated(), "example.org")...)
	for host, want := range map[string]string{
		"paypa1.com": "paypal.com", "www.paypa1.com": "paypal.com", "paypaI.com": "paypal.com",
		"rnicrosoft.com": "microsoft.com", "xn--pypal-4ve.com": "paypal.com", "раураl.com": "paypal.com", "googlé.com": "google.com",
		"paypal.com.example.net": "paypal.com", "login.paypal.com.example.net": "paypal.com", "examp1e.org": "example.org",
		"paypal.com": "", "mail.paypal.com": "", "PayPal.com.": "", "paypal.de": "", "yahoo.com.au": "", "digital.yahoo.com.au": "", "amazon.co.uk": "", "example.org": "", "lists.example.org": "",
		"notpaypal.com": "", "paypal.community.example": "", "": "", "127.0.0.1": "", "münchen.example": "",
	} {
		if got := sites.of(host); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}
