package front

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// ParsePublic reads where browsers reach the site, such as https://example.org/mail: the origin, and the path beneath
// which the site lies there.
func ParsePublic(text string) (public *url.URL, base string, err error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, "", err
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return nil, "", errors.New("write it whole, such as https://mail.example.org")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, "", errors.New("it has only a host and perhaps a path")
	}
	if base, err = ParseBase(u.Path); err != nil {
		return nil, "", err
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, base, nil
}

// ParseBase reads the path beneath which the site lies; "" and "/" are the root.
func ParseBase(text string) (string, error) {
	if text == "" || text == "/" {
		return "", nil
	}
	base := strings.TrimSuffix(text, "/")
	if !strings.HasPrefix(base, "/") || path.Clean(base) != base || strings.HasPrefix(base, "//") || base != (&url.URL{Path: base}).EscapedPath() {
		return "", fmt.Errorf("%q is no path such as /mail", text)
	}
	return base, nil
}

// ParseProxies reads the addresses of proxies: 10.0.0.5, or a network such as 172.16.0.0/12.
func ParseProxies(texts []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if a, alone := netip.ParseAddr(text); alone == nil {
			p, err = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a network such as 172.16.0.0/12", text)
		}
		list = append(list, p.Masked())
	}
	return list, nil
}
