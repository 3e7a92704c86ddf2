package pop3test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"testing"
)

// The conversations of RFC 5802, section 5, and RFC 7677, section 3.
func TestSCRAMSaysWhatTheRFCsSay(t *testing.T) {
	for _, test := range []struct {
		name                        string
		scram                       scram
		salt                        string
		first, server, final, proof string
	}{
		{"SCRAM-SHA-1", scram{hash: sha1.New, nonce: "3rfcNHYJY1ZVvWVs7j"}, "QSXCR+Q6sek8bf92",
			"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
			"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
			"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
			"v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
		{"SCRAM-SHA-256", scram{hash: sha256.New, nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"}, "W22ZaJ0SNY7soEsUEjb6gQ==",
			"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
			"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
			"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
			"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := test.scram
			s.salt, _ = base64.StdEncoding.DecodeString(test.salt)
			s.password = func(user string) (string, bool) { return "pencil", user == "user" }
			for i, exchange := range [][2]string{{test.first, test.server}, {test.final, test.proof}} {
				got, end := s.step([]byte(exchange[0]))
				if end != nil || string(got) != exchange[1] {
					t.Fatalf("step %d gave %q, %+v; want %q", i+1, got, end, exchange[1])
				}
			}
			if _, end := s.step(nil); end == nil || end.refusal != "" || end.user != "user" {
				t.Errorf("the end is %+v, want user admitted", end)
			}
		})
	}
}

// RFC 5929, section 4.1: the digest is that of the certificate's signature, and Ed25519 has none.
func TestAnEndPointIsDigestedAsItsCertificateIsSigned(t *testing.T) {
	sha256Sum := func(der []byte) []byte { sum := sha256.Sum256(der); return sum[:] }
	sha384Sum := func(der []byte) []byte { sum := sha512.Sum384(der); return sum[:] }
	sha512Sum := func(der []byte) []byte { sum := sha512.Sum512(der); return sum[:] }
	for _, test := range []struct {
		curve elliptic.Curve
		want  func([]byte) []byte
	}{{elliptic.P256(), sha256Sum}, {elliptic.P384(), sha384Sum}, {elliptic.P521(), sha512Sum}} {
		key, err := ecdsa.GenerateKey(test.curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der := signedBy(t, key)
		if got, err := certificateHash(der); err != nil || string(got) != string(test.want(der)) {
			t.Errorf("%s: %x, %v", test.curve.Params().Name, got, err)
		}
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := certificateHash(signedBy(t, key)); !errors.Is(err, errNoBinding) {
		t.Errorf("Ed25519: %x, %v; want no binding", got, err)
	}
	if _, err := certificateHash([]byte("x")); err == nil {
		t.Error("what is no certificate was digested")
	}
}

func signedBy(t *testing.T, key crypto.Signer) (der []byte) {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template("x"), template("x"), key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
