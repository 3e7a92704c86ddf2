package mail

import (
	"strings"
	"testing"
)

func TestEncryptedAndSignedMailIsKnown(t *testing.T) {
	part := func(kind string) string { return "--b\r\nContent-Type: " + kind + "\r\n\r\nx\r\n" }
	for _, tt := range []struct {
		name, kind, parts string
		want              Protection
	}{
		{"nothing", "mixed", part("text/plain"), Protection{}},
		{"signatures that are files", "mixed", part("application/pgp-signature") + part("application/pkcs7-signature") + part("application/pgp-encrypted"), Protection{}},
		{"OpenPGP, encrypted", "encrypted", part("application/pgp-encrypted") + part("application/octet-stream"), Protection{Scheme: "OpenPGP", Encrypted: true, Part: 2}},
		{"OpenPGP, signed", "signed", part("text/plain") + part("application/pgp-signature"), Protection{Scheme: "OpenPGP", Signed: true}},
		{"S/MIME, signed", "signed", part("text/plain") + part("application/x-pkcs7-signature"), Protection{Scheme: "S/MIME", Signed: true}},
		{"S/MIME, encrypted", "mixed", part("application/pkcs7-mime; smime-type=enveloped-data"), Protection{Scheme: "S/MIME", Encrypted: true, Part: 1}},
		{"broken off", "encrypted", part("application/pgp-encrypted"), Protection{Scheme: "OpenPGP", Encrypted: true, Part: 1}},
	} {
		raw := "Content-Type: multipart/" + tt.kind + "; boundary=b\r\n\r\n" + tt.parts + "--b--\r\n"
		if got := Parse(strings.NewReader(raw), int64(len(raw))).Protection(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	opaque := "Content-Type: application/pkcs7-mime; smime-type=Signed-Data; name=smime.p7m\r\n\r\nx\r\n"
	if got, want := Parse(strings.NewReader(opaque), int64(len(opaque))).Protection(), (Protection{Scheme: "S/MIME", Signed: true}); got != want {
		t.Errorf("signed and packed: %+v, want %+v", got, want)
	}
	if got := InlinePGP("a\n-----BEGIN PGP MESSAGE-----\n"); !got.Encrypted || got.Scheme != "OpenPGP" {
		t.Errorf("within a text: %+v", got)
	}
	if got := InlinePGP("a\n-----BEGIN PGP SIGNED MESSAGE-----\n"); !got.Signed || got.Encrypted {
		t.Errorf("signed within a text: %+v", got)
	}
}
