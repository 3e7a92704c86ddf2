// Package vault seals and opens secrets.
//
// Each person has one [Key], K. What is theirs and secret (the passwords of
// their accounts) is kept as a blob of [Seal]. K itself is never stored: it
// is wrapped once for each way in, by the sign-in password
// ([Hasher.WrapWithPassword]), by the token of each live session
// ([WrapWithToken]) and, where the person chose so, by the key of the instance
// ([WrapWithKey]). No other package imports a cipher or a MAC.
//
// Blobs begin with a byte that says how they are made; a later version of
// this package opens what an earlier one made. Everything that is bound to a
// blob, the ad arguments, is a list of fields in which each counts with its
// length: ("ab", "c") and ("a", "bc") are different.
package vault

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// ErrWrongKey means that a blob does not open: another key, password or token
// made it, it was bound to other fields, or a byte of it has changed. Which
// of these it is cannot be known.
var ErrWrongKey = errors.New("wrong key")

// errNoKey means that a zero Key, Password or Token was to protect something.
var errNoKey = errors.New("no key")

// version1 is XChaCha20-Poly1305 with a random nonce of 24 bytes, which may
// be drawn for any number of blobs under one key (draft-irtf-cfrg-xchacha,
// section 3.1). Passwords become keys by Argon2id, tokens by HKDF-SHA-256.
const version1 = 1

// What a blob is for is bound to it, so that one kind is never taken for
// another.
const (
	purposeSeal     = "restante sealed"
	purposePassword = "restante key by password"
	purposeToken    = "restante key by token"
	purposeInstance = "restante key by instance"
)

// Seal encrypts plaintext with key and binds it to the fields of ad, which
// Open must be given again. The blob is 41 bytes longer than plaintext. It
// fails only when key is zero.
func Seal(key Key, plaintext []byte, ad ...string) ([]byte, error) {
	if key.IsZero() {
		return nil, fmt.Errorf("seal: %w", errNoKey)
	}
	return seal(key.secret(), []byte{version1}, plaintext, purposeSeal, ad)
}

// Open returns what Seal was given. It fails with ErrWrongKey and nothing else.
func Open(key Key, blob []byte, ad ...string) ([]byte, error) {
	if key.IsZero() || len(blob) == 0 || blob[0] != version1 {
		return nil, fmt.Errorf("open: %w", ErrWrongKey)
	}
	return open(key.secret(), blob, 1, purposeSeal, ad)
}

// seal appends a nonce and the encrypted plaintext to header, which is bound
// as well.
func seal(key [keySize]byte, header, plaintext []byte, purpose string, ad []string) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	blob := make([]byte, len(header)+aead.NonceSize(), len(header)+aead.NonceSize()+len(plaintext)+aead.Overhead())
	copy(blob, header)
	nonce := blob[len(header):]
	rand.Read(nonce) // never fails
	return aead.Seal(blob, nonce, plaintext, bind(purpose, header, ad)), nil
}

// open undoes seal; the first n bytes of blob are the header.
func open(key [keySize]byte, blob []byte, n int, purpose string, ad []string) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if len(blob) < n+aead.NonceSize() {
		return nil, fmt.Errorf("open: %w", ErrWrongKey)
	}
	header, nonce, sealed := blob[:n], blob[n:n+aead.NonceSize()], blob[n+aead.NonceSize():]
	plaintext, err := aead.Open(nil, nonce, sealed, bind(purpose, header, ad))
	if err != nil {
		return nil, fmt.Errorf("open: %w", ErrWrongKey)
	}
	return plaintext, nil
}

// sealedKeySize is the length of a nonce and a sealed key.
const sealedKeySize = chacha20poly1305.NonceSizeX + keySize + chacha20poly1305.Overhead

// openKey opens a blob that holds a key.
func openKey(wrapping [keySize]byte, blob []byte, n int, purpose string, ad []string) (Key, error) {
	b, err := open(wrapping, blob, n, purpose, ad)
	if err != nil {
		return Key{}, err
	}
	return KeyFrom(b)
}

// bind makes one associated data of all that a blob is bound to. The length
// before each field keeps neighbours apart.
func bind(purpose string, header []byte, ad []string) []byte {
	var b []byte
	add := func(field string) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(field)))
		b = append(b, field...)
	}
	add(purpose)
	add(string(header))
	for _, field := range ad {
		add(field)
	}
	return b
}
