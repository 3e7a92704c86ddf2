package memory

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestMemoryIsKeptUntilTheContextIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*giveBackEvery)
		defer cancel()
		start := time.Now()
		Keep(ctx)
		if took := time.Since(start); took != 3*giveBackEvery {
			t.Errorf("it ended after %v, want %v", took, 3*giveBackEvery)
		}
	})
}
