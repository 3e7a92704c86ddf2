package vault

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Cost is what turning a password into a key costs (Argon2id, RFC 9106). It
// is stored in each blob, so that raising it later leaves old blobs readable.
type Cost struct {
	Passes  uint8  // at least 1
	Threads uint8  // at least 1
	Memory  uint32 // in KiB, at least 8 a thread
}

// DefaultCost is the choice of RFC 9106, section 4, for 64 MiB of memory, in
// one thread instead of four: a Hasher has two passwords to hash at once
// instead. It takes one to two tenths of a second.
func DefaultCost() Cost { return Cost{Passes: 3, Threads: 1, Memory: 64 << 10} }

// A blob that asks for more than this is refused unopened: its parameters are
// read before anything proves that they are ours.
const (
	maxPasses  = 16
	maxThreads = 16
	maxMemory  = 256 << 10 // KiB
)

func (c Cost) valid() bool {
	return 1 <= c.Passes && c.Passes <= maxPasses && 1 <= c.Threads && c.Threads <= maxThreads &&
		8*uint32(c.Threads) <= c.Memory && c.Memory <= maxMemory
}

// maxHashing is how many passwords are hashed at the same time.
const maxHashing = 2

// Hasher wraps keys with passwords. At most two passwords are hashed at the
// same time, whatever the number of callers, so that sign-ins cannot fill the
// memory; share one Hasher in a process.
type Hasher struct {
	cost  Cost
	slots chan struct{}
}

// NewHasher returns a Hasher that makes its blobs at the given cost.
func NewHasher(c Cost) (*Hasher, error) {
	if !c.valid() {
		return nil, fmt.Errorf("password hash: cost %+v is out of range", c)
	}
	return &Hasher{cost: c, slots: make(chan struct{}, maxHashing)}, nil
}

// WrapWithPassword returns key encrypted with a key made from password, and
// bound to the fields of ad. It fails when either is zero, and with ctx's
// error when ctx ends before it is this call's turn.
func (h *Hasher) WrapWithPassword(ctx context.Context, key Key, password Password, ad ...string) ([]byte, error) {
	if key.IsZero() || password.IsZero() {
		return nil, fmt.Errorf("wrap with password: %w", errNoKey)
	}
	header := passwordHeader{cost: h.cost}
	rand.Read(header.salt[:]) // never fails
	wrapping, err := h.derive(ctx, password, header)
	if err != nil {
		return nil, fmt.Errorf("wrap with password: %w", err)
	}
	secret := key.secret()
	return seal(wrapping, header.bytes(), secret[:], purposePassword, ad)
}

// UnwrapWithPassword returns the key that WrapWithPassword was given. It fails
// with ErrWrongKey, or with ctx's error when ctx ends before it is this call's
// turn.
func (h *Hasher) UnwrapWithPassword(ctx context.Context, blob []byte, password Password, ad ...string) (Key, error) {
	header, ok := parsePasswordHeader(blob)
	if !ok || len(blob) != passwordBlobSize {
		return Key{}, fmt.Errorf("unwrap with password: %w", ErrWrongKey)
	}
	wrapping, err := h.derive(ctx, password, header)
	if err != nil {
		return Key{}, fmt.Errorf("unwrap with password: %w", err)
	}
	return openKey(wrapping, blob, passwordHeaderSize, purposePassword, ad)
}

// Spend takes the time that opening a wrap takes, for somebody who has none. It
// fails with ctx's error alone.
func (h *Hasher) Spend(ctx context.Context, password Password) error {
	_, err := h.derive(ctx, password, passwordHeader{cost: h.cost})
	return err
}

// derive hashes the password when a slot is free.
func (h *Hasher) derive(ctx context.Context, password Password, p passwordHeader) ([keySize]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return [keySize]byte{}, ctx.Err()
	}
	// Both cases may have been ready.
	if err := ctx.Err(); err != nil {
		return [keySize]byte{}, err
	}
	hash := argon2.IDKey([]byte(password.Reveal()), p.salt[:], uint32(p.cost.Passes), p.cost.Memory, p.cost.Threads, keySize)
	return [keySize]byte(hash), nil
}

const (
	saltSize           = 16
	passwordHeaderSize = 1 + 1 + 1 + 4 + saltSize
	passwordBlobSize   = passwordHeaderSize + sealedKeySize
)

// passwordHeader stands before the nonce in a blob of WrapWithPassword:
// version, passes, threads (a byte each), memory in KiB (4, big-endian), salt.
type passwordHeader struct {
	cost Cost
	salt [saltSize]byte
}

func (p passwordHeader) bytes() []byte {
	b := []byte{version1, p.cost.Passes, p.cost.Threads}
	b = binary.BigEndian.AppendUint32(b, p.cost.Memory)
	return append(b, p.salt[:]...)
}

// parsePasswordHeader reads the beginning of a blob; ok is false when it is
// too short, of another version, or asks for too much.
func parsePasswordHeader(blob []byte) (p passwordHeader, ok bool) {
	if len(blob) < passwordHeaderSize || blob[0] != version1 {
		return passwordHeader{}, false
	}
	p.cost = Cost{Passes: blob[1], Threads: blob[2], Memory: binary.BigEndian.Uint32(blob[3:])}
	copy(p.salt[:], blob[7:])
	return p, p.cost.valid()
}
