package mail

import "strings"

// Protection says that a message is encrypted or signed. Nothing is decrypted and nothing verified: it is what the
// message says of itself.
type Protection struct {
	Scheme    string // "OpenPGP" or "S/MIME"; "" for neither
	Encrypted bool
	Signed    bool
	Part      int // the part that is encrypted
}

// Protection looks for the marks of OpenPGP (RFC 3156) and S/MIME (RFC 8551) in the structure of a message.
func (m *Message) Protection() Protection {
	for i, p := range m.Parts {
		switch p.Type {
		case "application/pgp-encrypted":
			return Protection{Scheme: "OpenPGP", Encrypted: true, Part: min(i+1, len(m.Parts)-1)} // RFC 3156, section 4: the second part
		case "application/pgp-signature":
			return Protection{Scheme: "OpenPGP", Signed: true}
		case "application/pkcs7-signature", "application/x-pkcs7-signature":
			return Protection{Scheme: "S/MIME", Signed: true}
		case "application/pkcs7-mime", "application/x-pkcs7-mime":
			// Most that call themselves so are encrypted; one that is only signed cannot be read either.
			return Protection{Scheme: "S/MIME", Encrypted: true, Part: i}
		}
	}
	return Protection{}
}

// InlinePGP looks for OpenPGP within a text (RFC 9580, section 6.2).
func InlinePGP(text string) Protection {
	switch {
	case strings.Contains(text, "-----BEGIN PGP MESSAGE-----"):
		return Protection{Scheme: "OpenPGP", Encrypted: true}
	case strings.Contains(text, "-----BEGIN PGP SIGNED MESSAGE-----"):
		return Protection{Scheme: "OpenPGP", Signed: true}
	}
	return Protection{}
}
