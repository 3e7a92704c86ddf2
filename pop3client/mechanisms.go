package pop3client

import (
	"fmt"
	"slices"
	"strings"
)

var (
	// passwordMechanisms is the order of preference for a password, best first
	// (pop3.md 1b). USER and LOGIN come after them, see automatic.
	passwordMechanisms = []string{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "PLAIN"}
	// tokenMechanisms are those for a token, best first.
	tokenMechanisms = []string{"OAUTHBEARER", "XOAUTH2"}
	// namedMechanisms are used only when the caller says so, but for USER and LOGIN.
	namedMechanisms = []string{"USER", "LOGIN", "APOP", "CRAM-MD5", "EXTERNAL"}
	// withoutAuthorization cannot name another user than the one who signs in.
	withoutAuthorization = []string{"USER", "APOP", "LOGIN", "CRAM-MD5", "XOAUTH2"}
)

// choose lists the mechanisms to try, in order.
func (c *Client) choose(cred Credentials) ([]string, error) {
	names, err := c.allowed(cred)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !cred.suits(name) || !c.able(name) })
	if len(names) > 0 {
		return names, nil
	}
	offer := "the server names no mechanism"
	if offered := c.caps.SASL(); len(offered) > 0 {
		offer = "the server offers " + clip(strings.Join(offered, " "), maxText)
	}
	return nil, fmt.Errorf("%w: %s", ErrNoMechanism, offer)
}

// allowed is what the options name, or the automatic order, of what the server
// announces.
func (c *Client) allowed(cred Credentials) ([]string, error) {
	if c.opts.Mechanisms == nil {
		return c.automatic(cred), nil
	}
	var names []string
	for _, name := range c.opts.Mechanisms {
		name = strings.ToUpper(name)
		if !slices.Contains(slices.Concat(passwordMechanisms, tokenMechanisms, namedMechanisms), name) {
			return nil, fmt.Errorf("%w: there is no mechanism %q", ErrArgument, name)
		}
		// Servers without the capability SASL may have AUTH all the same.
		if name == "USER" || name == "APOP" || len(c.caps.SASL()) == 0 || c.announces(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// automatic is the order without the caller's word. USER and PASS need not be
// announced: they are of RFC 1939. LOGIN, which is the same with less
// agreement on it, comes only when there is nothing else, and never in the clear.
func (c *Client) automatic(cred Credentials) []string {
	unannounced := func(name string) bool { return !c.announces(name) }
	if cred.Token != nil {
		if !c.caps.Known() {
			return slices.Clone(tokenMechanisms)
		}
		return slices.DeleteFunc(slices.Clone(tokenMechanisms), unannounced)
	}
	names := slices.DeleteFunc(slices.Clone(passwordMechanisms), unannounced)
	switch {
	case c.caps.Has("USER") || !c.caps.Known():
		return append(names, "USER")
	case len(names) == 0 && c.announces("LOGIN") && !c.plain:
		return []string{"LOGIN"}
	case len(names) == 0:
		return []string{"USER"}
	}
	return names
}

func (c *Client) announces(mechanism string) bool {
	return slices.Contains(c.caps.SASL(), mechanism)
}

// able reports whether this connection has what a mechanism needs.
func (c *Client) able(mechanism string) bool {
	switch {
	case mechanism == "APOP":
		return c.challenge != ""
	case strings.HasSuffix(mechanism, "-PLUS"):
		_, _, ok := c.channelBinding()
		return ok
	}
	return true
}

// announcesBinding reports whether any mechanism with channel binding is announced.
func (c *Client) announcesBinding() bool {
	return slices.ContainsFunc(c.caps.SASL(), func(name string) bool { return strings.HasSuffix(name, "-PLUS") })
}

// names reports whether the options name a mechanism.
func (c *Client) names(mechanism string) bool {
	return slices.ContainsFunc(c.opts.Mechanisms, func(name string) bool { return strings.EqualFold(name, mechanism) })
}
