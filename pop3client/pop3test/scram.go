package pop3test

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
)

const scramIterations = 4096

// scram is one dialogue of SCRAM (RFC 5802, RFC 7677). Passwords are taken as they are, without SASLprep.
type scram struct {
	hash     func() hash.Hash
	salt     []byte
	nonce    string // the server's part, then with the client's before it
	password func(user string) (string, bool)
	plus     bool                                       // the mechanism's name ends in -PLUS
	offered  bool                                       // -PLUS is to be had on this connection
	bind     func(kind string) (data []byte, err error) // the connection's channel binding data

	header     string // GS2, from the client's first message
	kind       string // of the channel binding, "" without
	user, as   string // the identities
	clientBare string // the client's first message without the header
	server1    string // the server's first message, "" before it
	proven     bool   // the proof was right; only the client's empty response is due
}

func (c *session) newSCRAM(mechanism string) *scram {
	base, plus := strings.CutSuffix(mechanism, "-PLUS")
	s := &scram{hash: sha256.New, password: c.server.password, nonce: rand.Text(), salt: []byte(rand.Text()),
		plus: plus, offered: c.offers(base + "-PLUS"), bind: c.binding}
	if base == "SCRAM-SHA-1" {
		s.hash = sha1.New
	}
	return s
}

func (s *scram) step(response []byte) ([]byte, *verdict) {
	switch {
	case s.proven && len(response) > 0:
		return nil, malformed("an empty response was due")
	case s.proven:
		return nil, &verdict{user: s.user, as: s.as, binding: s.kind}
	case s.server1 == "":
		return s.first(string(response))
	}
	return s.final(string(response))
}

// first takes "gs2-header n=user,r=nonce" and gives "r=nonce,s=salt,i=count".
func (s *scram) first(message string) ([]byte, *verdict) {
	fields := strings.SplitN(message, ",", 3)
	if len(fields) != 3 {
		return nil, malformed("SCRAM begins with a GS2 header")
	}
	if refusal := s.acceptBinding(fields[0]); refusal != "" {
		return nil, malformed(refusal)
	}
	s.header = fields[0] + "," + fields[1] + ","
	s.clientBare = fields[2]
	attributes := parseAttributes(s.clientBare)
	if fields[1] != "" {
		s.as = unescape(strings.TrimPrefix(fields[1], "a="))
	}
	s.user = unescape(attributes["n"])
	if s.user == "" || attributes["r"] == "" || !strings.HasPrefix(s.clientBare, "n=") {
		return nil, malformed("SCRAM needs a name and a nonce")
	}
	s.nonce = attributes["r"] + s.nonce
	s.server1 = fmt.Sprintf("r=%s,s=%s,i=%d", s.nonce, base64.StdEncoding.EncodeToString(s.salt), scramIterations)
	return []byte(s.server1), nil
}

// acceptBinding judges the GS2 flag: "n", "y" or "p=type" (RFC 5802, section 6).
func (s *scram) acceptBinding(flag string) (refusal string) {
	kind, bound := strings.CutPrefix(flag, "p=")
	switch {
	case bound != s.plus:
		return "channel binding goes with -PLUS, and only with it"
	case flag == "y" && s.offered:
		return "-PLUS is offered here, somebody took it from the list"
	case !bound && flag != "y" && flag != "n":
		return "SCRAM begins with a GS2 header"
	case !bound:
		return ""
	}
	if _, err := s.bind(kind); err != nil {
		return "unsupported channel binding type"
	}
	s.kind = kind
	return ""
}

// final takes "c=binding,r=nonce,p=proof" and gives "v=signature".
func (s *scram) final(message string) ([]byte, *verdict) {
	attributes := parseAttributes(message)
	var data []byte
	if s.kind != "" {
		data, _ = s.bind(s.kind) // which worked in first
	}
	if attributes["c"] != base64.StdEncoding.EncodeToString(append([]byte(s.header), data...)) {
		return nil, malformed("[AUTH] the channel binding does not match")
	}
	password, known := s.password(s.user)
	proof, err := base64.StdEncoding.DecodeString(attributes["p"])
	without, _, _ := strings.Cut(message, ",p=")
	wantProof, signature := s.keys(password, s.clientBare+","+s.server1+","+without)
	if !known || err != nil || attributes["r"] != s.nonce || subtle.ConstantTimeCompare(proof, wantProof) == 0 {
		return nil, denied()
	}
	s.proven = true
	return []byte("v=" + base64.StdEncoding.EncodeToString(signature)), nil
}

// keys gives the proof that the client must send and the signature that answers it (RFC 5802, section 3).
func (s *scram) keys(password, message string) (proof, signature []byte) {
	size := s.hash().Size()
	salted, err := pbkdf2.Key(s.hash, password, s.salt, scramIterations, size)
	if err != nil {
		return nil, nil // only where FIPS forbids it: an empty proof is refused
	}
	clientKey := s.mac(salted, "Client Key")
	h := s.hash()
	h.Write(clientKey)
	proof = s.mac(h.Sum(nil), message)
	subtle.XORBytes(proof, proof, clientKey)
	return proof, s.mac(s.mac(salted, "Server Key"), message)
}

func (s *scram) mac(key []byte, message string) []byte {
	m := hmac.New(s.hash, key)
	m.Write([]byte(message))
	return m.Sum(nil)
}

// parseAttributes reads "a=x,b=y". Of an attribute that comes twice the first counts.
func parseAttributes(text string) map[string]string {
	attributes := make(map[string]string)
	for field := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(field, "=")
		if _, twice := attributes[name]; !twice {
			attributes[name] = value
		}
	}
	return attributes
}

func unescape(name string) string { return strings.NewReplacer("=2C", ",", "=3D", "=").Replace(name) }
