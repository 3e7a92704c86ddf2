package memory

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

// What goroutines have had on their stacks is overwritten once they have ended, also where others live on beside them.
// The process is one with the setting that a kiosk has for it. What lives on may have moved onto a stack of the dead meanwhile: a
// few are left.
func TestStacksOfTheDeadAreWiped(t *testing.T) {
	const setting = "adaptivestackstart=0"
	if !strings.Contains(os.Getenv("GODEBUG"), setting) {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStacksOfTheDeadAreWiped$")
		again.Env = append(os.Environ(), "GODEBUG="+setting)
		if said, err := again.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, said)
		}
		return
	}
	memory, err := os.Open("/proc/self/mem")
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	runtime.GC() // whose goroutines live for ever, on what they find
	const goroutines = 400
	var written, ended sync.WaitGroup
	die, live := make(chan struct{}), make(chan struct{})
	defer close(live)
	at := make([]uintptr, goroutines)
	for i := range at {
		written.Add(1)
		until := die
		if i%8 == 0 {
			until = live
		} else {
			ended.Add(1)
		}
		go func() {
			at[i] = leave(i % 4 * 2048)
			written.Done()
			<-until
			if i%8 != 0 {
				ended.Done()
			}
		}()
	}
	written.Wait()
	found := func() (n int) {
		var buf [len(secret)]byte
		for i, address := range at {
			if _, err := memory.ReadAt(buf[:], int64(address)); i%8 != 0 && err == nil && bytes.Equal(buf[:], []byte(secret)) {
				n++
			}
		}
		return n
	}
	if n := found(); n < goroutines/2 {
		t.Fatalf("%d goroutines have left something: nothing is proved", n)
	}
	close(die)
	ended.Wait()
	Wipe()
	if n := found(); n > goroutines/50 {
		t.Errorf("%d goroutines have left something that is still there", n)
	}
}

const secret = "tangerine-umbrella"

// leave writes something on the stack that it is called on, further down by so many bytes, and tells where.
//
//go:noinline
func leave(deeper int) uintptr {
	var room [1024]byte
	if deeper > 0 {
		at := leave(deeper - len(room))
		runtime.KeepAlive(&room)
		return at
	}
	copy(room[len(room)/2:], secret)
	at := uintptr(unsafe.Pointer(&room[len(room)/2]))
	runtime.KeepAlive(&room)
	return at
}
