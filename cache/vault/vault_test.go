package vault

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// cheap is a cost for tests only.
func cheap() Cost { return Cost{Passes: 1, Threads: 1, Memory: 8} }

func hasher(t testing.TB) *Hasher {
	t.Helper()
	h, err := NewHasher(cheap())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// envelope is one of the three kinds of blob: how it is made and opened with
// the right secret or another one.
type envelope struct {
	name string
	make func(ad ...string) ([]byte, error)
	open func(blob []byte, ad ...string) error
	// other opens with another secret.
	other func(blob []byte, ad ...string) error
}

func envelopes(t testing.TB) []envelope {
	h, key, token := hasher(t), NewKey(), NewToken()
	ctx := t.Context()
	// same turns a key that came out into an error unless it is the one that went in.
	same := func(got Key, err error) error {
		if err == nil && !got.Equal(key) {
			return errors.New("another key came out")
		}
		return err
	}
	sealed := func(k Key) func([]byte, ...string) error {
		return func(blob []byte, ad ...string) error {
			got, err := Open(k, blob, ad...)
			if err == nil && string(got) != "hunter2" {
				return errors.New("another text came out")
			}
			return err
		}
	}
	password := func(p string) func([]byte, ...string) error {
		return func(blob []byte, ad ...string) error {
			return same(h.UnwrapWithPassword(ctx, blob, NewPassword(p), ad...))
		}
	}
	withToken := func(tok Token) func([]byte, ...string) error {
		return func(blob []byte, ad ...string) error { return same(UnwrapWithToken(blob, tok, ad...)) }
	}
	instance := NewKey()
	withKey := func(by Key) func([]byte, ...string) error {
		return func(blob []byte, ad ...string) error {
			got, err := UnwrapWithKey(blob, by, ad...)
			if err == nil && !got.Equal(key) {
				t.Error("another key came out")
			}
			return err
		}
	}
	return []envelope{
		{"seal", func(ad ...string) ([]byte, error) { return Seal(key, []byte("hunter2"), ad...) }, sealed(key), sealed(NewKey())},
		{"password", func(ad ...string) ([]byte, error) {
			return h.WrapWithPassword(ctx, key, NewPassword("right"), ad...)
		}, password("right"), password("wrong")},
		{"instance", func(ad ...string) ([]byte, error) { return WrapWithKey(key, instance, ad...) }, withKey(instance), withKey(NewKey())},
		{"token", func(ad ...string) ([]byte, error) { return WrapWithToken(key, token, ad...) }, withToken(token), withToken(NewToken())},
	}
}

func TestABlobOpensWithItsOwnSecretAndFieldsOnly(t *testing.T) {
	for _, e := range envelopes(t) {
		t.Run(e.name, func(t *testing.T) {
			blob, err := e.make("ab", "c")
			if err != nil {
				t.Fatal(err)
			}
			if err := e.open(blob, "ab", "c"); err != nil {
				t.Errorf("its own secret and fields: %v", err)
			}
			if err := e.other(blob, "ab", "c"); !errors.Is(err, ErrWrongKey) {
				t.Errorf("another secret: %v, want ErrWrongKey", err)
			}
			for _, ad := range [][]string{nil, {"ab"}, {"abc"}, {"a", "bc"}, {"", "abc"}, {"c", "ab"}, {"ab", "c", ""}, {"ab\x00c"}, {"AB", "c"}} {
				if err := e.open(blob, ad...); !errors.Is(err, ErrWrongKey) {
					t.Errorf("fields %q instead of %q: %v, want ErrWrongKey", ad, []string{"ab", "c"}, err)
				}
			}
		})
	}
}

func TestABlobWithAnyChangedBitDoesNotOpen(t *testing.T) {
	for _, e := range envelopes(t) {
		t.Run(e.name, func(t *testing.T) {
			blob, err := e.make("person", "field")
			if err != nil {
				t.Fatal(err)
			}
			for i := range blob {
				for bit := range 8 {
					changed := bytes.Clone(blob)
					changed[i] ^= 1 << bit
					if err := e.open(changed, "person", "field"); !errors.Is(err, ErrWrongKey) {
						t.Errorf("byte %d of %d, bit %d: %v, want ErrWrongKey", i, len(blob), bit, err)
					}
				}
			}
			for n := range blob {
				if err := e.open(blob[:n], "person", "field"); !errors.Is(err, ErrWrongKey) {
					t.Errorf("its first %d bytes: %v, want ErrWrongKey", n, err)
				}
			}
			if err := e.open(append(bytes.Clone(blob), 0), "person", "field"); !errors.Is(err, ErrWrongKey) {
				t.Errorf("one byte more: %v, want ErrWrongKey", err)
			}
		})
	}
}

func TestNoTwoBlobsAreAlike(t *testing.T) {
	for _, e := range envelopes(t) {
		a, errA := e.make()
		b, errB := e.make()
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if bytes.Equal(a, b) {
			t.Errorf("%s: the same blob twice", e.name)
		}
	}
}

// A token is no password and no key, even where the bytes are the same.
func TestKindsOfBlobsAreKeptApart(t *testing.T) {
	key := NewKey()
	secret := key.secret()
	token := tokenOf(secret)
	sealed, err := Seal(key, secret[:])
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := WrapWithToken(key, token)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := UnwrapWithToken(sealed, token); !errors.Is(err, ErrWrongKey) {
		t.Errorf("a sealed text opened as a wrapped key: %v", err)
	}
	if _, err := Open(key, wrapped); !errors.Is(err, ErrWrongKey) {
		t.Errorf("a wrapped key opened as a sealed text: %v", err)
	}
}

func TestNothingIsProtectedByNothing(t *testing.T) {
	h, key, token, ctx := hasher(t), NewKey(), NewToken(), t.Context()
	for name, err := range map[string]error{
		"Seal, no key":                  second(Seal(Key{}, []byte("x"))),
		"WrapWithToken, no key":         second(WrapWithToken(Key{}, token)),
		"WrapWithToken, no token":       second(WrapWithToken(key, Token{})),
		"WrapWithPassword, no key":      second(h.WrapWithPassword(ctx, Key{}, NewPassword("x"))),
		"WrapWithPassword, no password": second(h.WrapWithPassword(ctx, key, NewPassword(""))),
	} {
		if !errors.Is(err, errNoKey) {
			t.Errorf("%s: %v, want an error", name, err)
		}
	}
	blob := make([]byte, 200)
	blob[0] = version1
	for name, err := range map[string]error{
		"Open":               second(Open(Key{}, blob)),
		"UnwrapWithToken":    second(UnwrapWithToken(blob, Token{})),
		"UnwrapWithPassword": second(h.UnwrapWithPassword(ctx, blob, Password{})),
	} {
		if !errors.Is(err, ErrWrongKey) {
			t.Errorf("%s with nothing: %v, want ErrWrongKey", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestSealKeepsAnyText(t *testing.T) {
	key := NewKey()
	for _, text := range []string{"", "x", strings.Repeat("long ", 10000), "\x00\xff"} {
		blob, err := Seal(key, []byte(text), "person")
		if err != nil {
			t.Fatal(err)
		}
		if len(blob) != len(text)+41 {
			t.Errorf("a blob of %d bytes for %d, want 41 more", len(blob), len(text))
		}
		if got, err := Open(key, blob, "person"); err != nil || string(got) != text {
			t.Errorf("%.10q… became %.10q…, %v", text, got, err)
		}
	}
}

// These blobs were made by the first version of this package. DO NOT EDIT:
// people's keys are in blobs like these.
const (
	frozenSeal = "" +
		"010aaa8e1c461626c247315a0087f3aab9578df7e6869b2ab1c8827a80721d88dc3feec89c718f9f790bd0469b51406b"
	frozenPassword = "" +
		"0102010000001057101485c9754cfb2fe4694575588785855b05f02567cc293ae1f91af77ac3b10077b9cf77e236a985" +
		"531af1f7d20544882850fcccfd42ff8868785276d0d6059d97263b42efc88e58e0ec0576ec972a4ad45961466853c6"
	frozenToken = "" +
		"012fb7e7f47a453a8e9198c8f1f002260fbbbe6c1455d1069928c12666a272e63821beff785adfcecb8208d55caa1840" +
		"17816ffc35c504b02d5ae780df3dddcdc53855c762e4e09562"
)

func TestBlobsOfTheFirstVersionStillOpen(t *testing.T) {
	secret := [keySize]byte([]byte("0123456789abcdef0123456789ABCDEF"))
	key, token := keyOf(secret), tokenOf(secret)
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if got, err := Open(key, unhex(frozenSeal), "person", "field"); err != nil || string(got) != "hunter2" {
		t.Errorf("Seal: %q, %v", got, err)
	}
	if got, err := hasher(t).UnwrapWithPassword(t.Context(), unhex(frozenPassword), NewPassword("right"), "person"); err != nil || !got.Equal(key) {
		t.Errorf("WrapWithPassword: %v", err)
	}
	if got, err := UnwrapWithToken(unhex(frozenToken), token, "person"); err != nil || !got.Equal(key) {
		t.Errorf("WrapWithToken: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	h, key, token := hasher(f), NewKey(), NewToken()
	sealed, err := Seal(key, []byte("hunter2"), "person")
	if err != nil {
		f.Fatal(err)
	}
	wrapped, err := WrapWithToken(key, token, "person")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, {version1}, sealed, sealed[:20], wrapped, append([]byte{version1, 1, 1, 0, 0, 0, 8}, wrapped...)} {
		f.Add(seed, "person")
	}
	f.Fuzz(func(t *testing.T, blob []byte, ad string) {
		// What opens is what was made, and every other answer is ErrWrongKey.
		if _, err := Open(key, blob, ad); err == nil && (!bytes.Equal(blob, sealed) || ad != "person") || err != nil && !errors.Is(err, ErrWrongKey) {
			t.Errorf("Open(%x, %q): %v", blob, ad, err)
		}
		if _, err := UnwrapWithToken(blob, token, ad); err == nil && (!bytes.Equal(blob, wrapped) || ad != "person") || err != nil && !errors.Is(err, ErrWrongKey) {
			t.Errorf("UnwrapWithToken(%x, %q): %v", blob, ad, err)
		}
		// Costs that a blob may ask for are tried cheap only.
		if p, ok := parsePasswordHeader(blob); ok && (p.cost.Memory > 64 || p.cost.Passes > 2) {
			return
		}
		if _, err := h.UnwrapWithPassword(t.Context(), blob, NewPassword("x"), ad); !errors.Is(err, ErrWrongKey) {
			t.Errorf("UnwrapWithPassword(%x, %q): %v", blob, ad, err)
		}
	})
}
