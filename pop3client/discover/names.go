package discover

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"

	"restante/pop3client"
)

// record asks DNS (RFC 6186). A target of "." says that there is no such server.
func (f *Finder) record(ctx context.Context, who person) (Found, bool) {
	_, records, err := f.Resolver.LookupSRV(ctx, "pop3s", "tcp", who.domain)
	if err != nil || len(records) == 0 || records[0].Target == "." {
		return Found{}, false
	}
	at, ok := server(records[0].Target, strconv.Itoa(int(records[0].Port)), pop3client.TLS)
	return Found{Server: at, User: who.address, Source: Record}, ok
}

// providers are POP3 servers of those who receive mail for many domains, by the domain of their mail exchangers.
func providers() map[string]string {
	return map[string]string{
		"google.com": "pop.gmail.com", "googlemail.com": "pop.gmail.com", "outlook.com": "outlook.office365.com", "yahoodns.net": "pop.mail.yahoo.com",
	}
}

// received looks who receives the domain's mail, and what is known of them.
func (f *Finder) received(ctx context.Context, who person) (Found, bool) {
	records, err := f.Resolver.LookupMX(ctx, who.domain)
	if err != nil || len(records) == 0 {
		return Found{}, false
	}
	provider, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(strings.TrimSuffix(records[0].Host, ".")))
	if err != nil || provider == who.domain {
		return Found{}, false
	}
	if host, ok := providers()[provider]; ok {
		at, ok := server(host, "995", pop3client.TLS)
		return Found{Server: at, User: who.address, Source: Received}, ok
	}
	found, ok := f.fetch(ctx, f.List+provider, who)
	found.Source = Received
	return found, ok
}

// guessed tries common names. Only a server that greets, with a certificate for that name, counts.
func (f *Finder) guessed(ctx context.Context, who person) (Found, bool) {
	names := []string{"pop." + who.domain, "pop3." + who.domain, "mail." + who.domain, who.domain}
	answers := make([]bool, len(names))
	var trying sync.WaitGroup
	for i, host := range names {
		trying.Go(func() { answers[i] = f.greets(ctx, host) })
	}
	trying.Wait()
	for i, host := range names {
		if answers[i] {
			at, ok := server(host, "995", pop3client.TLS)
			return Found{Server: at, User: who.address, Source: Guessed}, ok
		}
	}
	return Found{}, false
}

func (f *Finder) greets(ctx context.Context, host string) bool {
	at, ok := server(host, "995", pop3client.TLS)
	if !ok {
		return false
	}
	client, err := pop3client.Connect(ctx, at, &f.Client)
	if err != nil {
		return false
	}
	_ = client.Quit(ctx) // it has greeted: how it parts says nothing
	return true
}
