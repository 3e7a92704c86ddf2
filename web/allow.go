package web

import (
	"fmt"
	"strings"
)

// Allowed says who may sign in: a list of whole user names, or *@domain for everybody of a domain. The empty list
// allows everyone. Case does not count, as addresses of people are compared.
type Allowed []string

// ParseAllowed checks patterns.
func ParseAllowed(patterns []string) (Allowed, error) {
	var a Allowed
	for _, p := range patterns {
		p = strings.ToLower(strings.TrimSpace(p))
		name, domain, address := strings.Cut(p, "@")
		switch {
		case p == "" || p == "*":
			return nil, fmt.Errorf("%q allows everybody or nobody: leave --allow-user out, or write a user name or *@domain", p)
		case strings.Contains(name, "*") && (name != "*" || !address) || strings.Contains(domain, "*") || address && domain == "":
			return nil, fmt.Errorf("%q: write a whole user name, or *@domain for everybody of a domain", p)
		}
		a = append(a, p)
	}
	return a, nil
}

// Includes reports whether user may sign in.
func (a Allowed) Includes(user string) bool {
	if len(a) == 0 {
		return true
	}
	user = strings.ToLower(user)
	at := strings.LastIndexByte(user, '@')
	for _, p := range a {
		if p == user || at >= 0 && p == "*"+user[at:] {
			return true
		}
	}
	return false
}
