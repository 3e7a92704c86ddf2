package pop3client

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
)

// exporterLabel is that of RFC 9266, section 2.
const (
	exporterLabel  = "EXPORTER-Channel-Binding"
	exporterLength = 32
)

// ConnectionState tells the TLS version, the certificates and the rest of a
// protected connection; false without protection.
func (c *Client) ConnectionState() (tls.ConnectionState, bool) {
	conn, ok := c.wire.conn.(*tls.Conn)
	if !ok {
		return tls.ConnectionState{}, false
	}
	return conn.ConnectionState(), true
}

// channelBinding returns what tells this connection from every other: the
// exporter of RFC 9266 with TLS 1.3, and the server's certificate of RFC 5929,
// section 4, with TLS 1.2, whose exporter and Finished message can be made
// alike on two connections. It is false where there is none.
func (c *Client) channelBinding() (kind string, data []byte, ok bool) {
	state, ok := c.ConnectionState()
	if !ok {
		return "", nil, false
	}
	if state.Version >= tls.VersionTLS13 {
		data, err := state.ExportKeyingMaterial(exporterLabel, nil, exporterLength)
		return "tls-exporter", data, err == nil
	}
	if len(state.PeerCertificates) == 0 {
		return "", nil, false
	}
	data = endPoint(state.PeerCertificates[0])
	return "tls-server-end-point", data, data != nil
}

// bindingFlag is the first field of the gs2-header, and the data that it
// announces. "y" tells the server that binding would have been used had it been
// offered, so that it notices when somebody on the way has taken the offer out
// (RFC 5802, section 6); the same after a refused offer. "n" says that the
// client could not, or that the caller has named a mechanism without.
func (c *Client) bindingFlag(plus bool) (flag string, data []byte) {
	kind, data, able := c.channelBinding()
	switch {
	case plus:
		return "p=" + kind, data
	case able && len(c.caps.SASL()) > 0 && (c.refusesCB || !c.announcesBinding()):
		return "y", nil
	}
	return "n", nil
}

// endPoint is the hash of a certificate by the hash of its signature, SHA-256
// in the place of broken ones; nil where the signature has none of its own.
func endPoint(certificate *x509.Certificate) []byte {
	var hash crypto.Hash
	switch certificate.SignatureAlgorithm {
	case x509.MD5WithRSA, x509.SHA1WithRSA, x509.ECDSAWithSHA1,
		x509.SHA256WithRSA, x509.SHA256WithRSAPSS, x509.ECDSAWithSHA256:
		hash = crypto.SHA256
	case x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384:
		hash = crypto.SHA384
	case x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512:
		hash = crypto.SHA512
	default:
		return nil
	}
	sum := hash.New()
	sum.Write(certificate.Raw)
	return sum.Sum(nil)
}
