package vault

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// ErrToken means that a text is not one that Token.Cookie makes.
var ErrToken = errors.New("not a token")

// Token is the secret of one session: 32 random bytes, of which the browser's
// cookie is the only copy. It prints as ***. The zero Token is none.
type Token struct {
	redacted
	secret func() [keySize]byte // nil: none
}

// cookieText is strict, so that a token has one text only.
var cookieText = base64.RawURLEncoding.Strict()

// NewToken draws a token.
func NewToken() Token {
	var b [keySize]byte
	rand.Read(b[:]) // never fails
	return tokenOf(b)
}

func tokenOf(b [keySize]byte) Token {
	return Token{secret: func() [keySize]byte { return b }}
}

// ParseToken reads what Cookie wrote. It fails with ErrToken.
func ParseToken(s string) (Token, error) {
	// The length first: the decoder would skip line ends.
	if len(s) != cookieText.EncodedLen(keySize) {
		return Token{}, ErrToken
	}
	b, err := cookieText.DecodeString(s)
	if err != nil || len(b) != keySize {
		return Token{}, ErrToken
	}
	return tokenOf([keySize]byte(b)), nil
}

// IsZero reports whether t is no token.
func (t Token) IsZero() bool { return t.secret == nil }

// Cookie returns the token as 43 characters of base64url, for the browser and
// for nobody else. It is empty for the zero Token.
func (t Token) Cookie() string {
	if t.IsZero() {
		return ""
	}
	secret := t.secret()
	return cookieText.EncodeToString(secret[:])
}

// Hash returns the SHA-256 of the token. It finds the session and may be
// stored; it gives away neither the token nor what is wrapped with it.
func (t Token) Hash() [sha256.Size]byte {
	if t.IsZero() {
		return [sha256.Size]byte{}
	}
	secret := t.secret()
	return sha256.Sum256(secret[:])
}

// WrapWithToken returns key encrypted with a key made from token, and bound to
// the fields of ad. It fails only when either is zero.
func WrapWithToken(key Key, token Token, ad ...string) ([]byte, error) {
	if key.IsZero() || token.IsZero() {
		return nil, fmt.Errorf("wrap with token: %w", errNoKey)
	}
	wrapping, err := token.derive()
	if err != nil {
		return nil, fmt.Errorf("wrap with token: %w", err)
	}
	secret := key.secret()
	return seal(wrapping, []byte{version1}, secret[:], purposeToken, ad)
}

// UnwrapWithToken returns the key that WrapWithToken was given. It fails with
// ErrWrongKey and nothing else.
func UnwrapWithToken(blob []byte, token Token, ad ...string) (Key, error) {
	if token.IsZero() || len(blob) != 1+sealedKeySize || blob[0] != version1 {
		return Key{}, fmt.Errorf("unwrap with token: %w", ErrWrongKey)
	}
	wrapping, err := token.derive()
	if err != nil {
		return Key{}, fmt.Errorf("unwrap with token: %w", err)
	}
	return openKey(wrapping, blob, 1, purposeToken, ad)
}

// derive makes the wrapping key. A token has all the entropy that a key needs,
// so that neither a salt nor a slow hash would add to it.
func (t Token) derive() (wrapping [keySize]byte, err error) {
	secret := t.secret()
	b, err := hkdf.Key(sha256.New, secret[:], nil, purposeToken, keySize)
	if err != nil {
		return wrapping, err
	}
	return [keySize]byte(b), nil
}
