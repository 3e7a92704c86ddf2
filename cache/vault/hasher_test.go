package vault

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestABlobOpensAtTheCostItWasMadeAt(t *testing.T) {
	old, err := NewHasher(Cost{Passes: 2, Threads: 2, Memory: 32})
	if err != nil {
		t.Fatal(err)
	}
	key := NewKey()
	blob, err := old.WrapWithPassword(t.Context(), key, NewPassword("right"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := hasher(t).UnwrapWithPassword(t.Context(), blob, NewPassword("right")); err != nil || !got.Equal(key) {
		t.Errorf("a hasher of another cost: %v", err)
	}
}

func TestTheDefaultCostIsWithinTheLimits(t *testing.T) {
	h, err := NewHasher(DefaultCost())
	if err != nil {
		t.Fatal(err)
	}
	key := NewKey()
	blob, err := h.WrapWithPassword(t.Context(), key, NewPassword("right"), "person")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := h.UnwrapWithPassword(t.Context(), blob, NewPassword("right"), "person"); err != nil || !got.Equal(key) {
		t.Errorf("unwrap: %v", err)
	}
	p, ok := parsePasswordHeader(blob)
	if !ok || p.cost.Memory < 64<<10 || p.cost.Passes < 1 || p.cost.Threads > 2 {
		t.Errorf("the blob was made at %+v", p.cost)
	}
}

func TestCostsOutOfRangeAreRefused(t *testing.T) {
	for _, c := range []Cost{
		{}, {0, 1, 64}, {1, 0, 64}, {1, 1, 7}, {1, 2, 15}, {17, 1, 64}, {1, 17, 1 << 16}, {1, 1, maxMemory + 1}, {1, 1, 1<<32 - 1},
	} {
		if _, err := NewHasher(c); err == nil {
			t.Errorf("NewHasher took %+v", c)
		}
		blob := passwordHeader{cost: c}.bytes()
		blob = append(blob, make([]byte, sealedKeySize)...)
		if _, err := hasher(t).UnwrapWithPassword(t.Context(), blob, NewPassword("x")); !errors.Is(err, ErrWrongKey) {
			t.Errorf("a blob that asks for %+v: %v, want ErrWrongKey", c, err)
		}
	}
}

func TestAThirdPasswordWaitsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hasher(t)
		h.slots <- struct{}{}
		h.slots <- struct{}{} // two passwords are being hashed
		key := NewKey()
		done := make(chan error)
		go func() {
			_, err := h.WrapWithPassword(t.Context(), key, NewPassword("x"))
			done <- err
		}()
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("a third password did not wait: %v", err)
		default:
		}
		<-h.slots
		if err := <-done; err != nil {
			t.Error(err)
		}
		if len(h.slots) != 1 {
			t.Errorf("%d slots are taken afterwards, want 1", len(h.slots))
		}
	})
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hasher(t)
		blob, err := h.WrapWithPassword(t.Context(), NewKey(), NewPassword("x"))
		if err != nil {
			t.Fatal(err)
		}
		h.slots <- struct{}{}
		h.slots <- struct{}{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.WrapWithPassword(ctx, NewKey(), NewPassword("x")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("wrapping: %v, want the context's error", err)
		}
		if _, err := h.UnwrapWithPassword(ctx, blob, NewPassword("x")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("unwrapping: %v, want the context's error", err)
		}
	})
}

func FuzzPasswordHeader(f *testing.F) {
	f.Add(passwordHeader{cost: cheap()}.bytes())
	f.Add(passwordHeader{cost: DefaultCost()}.bytes())
	f.Add([]byte{version1, 255, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, blob []byte) {
		p, ok := parsePasswordHeader(blob)
		if !ok {
			return
		}
		if p.cost.Memory > maxMemory || p.cost.Passes > maxPasses || p.cost.Threads > maxThreads {
			t.Errorf("%x asks for %+v and is accepted", blob, p.cost)
		}
		if !bytes.HasPrefix(blob, p.bytes()) {
			t.Errorf("%x is read as %+v and written as %x", blob, p, p.bytes())
		}
	})
}
