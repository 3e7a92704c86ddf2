package sqlitefile

import (
	"errors"
	"fmt"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// UseCleanMemory makes SQLite begin with nothing in all memory that it takes,
// so that what was in it before is not kept by what needs but a part of it, and
// give back at once what its connections would keep beside. Together with
// WipeFreed nothing of a closed file is left in the memory of the process. It
// holds for the process, and fails once any file has been opened.
func UseCleanMemory() error {
	tls := libc.NewTLS()
	defer tls.Close()
	const slot = 8 // bytes of a value in a list of arguments
	if unsafe.Sizeof(uintptr(0)) != slot {
		return errors.New("choosing how SQLite takes memory: this is a machine of 32 bits")
	}
	methods := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_mem_methods{})))
	args := libc.Xcalloc(tls, 2, slot)
	defer libc.Xfree(tls, methods) // SQLite copies it
	defer libc.Xfree(tls, args)
	// The structure is pointers, one after another, as a list of arguments is.
	libc.VaList(methods, callback(cleanMalloc), callback(cleanFree), callback(cleanRealloc), callback(cleanSize),
		callback(cleanRoundup), callback(cleanInit), callback(cleanShutdown))
	if rc := sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_MALLOC, libc.VaList(args, methods)); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("choosing how SQLite takes memory: code %d", rc)
	}
	if rc := sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_LOOKASIDE, libc.VaList(args, int32(0), int32(0))); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("choosing what SQLite keeps beside: code %d", rc)
	}
	return nil
}

// callback is a function as SQLite calls it: the functions below are there for
// as long as the program is, so that their addresses are good.
func callback[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// What follows are the functions of sqlite3_mem_methods.

func cleanMalloc(tls *libc.TLS, n int32) uintptr {
	p := libc.Xmalloc(tls, libc.Tsize_t(n))
	if p != 0 {
		libc.Xmemset(tls, p, 0, libc.Xmalloc_usable_size(tls, p)) // which may be more than was asked for
	}
	return p
}

func cleanFree(tls *libc.TLS, p uintptr) { libc.Xfree(tls, p) }

func cleanRealloc(tls *libc.TLS, p uintptr, n int32) uintptr {
	larger := cleanMalloc(tls, n)
	if larger == 0 {
		return 0 // p stays as it is
	}
	libc.Xmemcpy(tls, larger, p, min(libc.Tsize_t(n), libc.Xmalloc_usable_size(tls, p)))
	libc.Xfree(tls, p)
	return larger
}

func cleanSize(tls *libc.TLS, p uintptr) int32 { return int32(libc.Xmalloc_usable_size(tls, p)) }

func cleanRoundup(_ *libc.TLS, n int32) int32 { return (n + 7) &^ 7 }

func cleanInit(*libc.TLS, uintptr) int32 { return sqlite3.SQLITE_OK }

func cleanShutdown(*libc.TLS, uintptr) {}
