package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	giveBackEvery = time.Minute
	worthGiving   = 16 << 20 // bytes
)

// giveBack returns memory that was needed for a moment to the machine, until ctx is done. A sign-in hashes a password in
// 64 MB (vault.DefaultCost), which the runtime by itself would keep for minutes, whatever else runs here.
func giveBack(ctx context.Context) {
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
