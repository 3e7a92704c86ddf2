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

// Protection looks for the marks of OpenPGP (RFC 3156) and S/MIME (RFC 8551) in the structure of a message. A signature
// that is only attached, beside other files, is a file.
func (m *Message) Protection() Protection {
	for i, p := range m.Parts {
		around := ""
		if p.Parent >= 0 {
			around = m.Parts[p.Parent].Type
		}
		switch {
		case p.Type == "application/pgp-encrypted" && around == "multipart/encrypted":
			return Protection{Scheme: "OpenPGP", Encrypted: true, Part: min(i+1, len(m.Parts)-1)} // RFC 3156, section 4: the second part
		case p.Type == "application/pgp-signature" && around == "multipart/signed":
			return Protection{Scheme: "OpenPGP", Signed: true}
		case (p.Type == "application/pkcs7-signature" || p.Type == "application/x-pkcs7-signature") && around == "multipart/signed":
			return Protection{Scheme: "S/MIME", Signed: true}
		case p.Type == "application/pkcs7-mime" || p.Type == "application/x-pkcs7-mime":
			if p.SMIME == "signed-data" {
				return Protection{Scheme: "S/MIME", Signed: true} // RFC 8551, section 3.5.2: its text is within
			}
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
