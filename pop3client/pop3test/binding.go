package pop3test

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
)

var errNoBinding = errors.New("no such channel binding")

// binding gives the data that ties an authentication to this TLS connection.
func (c *session) binding(kind string) ([]byte, error) {
	t, ok := c.conn.(*tls.Conn)
	switch {
	case ok && kind == "tls-exporter": // RFC 9266
		state := t.ConnectionState()
		return state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
	case ok && kind == "tls-server-end-point": // RFC 5929, section 4
		if c.server.TLS == nil || len(c.server.TLS.Certificates) == 0 {
			return nil, errNoBinding
		}
		return certificateHash(c.server.TLS.Certificates[0].Certificate[0])
	}
	return nil, errNoBinding
}

// certificateHash digests a certificate by the hash of its own signature, MD5 and SHA-1 giving way to SHA-256.
func certificateHash(der []byte) ([]byte, error) {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	h := crypto.SHA256
	switch certificate.SignatureAlgorithm {
	case x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384:
		h = crypto.SHA384
	case x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512:
		h = crypto.SHA512
	case x509.PureEd25519:
		return nil, errNoBinding
	}
	digest := h.New()
	digest.Write(der)
	return digest.Sum(nil), nil
}
