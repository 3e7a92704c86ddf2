package pop3test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"
)

// Certificate makes a certificate for the hosts (names or IP addresses) that is valid for a day, and a pool of roots
// that trusts it. Without hosts it is for localhost, 127.0.0.1 and ::1.
func Certificate(hosts ...string) (tls.Certificate, *x509.CertPool, error) {
	return sign(forServer(hosts))
}

// ExpiredCertificate is Certificate for a day that was over an hour ago.
func ExpiredCertificate(hosts ...string) (tls.Certificate, *x509.CertPool, error) {
	template := forServer(hosts)
	template.NotAfter = time.Now().Add(-time.Hour)
	template.NotBefore = template.NotAfter.Add(-24 * time.Hour)
	return sign(template)
}

// ClientCertificate makes a certificate that says who a client is, for EXTERNAL, with the user as common name and, if it
// has an @, as e-mail address; and the pool that vouches for it, for tls.Config.ClientCAs.
func ClientCertificate(user string) (tls.Certificate, *x509.CertPool, error) {
	t := template(user)
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if strings.Contains(user, "@") {
		t.EmailAddresses = []string{user}
	}
	return sign(t)
}

func forServer(hosts []string) *x509.Certificate {
	if len(hosts) == 0 {
		hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	t := template("pop3test")
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, host)
		}
	}
	return t
}

func template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		IsCA:                  true, // its own authority
		BasicConstraintsValid: true,
	}
}

func sign(template *x509.Certificate) (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("making a key: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("signing a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("reading the certificate back: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots, nil
}

// SelfSigned is Certificate for a test, which it fails when there is none.
func SelfSigned(tb TB, hosts ...string) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	certificate, roots, err := Certificate(hosts...)
	if err != nil {
		tb.Fatalf("pop3test: %v", err)
	}
	return certificate, roots
}
