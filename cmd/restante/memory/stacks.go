package memory

import (
	"runtime"
	"sync"
)

const (
	smallestStack = 2 << 10  // bytes that a goroutine begins with, where GODEBUG=adaptivestackstart=0
	largestStack  = 16 << 10 // larger ones are given back whole
	wipedStacks   = 2 << 20  // bytes of stacks of each size: more than lie free beside those in use
	stackReserve  = 1700     // bytes of a stack that waiting takes, and that the runtime keeps back
	stackPiece    = 64       // bytes that are overwritten at a time
	stackCall     = 24       // bytes that a call takes besides
)

// wipeStacks overwrites the stacks of goroutines that have ended, which the runtime keeps as they are for the next ones as
// long as they lie beside some that are in use. It holds so many stacks of each size at once that they are among them, and
// then overwrites each to its end; each processor keeps some of its own. What a goroutine that lives has below its own stack
// it does not reach.
func wipeStacks() {
	processors := runtime.GOMAXPROCS(0)
	for size := smallestStack; size <= largestStack; size *= 2 {
		each := wipedStacks / size / processors
		var held, ended sync.WaitGroup
		held.Add(each * processors)
		all := make(chan struct{})
		hold := func() {
			held.Done()
			<-all
		}
		for range processors {
			ended.Go(func() {
				for range each {
					ended.Go(func() { wipeStack(size-stackReserve, hold) })
				}
			})
		}
		held.Wait()
		close(all)
		ended.Wait()
	}
}

// wipeStack overwrites so many bytes of the stack that it is called on, calls then, and overwrites what was kept back: if
// that is more than there is, the stack grows, which leaves the old one behind.
//
//go:noinline
func wipeStack(bytes int, then func()) byte {
	var zero [stackPiece]byte
	switch {
	case bytes > 0:
		zero[0] = wipeStack(bytes-stackPiece-stackCall, then)
	case then != nil:
		then()
		zero[0] = wipeStack(stackReserve, nil)
	}
	return zero[uint(bytes)%stackPiece]
}
