package safehtml

import "golang.org/x/net/html"

// redirect gives each link in n the address that link returns for it. It takes out those for which there is none.
func redirect(n *html.Node, link func(href string) string) {
	if link == nil {
		return
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Data != "a" || c.Type != html.ElementNode {
			redirect(c, link)
		} else if !redirectOne(c, link) {
			unwrap(n, c)
		}
		c = next
	}
}

// redirectOne reports whether there is an address for a link. Links do not lie in one another.
func redirectOne(a *html.Node, link func(href string) string) bool {
	for i := range a.Attr {
		if a.Attr[i].Key != "href" {
			continue
		}
		address := link(a.Attr[i].Val)
		if isOurs(address) {
			a.Attr[i].Val = address
			return true
		}
		safe, ok := safeURL(address)
		a.Attr[i].Val = safe
		return ok
	}
	return false
}
