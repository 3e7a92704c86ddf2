package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"restante/cache/vault"
)

const (
	keyBytes   = 32
	maxKeyFile = 4 << 10 // bytes
)

// readKey reads the key of the instance, and makes one where there is no file. It must not lie in the data folder, whose
// copy would open everything then, and nobody else may read it.
func readKey(path, data string) (vault.Key, error) {
	inside, err := within(path, data)
	if err != nil {
		return vault.Key{}, fmt.Errorf("--key-file: %w", err)
	}
	if inside {
		return vault.Key{}, usageError{fmt.Errorf("--key-file %s lies in the data folder: whoever gets a copy of that could open everything. Put it elsewhere", path)}
	}
	if err := makeKey(path); err != nil {
		return vault.Key{}, fmt.Errorf("--key-file: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return vault.Key{}, fmt.Errorf("--key-file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return vault.Key{}, usageError{fmt.Errorf("--key-file %s can be read by others: chmod 600 %s", path, path)}
	}
	if info.Size() > maxKeyFile {
		return vault.Key{}, usageError{fmt.Errorf("--key-file %s is no key: it is %d bytes long", path, info.Size())}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return vault.Key{}, fmt.Errorf("--key-file: %w", err)
	}
	b, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(b) != keyBytes {
		return vault.Key{}, usageError{fmt.Errorf("--key-file %s is no key: it must be %d hexadecimal digits; without the file a new one is made", path, 2*keyBytes)}
	}
	return vault.KeyFrom(b)
}

// makeKey makes a file with a new key, unless there is one.
func makeKey(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	b := make([]byte, keyBytes)
	rand.Read(b) // never fails
	_, err = f.WriteString(hex.EncodeToString(b) + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// within reports whether a file lies in a folder, or beneath it.
func within(path, dir string) (bool, error) {
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return false, err
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	data, err := filepath.Abs(dir)
	if err != nil {
		return false, err
	}
	if real, err := filepath.EvalSymlinks(data); err == nil {
		data = real
	}
	rel, err := filepath.Rel(data, folder)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}
