package safehtml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestWhoCountsOpeningsIsNamed(t *testing.T) {
	for _, tt := range []struct{ address, service string }{
		{"https://shop.us20.list-manage.com/track/open.php?u=1&id=2&e=3", "Mailchimp"},
		{"https://mandrillapp.com/track/open.php?u=1", "Mailchimp"},
		{"https://u1.ct.sendgrid.net/wf/open?upn=x", "SendGrid"},
		{"https://links.shop.example/wf/open?upn=x", "SendGrid"},
		{"https://ablink.shop.example/ss/o/u001.x/y/ho.gif", "SendGrid"},
		{"https://t.hubspotemail.net/e2t/o/x", "HubSpot"},
		{"https://mail.shop.example/e3t/Cto/x", "HubSpot"},
		{"https://email.shop.example/o/eJxVjk0O", "Mailgun"},
		{"https://x1.r.eu-west-1.awstrack.me/I0/0102/x=1", "Amazon SES"},
		{"https://cl.s7.exct.net/open.aspx?ffcb10=x", "Salesforce"},
		{"https://click.shop.example/open.aspx?x", "Salesforce"},
		{"http://r20.rs6.net/on.jsp?ca=x", "Constant Contact"},
		{"https://shop.cmail19.com/t/d-o-x-y/o.gif", "Campaign Monitor"},
		{"https://shop.createsend1.com/t/x/o.gif", "Campaign Monitor"},
		{"https://x.r.sp1-brevo.net/mk/op/x", "Brevo"},
		{"https://x.sendibt2.com/tr/op/x", "Brevo"},
		{"https://click.mlsend.com/link/o/x", "MailerLite"},
		{"https://shop.activehosted.com/lt.php?nl=1&l=open", "ActiveCampaign"},
		{"https://notifications.google.com/g/img/x.gif", "Google"},
		{"http://t.yesware.com/t/x/y/spacer.gif", "Yesware"},
		{"https://mailtrack.io/trace/mail/x.png", "Mailtrack"},
		{"https://r.superhuman.com/x.gif", "Superhuman"},
		{"https://mailfoogae.appspot.com/t?sender=x", "Streak"},
		{"https://bl-1.com/x", "Bananatag"},
		{"https://track.mixmax.com/api/track/v2/x", "Mixmax"},
		{"https://pstmrk.it/open/v3/x", "Postmark"},
		{"https://x.sparkpostmail2.com/q/x~~/y", "SparkPost"},
		{"https://e.customeriomail.com/e/o/x", "Customer.io"},
		{"https://github.com/notifications/beacon/x.gif", "GitHub"},
		{"https://shop.example:8443/track/open?x", "shop.example"},
		{"https://shop.example/track/open", "shop.example"},
	} {
		_, got := Reader(`<img src="`+tt.address+`" width=600 height=80 alt=a>`, ReaderOptions{Picture: func(source string) string {
			t.Errorf("it asks for %s", source)
			return "/x"
		}})
		if got.Tracking != 1 || !slices.Equal(got.Trackers, []string{tt.service}) {
			t.Errorf("for %s the report is %d of %q, want 1 of %s", tt.address, got.Tracking, got.Trackers, tt.service)
		}
	}
}

func TestADotIsNamedByItsDomain(t *testing.T) {
	for _, tt := range []struct{ host, service string }{
		{"trk.klclick3.com", "Klaviyo"}, {"links.iterable.com", "Iterable"}, {"x.braze.com", "Braze"}, {"go.marketo.com", "Marketo"},
		{"LIST-MANAGE.com:443", "Mailchimp"}, {"notlist-manage.com", "notlist-manage.com"}, {"list-manage.com.x.example", "list-manage.com.x.example"},
		{"other.appspot.com", "other.appspot.com"}, {"[2001:db8::1]:8080", "[2001:db8::1]"}, {"bücher.example", "xn--bcher-kva.example"},
	} {
		_, got := Reader(`<img src="https://`+tt.host+`/a.png" width=1 height=1>`, ReaderOptions{})
		if got.Tracking != 1 || !slices.Equal(got.Trackers, []string{tt.service}) {
			t.Errorf("for %s the report is %d of %q, want 1 of %s", tt.host, got.Tracking, got.Trackers, tt.service)
		}
	}
}

func TestOrdinaryPicturesCountNoOpenings(t *testing.T) {
	for _, address := range []string{
		"https://mcusercontent.com/x/images/track.png", "https://cdn.sendgrid.net/logo.png", "https://shop.example/soundtrack/open.jpg",
		"https://shop.example/track/open-air.jpg", "https://shop.example/track/opening.jpg", "https://shop.example/a/track/open",
		"https://shop.example/o/eagle.png", "https://shop.example/lt.php?l=close", "https://www.google.com/logo.png",
		"https://github.com/x/y.png", "https://shop.example/?u=/wf/open", "https://evil.example/list-manage.com/track.png",
	} {
		asked := 0
		_, got := Reader(`<img src="`+address+`">`, ReaderOptions{Picture: func(string) string { asked++; return "" }})
		if got.Remote != 1 || got.Tracking != 0 || got.Trackers != nil || asked != 1 {
			t.Errorf("for %s, asked for %d times, the report is %+v", address, asked, got)
		}
	}
}

// TestTheTablesCanBeFoundIn proves of every line that there is an address for it, and that it is written as hosts are.
func TestTheTablesCanBeFoundIn(t *testing.T) {
	for domain, service := range services {
		if got := serviceAt("a." + strings.ReplaceAll(domain, "#", "42")); got != service {
			t.Errorf("for %s the service is %q, want %s", domain, got, service)
		}
	}
	for _, o := range openings {
		host := "a." + strings.ReplaceAll(o.domain, "#", "7")
		if o.domain == "" {
			host = "a.example"
		}
		address, ok := safeURL("https://" + host + strings.TrimSuffix(o.path, "*") + "?x&" + o.query)
		service, counts := openingCounter(address)
		if !ok || !counts || o.service != "" && service != o.service {
			t.Errorf("for %+v, %s: %q, %v", o, address, service, counts)
		}
	}
}

func TestHostsAreReportedInTheirOrder(t *testing.T) {
	_, got := Reader(`<img src=https://b.example/x><img src=//A.example:80/y><img src=https://b.example/z><img src=cid:x>
		<img src=x.png srcset="https://c.example 2x"><img src=cid:x srcset="https://d.example 2x">`, ReaderOptions{})
	want := Report{Remote: 5, Inline: 1, Hosts: []string{"b.example", "a.example", "c.example", "d.example"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the report is %+v, want %+v", got, want)
	}
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, `<img src=https://h%d.example/x width=0>`, i)
	}
	_, got = Reader(many.String(), ReaderOptions{})
	if got.Tracking != 200 || len(got.Hosts) != maxHosts || len(got.Trackers) != maxTrackers || got.Trackers[19] != "h19.example" {
		t.Errorf("of many there are %d, %d hosts and %d trackers", got.Tracking, len(got.Hosts), len(got.Trackers))
	}
}
