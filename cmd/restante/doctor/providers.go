package doctor

import (
	"strings"

	"restante/pop3client"
)

// provider is a large provider of which something is known that its server does
// not say (pop3.md 2I, C4).
type provider struct {
	domains []string // of its servers' names
	advice  string
}

var providers = []provider{
	{[]string{"gmail.com", "googlemail.com"}, "Gmail shows a session the oldest messages that were not collected yet, some 250 at a time, and hides from other programs what one has collected. " +
		"With the user name recent:NAME@gmail.com it shows the last 30 days to every program. POP must be switched on in Gmail's settings, and the password must be an app password."},
	{[]string{"outlook.com", "office365.com", "hotmail.com", "live.com"}, "Microsoft accepts no passwords here any more, only tokens of its own sign-in (OAuth), and POP must be switched on for each mailbox."},
	{[]string{"gmx.net", "gmx.com", "gmx.de", "web.de", "mail.com"}, "With this provider POP3 is off until it is switched on in the settings of the mailbox, and goes off again when it is not used for long."},
	{[]string{"ovh.net", "ovh.com"}, "This provider hangs up on those who look more often than once a minute."},
}

// adviseProvider adds what is known of the provider.
func (f *Findings) adviseProvider(server pop3client.Address) {
	for _, p := range providers {
		for _, domain := range p.domains {
			if server.Host == domain || strings.HasSuffix(server.Host, "."+domain) {
				f.advise("%s", p.advice)
			}
		}
	}
}
