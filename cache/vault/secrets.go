package vault

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

// redacted is embedded in what must never be printed: every verb of fmt,
// slog, JSON, XML and templates see three stars.
//
// The secret beside it is held by a function. fmt calls no method on an
// unexported field of a struct that it prints, so that a secret held by value
// there would be written out, and with some verbs one behind a pointer too; of
// a function everything writes the address at most. It also makes == on a
// secret, whose time would depend on it, a compile error.
type redacted struct{}

const stars = "***"

func (redacted) String() string               { return stars }
func (redacted) Format(w fmt.State, _ rune)   { io.WriteString(w, stars) }
func (redacted) LogValue() slog.Value         { return slog.StringValue(stars) }
func (redacted) MarshalText() ([]byte, error) { return []byte(stars), nil }
func (redacted) MarshalJSON() ([]byte, error) { return []byte(`"` + stars + `"`), nil }

const keySize = 32

// Key is a random key of 256 bits. It prints as ***. The zero Key is no key:
// it seals nothing and opens nothing.
type Key struct {
	redacted
	secret func() [keySize]byte // nil: none
}

// NewKey draws a key.
func NewKey() Key {
	var b [keySize]byte
	rand.Read(b[:]) // never fails
	return keyOf(b)
}

// KeyFrom returns the key of these 32 bytes, which must be random and are kept
// by the caller alone. It fails when there are more or fewer.
func KeyFrom(b []byte) (Key, error) {
	if len(b) != keySize {
		return Key{}, fmt.Errorf("key of %d bytes, want %d", len(b), keySize)
	}
	return keyOf([keySize]byte(b)), nil
}

func keyOf(b [keySize]byte) Key {
	return Key{secret: func() [keySize]byte { return b }}
}

// IsZero reports whether k is no key.
func (k Key) IsZero() bool { return k.secret == nil }

// Equal reports whether both are the same key, in constant time. Two zero
// keys are not.
func (k Key) Equal(other Key) bool {
	if k.IsZero() || other.IsZero() {
		return false
	}
	a, b := k.secret(), other.secret()
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// Password is a password as a person typed it, byte for byte. It prints as
// ***. The zero Password is the empty one.
type Password struct {
	redacted
	secret func() string // nil: empty
}

// NewPassword hides s.
func NewPassword(s string) Password {
	return Password{secret: func() string { return s }}
}

// Reveal returns the password, for the mail server and for nobody else.
func (p Password) Reveal() string {
	if p.secret == nil {
		return ""
	}
	return p.secret()
}

// IsZero reports whether the password is empty.
func (p Password) IsZero() bool { return p.Reveal() == "" }
