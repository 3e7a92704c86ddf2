package sqlitefile

import (
	"fmt"
	"os"

	"modernc.org/libc"
)

const (
	smallestBlock = 16       // bytes of SQLite's memory that are handed out together
	sharedBlock   = 32 << 10 // larger ones lie alone
	largestBlock  = 4 << 20  // ... and still larger ones are few, and given back at once
	blockHeader   = 64       // at least what is counted to a block that lies alone
	maxWiped      = 1 << 30  // bytes that are overwritten at most
)

// WipeFreed overwrites the memory that SQLite has used and uses no longer, of
// all files of the process: what was freed keeps what was in it until it is
// used again. It takes what is free of each size, and knows that it has all of
// it when the process has to be given more. Where the system does not tell that
// it does nothing.
func WipeFreed() error {
	tls := libc.NewTLS()
	defer tls.Close()
	var taken []uintptr
	defer func() {
		for _, p := range taken {
			libc.Xfree(tls, p)
		}
	}()
	wiped := 0
	for size := smallestBlock; size <= largestBlock; size *= 2 {
		n := size
		if size > sharedBlock {
			n -= blockHeader
		}
		least, err := mapped()
		if err != nil {
			return err
		}
		for now := least; now <= least && wiped < maxWiped; {
			least = now // others may give memory back meanwhile
			for chunk := 0; chunk < sharedBlock; chunk += size {
				p := libc.Xmalloc(tls, libc.Tsize_t(n))
				if p == 0 {
					return nil // there is no more, free or not
				}
				libc.Xmemset(tls, p, 0, libc.Tsize_t(n))
				taken, wiped = append(taken, p), wiped+n
			}
			if now, err = mapped(); err != nil {
				return err
			}
		}
	}
	return nil
}

// mapped is how much memory the system has given to the process, in pages.
func mapped() (pages int64, err error) {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("wiping memory: %w", err)
	}
	if _, err := fmt.Sscan(string(data), &pages); err != nil {
		return 0, fmt.Errorf("wiping memory: reading how much the process has: %w", err)
	}
	return pages, nil
}
