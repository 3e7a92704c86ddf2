package pop3client

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

// scram is SCRAM (RFC 5802, RFC 7677): the password is not sent, the server
// proves that it knows it as well, and with channel binding both prove that
// they speak over the same TLS connection.
type scram struct {
	hash     func() hash.Hash
	user     string // prepared, as the password
	password string
	nonce    string // the client's
	header   string // gs2-header of RFC 5802, section 7
	binding  []byte // what the header announces; nil without

	conceal   func(string)
	signature []byte // what the server must show
}

// scramExchange prepares SCRAM on this connection.
func (c *Client) scramExchange(name string, cred Credentials) (*exchange, error) {
	cred, err := cred.prepared()
	if err != nil {
		return nil, err
	}
	s := &scram{hash: sha256.New, user: cred.User, password: cred.Password, nonce: rand.Text(), conceal: c.concealing.add}
	bare, plus := strings.CutSuffix(name, "-PLUS")
	if bare == "SCRAM-SHA-1" {
		s.hash = sha1.New
	}
	flag, binding := c.bindingFlag(plus)
	s.binding = binding
	s.header = flag + ",,"
	if cred.Authorization != "" {
		s.header = flag + ",a=" + escapeName(cred.Authorization) + ","
	}
	return s.exchange(), nil
}

func (s *scram) exchange() *exchange {
	return &exchange{clientFirst: true, steps: []step{s.first, s.final}, proof: s.verify}
}

func (s *scram) firstBare() string { return "n=" + escapeName(s.user) + ",r=" + s.nonce }

func (s *scram) first([]byte) ([]byte, error) { return []byte(s.header + s.firstBare()), nil }

// final answers the server's first message.
func (s *scram) final(challenge []byte) ([]byte, error) {
	if err := scramRefusal(challenge); err != nil {
		return nil, err
	}
	server, err := parseServerFirst(challenge, s.nonce)
	if err != nil {
		return nil, err
	}
	salted, err := pbkdf2.Key(s.hash, s.password, server.salt, server.iterations, s.hash().Size())
	if err != nil {
		return nil, fmt.Errorf("SCRAM: %w", err)
	}
	channel := base64.StdEncoding.EncodeToString(append([]byte(s.header), s.binding...))
	bare := "c=" + channel + ",r=" + server.nonce
	message := s.firstBare() + "," + string(challenge) + "," + bare

	clientKey := s.mac(salted, "Client Key")
	stored := s.hash()
	stored.Write(clientKey)
	proof := s.mac(stored.Sum(nil), message)
	subtle.XORBytes(proof, proof, clientKey)
	s.signature = s.mac(s.mac(salted, "Server Key"), message)

	encoded := base64.StdEncoding.EncodeToString(proof)
	s.conceal(encoded)
	return []byte(bare + ",p=" + encoded), nil
}

// verify judges the server's last message.
func (s *scram) verify(challenge []byte) error {
	if err := scramRefusal(challenge); err != nil {
		return err
	}
	shown, err := parseServerFinal(challenge)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrImpostor, err)
	}
	if !hmac.Equal(shown, s.signature) {
		return fmt.Errorf("%w: its signature is wrong", ErrImpostor)
	}
	return nil
}

func (s *scram) mac(key []byte, text string) []byte {
	mac := hmac.New(s.hash, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
