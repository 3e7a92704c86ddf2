package vault

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

func TestATokenComesBackFromItsCookie(t *testing.T) {
	token := NewToken()
	text := token.Cookie()
	again, err := ParseToken(text)
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash() != token.Hash() || again.Cookie() != text || len(text) != 43 {
		t.Errorf("a token of %d characters comes back as another", len(text))
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || token.Hash() != sha256.Sum256(raw) {
		t.Errorf("the hash is not the SHA-256 of the 32 bytes: %v", err)
	}
	if NewToken().Hash() == token.Hash() {
		t.Error("two tokens are the same")
	}
}

func TestOtherTextsAreNotTokens(t *testing.T) {
	good := NewToken().Cookie()
	for _, s := range []string{
		"", "x", good[:42], good + "A", good + "=", good + "\n", good[:20] + "\n" + good[20:], good[:42] + "\n",
		strings.Repeat("+", 43), strings.Repeat(" ", 43), strings.Repeat("A", 42) + "B", // the last 2 bits must be 0
		strings.Repeat("A", 100000),
	} {
		if token, err := ParseToken(s); !errors.Is(err, ErrToken) || !token.IsZero() {
			t.Errorf("ParseToken(%.50q) = %v, want ErrToken", s, err)
		}
	}
}

func TestTheZeroTokenIsNone(t *testing.T) {
	if zero := (Token{}); !zero.IsZero() || zero.Cookie() != "" || zero.Hash() != [32]byte{} {
		t.Error("the zero token is something")
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(NewToken().Cookie())
	f.Add(strings.Repeat("A", 42) + "B")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		token, err := ParseToken(s)
		if err != nil {
			if !errors.Is(err, ErrToken) {
				t.Errorf("ParseToken(%q): %v, want ErrToken", s, err)
			}
			return
		}
		if token.Cookie() != s {
			t.Errorf("%q and %q are the same token", s, token.Cookie())
		}
	})
}
