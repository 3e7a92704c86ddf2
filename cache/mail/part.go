package mail

import "strings"

// newPart reads what a part's header says about its body, and the boundary if it is a multipart.
// The type is fallback when none is declared.
func newPart(h header, fallback string, d *defects) (p Part, boundary string) {
	kind, params := h.contentType(d)
	disposition, dparams := parseParams(h.get("Content-Disposition"))
	p = Part{
		Type:        short(kind),
		Charset:     short(strings.ToLower(cleanToken(params.get("charset")))),
		Encoding:    encodingName(h.get("Content-Transfer-Encoding")),
		Disposition: short(disposition),
		ContentID:   firstID(h.get("Content-ID")),
		Flowed:      strings.EqualFold(cleanToken(params.get("format")), "flowed"),
		DelSp:       strings.EqualFold(cleanToken(params.get("delsp")), "yes"),
		SMIME:       short(strings.ToLower(cleanToken(params.get("smime-type")))),
	}
	if p.Name = cleanName(dparams.decoded("filename")); p.Name == "" {
		p.Name = cleanName(params.decoded("name"))
	}
	switch {
	case h.count("Content-Type") == 0 || strings.TrimSpace(h.get("Content-Type")) == "":
		p.Type = fallback
	case !isType(p.Type):
		d.add("a malformed Content-Type")
		p.Type = fallback
		if p.Name != "" || p.Disposition == "attachment" {
			p.Type = "application/octet-stream"
		}
	}
	if p.Type == "multipart/related" {
		p.Start = firstID(params.get("start"))
	}
	if !isIdentity(p.Encoding) && p.Encoding != "base64" && p.Encoding != "quoted-printable" {
		d.add("an unknown transfer encoding")
	}
	return p, strings.Clone(params.get("boundary"))
}

// contentType reads the Content-Type. Of several, a multipart with a boundary goes first: read as anything
// else its parts would be lost.
func (h header) contentType(d *defects) (string, params) {
	values := h.all("Content-Type")
	if len(values) == 0 {
		return "", nil
	}
	if len(values) > 1 {
		d.add("more than one Content-Type field")
		for _, value := range values {
			if kind, params := parseParams(value); strings.HasPrefix(kind, "multipart/") && params.get("boundary") != "" {
				return kind, params
			}
		}
	}
	return parseParams(values[0])
}

// isType tells whether a type is two tokens with a slash between them.
func isType(kind string) bool {
	major, minor, ok := strings.Cut(kind, "/")
	return ok && isToken(major) && isToken(minor)
}

func isToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?=`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

// encodingName reads a Content-Transfer-Encoding as far as it is a word: "base64; x", "quoted-printable (y)".
func encodingName(value string) string {
	value = strings.ToLower(strings.TrimLeft(value, " \t\"'"))
	end := strings.IndexFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
	if end >= 0 {
		value = value[:end]
	}
	switch value {
	case "quoted_printable", "quotedprintable":
		return "quoted-printable"
	case "base-64", "base_64":
		return "base64"
	}
	return short(value)
}

// isIdentity tells whether a transfer encoding leaves the bytes as they are. "8" is what "8 bit" begins with.
func isIdentity(encoding string) bool {
	switch encoding {
	case "", "7bit", "8bit", "binary", "7", "8", "7-bit", "8-bit", "none":
		return true
	}
	return false
}

// short bounds a word of a header, in a string of its own that does not keep the whole header in memory.
func short(s string) string { return strings.Clone(cut(cleanLine(s), maxToken)) }

// cleanToken removes the quotation marks and spaces that senders put around a word.
func cleanToken(s string) string { return strings.Trim(s, "\"'` \t;") }
