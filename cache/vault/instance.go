package vault

import "fmt"

// WrapWithKey returns key encrypted with the key of the instance, and bound to
// the fields of ad. It fails only when either is zero.
func WrapWithKey(key, instance Key, ad ...string) ([]byte, error) {
	if key.IsZero() || instance.IsZero() {
		return nil, fmt.Errorf("wrap with key: %w", errNoKey)
	}
	secret := key.secret()
	return seal(instance.secret(), []byte{version1}, secret[:], purposeInstance, ad)
}

// UnwrapWithKey returns the key that WrapWithKey was given. It fails with
// ErrWrongKey and nothing else.
func UnwrapWithKey(blob []byte, instance Key, ad ...string) (Key, error) {
	if instance.IsZero() || len(blob) != 1+sealedKeySize || blob[0] != version1 {
		return Key{}, fmt.Errorf("unwrap with key: %w", ErrWrongKey)
	}
	return openKey(instance.secret(), blob, 1, purposeInstance, ad)
}
