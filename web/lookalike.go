package web

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"restante/views/safehtml"
)

// imitated are sites that fraudulent mail often poses as.
func imitated() []string {
	return []string{
		"adobe.com", "amazon.com", "apple.com", "bankofamerica.com", "barclays.co.uk", "binance.com", "booking.com", "capitalone.com", "chase.com",
		"citibank.com", "coinbase.com", "commerzbank.de", "deutsche-bank.de", "docusign.com", "dropbox.com", "ebay.com", "facebook.com", "fedex.com",
		"github.com", "gmail.com", "google.com", "hsbc.com", "icloud.com", "instagram.com", "linkedin.com", "metamask.io", "microsoft.com", "netflix.com",
		"office.com", "onedrive.com", "outlook.com", "paypal.com", "postbank.de", "santander.com", "sparkasse.de", "spotify.com", "steampowered.com",
		"telekom.de", "twitter.com", "usps.com", "wellsfargo.com", "whatsapp.com", "yahoo.com", "zoom.us",
	}
}

// imitations are sites that a host may pose as, by what their names look like.
type imitations map[string]imitation

type imitation struct{ site, label string }

func newImitations(sites ...string) imitations {
	m := imitations{}
	for _, site := range sites {
		label, _, _ := strings.Cut(site, ".")
		m[skeleton(label)] = imitation{site, label}
	}
	return m
}

// of returns which site a host poses as, "" for none: its name looks the same and is another (paypa1.com), or it begins
// with the whole name of the site and is elsewhere (paypal.com.example.net).
func (m imitations) of(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	label, _, _ := strings.Cut(safehtml.Site(host), ".")
	if known, ok := m[skeleton(label)]; ok && label != known.label {
		return known.site
	}
	for _, known := range m { // the same name elsewhere is no pose: yahoo.com.au
		if label != known.label && strings.Contains("."+host, "."+known.site+".") {
			return known.site
		}
	}
	return ""
}

// skeleton is what a label of a domain looks like: two that look the same have the same one. It is a small part of what
// Unicode Technical Standard 39 has, section 4: accents, digits, and the letters of other alphabets that look Latin.
func skeleton(label string) string {
	if plain, err := idna.ToUnicode(label); err == nil {
		label = plain
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(label)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return looksLatin.Replace(b.String())
}

// looksLatin makes one of what looks like another.
var looksLatin = strings.NewReplacer(
	"rn", "m", "vv", "w", "0", "o", "1", "l", "i", "l", "5", "s", "ı", "l", "ɩ", "l", "ɡ", "g", "đ", "d", "ł", "l", "ø", "o",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "ѕ", "s", "і", "l", "ӏ", "l", "ԁ", "d", "ԛ", "q", "ԝ", "w", "һ", "h", "к", "k", "м", "m", "т", "t", "в", "b", "н", "h", "г", "r", "п", "n",
	"α", "a", "ο", "o", "ρ", "p", "ν", "v", "υ", "u", "ι", "l", "κ", "k", "τ", "t", "ω", "w", "χ", "x", "γ", "y", "ε", "e", "η", "n",
)
