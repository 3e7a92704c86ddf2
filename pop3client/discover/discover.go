// Package discover finds the POP3 server of an e-mail address: by what the domain publishes, by Mozilla's list, by where
// the domain's mail is received, and at last by the names that such servers commonly have. It sends no password and no
// user name to anybody.
package discover

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/idna"

	"restante/pop3client"
)

// ErrNotFound says that nothing was found for an address, or that it is none.
var ErrNotFound = errors.New("no mail server was found")

// Source is where a server was found.
type Source string

// The sources, the most trustworthy first.
const (
	Published Source = "published" // the domain says so (Mozilla autoconfiguration)
	Record    Source = "record"    // its DNS says so (RFC 6186)
	Listed    Source = "listed"    // Mozilla's list of providers says so
	Received  Source = "received"  // the provider is known who receives its mail
	Guessed   Source = "guessed"   // a POP3 server answers at a common name
)

// Found is a server.
type Found struct {
	Server pop3client.Address // with TLS or STLS, never without
	User   string             // the user name to sign in with, as far as the source tells: the address, or a part of it
	Source Source
}

// Finder finds servers. Its fields decide where it may connect: fill all of them.
type Finder struct {
	HTTP     *http.Client       // that fetches what is published; it is given https addresses alone
	Resolver *net.Resolver      // of names
	Client   pop3client.Options // with which common names are tried
	List     string             // address of the list of providers, to which a domain is added
}

// MozillaList is the list that Thunderbird asks (wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat).
const MozillaList = "https://autoconfig.thunderbird.net/v1.1/"

const (
	within    = 5 * time.Second // until an answer is given
	perSource = 3 * time.Second // that a better source may keep worse ones waiting
)

// source looks in one place; ok is false where there is nothing.
type source func(ctx context.Context, who person) (found Found, ok bool)

// person is an address in its parts.
type person struct{ address, local, domain string }

// Find finds the server of an address within five seconds, or returns ErrNotFound. All places are looked at at once; of
// what is found the most trustworthy counts.
func (f *Finder) Find(ctx context.Context, address string) (Found, error) {
	who, err := parse(address)
	if err != nil {
		return Found{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	var looking sync.WaitGroup
	defer looking.Wait()
	defer cancel()
	type result struct {
		found Found
		ok    bool
	}
	sources := []source{f.published, f.record, f.listed, f.received, f.guessed}
	results := make([]chan result, len(sources))
	for i, look := range sources {
		results[i] = make(chan result, 1)
		looking.Go(func() {
			ctx := ctx
			if i < len(sources)-1 {
				var done context.CancelFunc
				ctx, done = context.WithTimeout(ctx, perSource)
				defer done()
			}
			found, ok := look(ctx, who)
			results[i] <- result{found, ok}
		})
	}
	for _, r := range results {
		if got := <-r; got.ok {
			return got.found, nil
		}
	}
	return Found{}, ErrNotFound
}

// maxAddress is the longest address (RFC 5321, section 4.5.3.1).
const maxAddress = 320

// parse takes an address apart. The domain is one of the internet's, in the form that DNS knows.
func parse(address string) (person, error) {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 || len(address) > maxAddress {
		return person{}, ErrNotFound
	}
	domain, err := idna.Lookup.ToASCII(strings.TrimSuffix(address[at+1:], "."))
	if err != nil || !strings.Contains(domain, ".") || net.ParseIP(domain) != nil {
		return person{}, ErrNotFound
	}
	return person{address: address, local: address[:at], domain: domain}, nil
}

// server makes of a host what a source has found; ok is false where that is no host.
func server(host, port string, security pop3client.Security) (a pop3client.Address, ok bool) {
	scheme := map[pop3client.Security]string{pop3client.TLS: "pop3s://", pop3client.STLS: "pop3://"}[security]
	a, err := pop3client.ParseAddress(scheme + strings.TrimSuffix(host, ".") + ":" + port)
	return a, err == nil
}
