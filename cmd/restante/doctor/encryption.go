package doctor

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"restante/pop3client"
)

// soon is when a certificate that ends is worth a word.
const soon = 14 * 24 * time.Hour

// maxNames is how many names of a certificate are told.
const maxNames = 20

// encryption notes how the connection is protected, if it is.
func (f *Findings) encryption(c *pop3client.Client) {
	state, ok := c.ConnectionState()
	if !ok || len(state.PeerCertificates) == 0 {
		return
	}
	leaf := state.PeerCertificates[0]
	f.TLS = &Encryption{
		Version: tls.VersionName(state.Version), Cipher: tls.CipherSuiteName(state.CipherSuite),
		Names: names(leaf), Issuer: printable(issuer(leaf)), Expires: leaf.NotAfter.UTC(),
	}
}

// adviseRenewal warns of a certificate that ends soon.
func (f *Findings) adviseRenewal() {
	if f.TLS == nil || time.Until(f.TLS.Expires) > soon {
		return
	}
	f.advise("The server's certificate ends on %s. If its operator does not renew it by then, Restante stops collecting: no password goes to a server that cannot prove who it is.",
		f.TLS.Expires.Format(time.DateOnly))
}

func names(c *x509.Certificate) []string {
	all := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) > maxNames {
		all = all[:maxNames]
	}
	for i := range all {
		all[i] = printable(all[i])
	}
	if all == nil {
		all = []string{}
	}
	return all
}

func issuer(c *x509.Certificate) string {
	if len(c.Issuer.Organization) > 0 {
		return c.Issuer.Organization[0] + ", " + c.Issuer.CommonName
	}
	return c.Issuer.CommonName
}

// distrust says what is wrong with a certificate, "" when that is not what err
// is about.
func distrust(server pop3client.Address, err error) string {
	var (
		name    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &name) && len(name.Certificate.DNSNames) > 0:
		return "The certificate is for " + list(names(name.Certificate)) + ", not for " + server.Host + ". Write a name that is in the certificate, if that is the same server."
	case errors.As(err, &name):
		return "The certificate is not for " + server.Host + "."
	case errors.As(err, &unknown):
		return "Nobody whom this machine trusts vouches for the certificate. If its authority is a private one, name that with --tls-ca FILE; else ask the operator."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate was valid from " + invalid.Cert.NotBefore.UTC().Format(time.DateOnly) + " to " + invalid.Cert.NotAfter.UTC().Format(time.DateOnly) +
			". Its operator must renew it, unless the clock of this machine is wrong."
	}
	return ""
}
