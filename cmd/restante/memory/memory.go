// Package memory keeps the garbage collector from running for every few pages, and gives back to the machine what was
// needed for a moment only.
package memory

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// floor is how much garbage may always gather. What a site holds for good is so little that the collector would run
	// for every twenty pages, and each of them would take twice as long.
	floor         = 32 << 20 // bytes
	giveBackEvery = time.Minute
	worthGiving   = 16 << 20 // bytes allocated since the last time

	wipes = 2 // of stacks: the second finds those that a collection has set free
)

// Keep does so until ctx is done. A sign-in hashes a password in 64 MB (vault.DefaultCost), which the runtime by itself
// would keep for minutes.
func Keep(ctx context.Context) {
	// Never touched, it takes no memory, but the collector counts it (go.dev/issue/23044).
	untouched := make([]byte, floor)
	defer runtime.KeepAlive(untouched)
	tick := time.NewTicker(giveBackEvery)
	defer tick.Stop()
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	var before uint64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(allocated)
		if now := allocated[0].Value.Uint64(); now-before > worthGiving {
			debug.FreeOSMemory()
			before = now
		}
	}
}

// Wipe gives back to the machine what is not in use, or overwrites it, so that it cannot be read there any more: what pools
// held is free only after the second collection.
func Wipe() {
	for range wipes {
		wipeStacks() // first: a collection moves what lives onto smaller ones
		runtime.GC()
	}
	debug.FreeOSMemory()
}
