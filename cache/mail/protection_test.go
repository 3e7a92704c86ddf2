package mail

import (
	"strings"
	"testing"
)

func TestEncryptedAndSignedMailIsKnown(t *testing.T) {
	part := func(kind string) string { return "--b\r\nContent-Type: " + kind + "\r\n\r\nx\r\n" }
	for _, tt := range []struct {
		name, parts string
		want        Protection
	}{
		{"nothing", part("text/plain"), Protection{}},
		{"OpenPGP, encrypted", part("application/pgp-encrypted") + part("application/octet-stream"), Protection{Scheme: "OpenPGP", Encrypted: true, Part: 2}},
		{"OpenPGP, signed", part("text/plain") + part("application/pgp-signature"), Protection{Scheme: "OpenPGP", Signed: true}},
		{"S/MIME, signed", part("text/plain") + part("application/x-pkcs7-signature"), Protection{Scheme: "S/MIME", Signed: true}},
		{"S/MIME, encrypted", part("application/pkcs7-mime; smime-type=enveloped-data"), Protection{Scheme: "S/MIME", Encrypted: true, Part: 1}},
		{"broken off", part("application/pgp-encrypted"), Protection{Scheme: "OpenPGP", Encrypted: true, Part: 1}},
	} {
		raw := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + tt.parts + "--b--\r\n"
		if got := Parse(strings.NewReader(raw), int64(len(raw))).Protection(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	if got := InlinePGP("a\n-----BEGIN PGP MESSAGE-----\n"); !got.Encrypted || got.Scheme != "OpenPGP" {
		t.Errorf("within a text: %+v", got)
	}
	if got := InlinePGP("a\n-----BEGIN PGP SIGNED MESSAGE-----\n"); !got.Signed || got.Encrypted {
		t.Errorf("signed within a text: %+v", got)
	}
}
