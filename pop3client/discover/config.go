package discover

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"strings"

	"restante/pop3client"
)

const (
	maxConfig  = 256 << 10 // bytes of a configuration
	maxServers = 32        // servers in it that are looked at
)

// config is what matters of Mozilla's format for configurations.
type config struct {
	Provider struct {
		Incoming []struct {
			Type     string `xml:"type,attr"`
			Host     string `xml:"hostname"`
			Port     string `xml:"port"`
			Socket   string `xml:"socketType"`
			Username string `xml:"username"`
		} `xml:"incomingServer"`
	} `xml:"emailProvider"`
}

// read reads the first POP3 server of a configuration that is spoken to with TLS.
func read(r io.Reader, who person) (Found, bool) {
	var c config
	decoder := xml.NewDecoder(io.LimitReader(r, maxConfig))
	if err := decoder.Decode(&c); err != nil {
		return Found{}, false
	}
	fill := strings.NewReplacer("%EMAILADDRESS%", who.address, "%EMAILLOCALPART%", who.local, "%EMAILDOMAIN%", who.domain)
	for _, s := range c.Provider.Incoming[:min(len(c.Provider.Incoming), maxServers)] {
		security, known := map[string]pop3client.Security{"SSL": pop3client.TLS, "STARTTLS": pop3client.STLS}[strings.TrimSpace(s.Socket)]
		if !strings.EqualFold(s.Type, "pop3") || !known {
			continue
		}
		at, ok := server(fill.Replace(strings.TrimSpace(s.Host)), strings.TrimSpace(s.Port), security)
		if !ok {
			continue
		}
		user := fill.Replace(strings.TrimSpace(s.Username))
		if user == "" || len(user) > maxAddress || strings.ContainsFunc(user, func(r rune) bool { return r < ' ' }) {
			user = who.address
		}
		return Found{Server: at, User: user}, true
	}
	return Found{}, false
}

// published asks the domain itself, at the two addresses that Mozilla's programs ask. The address of the person is not
// told.
func (f *Finder) published(ctx context.Context, who person) (Found, bool) {
	for _, url := range []string{
		"https://autoconfig." + who.domain + "/mail/config-v1.1.xml", "https://" + who.domain + "/.well-known/autoconfig/mail/config-v1.1.xml",
	} {
		if found, ok := f.fetch(ctx, url, who); ok {
			found.Source = Published
			return found, true
		}
	}
	return Found{}, false
}

// listed asks Mozilla's list.
func (f *Finder) listed(ctx context.Context, who person) (Found, bool) {
	found, ok := f.fetch(ctx, f.List+who.domain, who)
	found.Source = Listed
	return found, ok
}

func (f *Finder) fetch(ctx context.Context, url string, who person) (Found, bool) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Found{}, false
	}
	res, err := f.HTTP.Do(r)
	if err != nil {
		return Found{}, false
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Found{}, false
	}
	return read(res.Body, who)
}

// OnlyHTTPS is for http.Client.CheckRedirect: a few redirects, and to https alone.
func OnlyHTTPS(r *http.Request, via []*http.Request) error {
	if r.URL.Scheme != "https" || len(via) >= 4 {
		return http.ErrUseLastResponse
	}
	return nil
}
