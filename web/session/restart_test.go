package session_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"restante/cache/registry"
	"restante/cache/vault"
	"restante/web/session"
)

func TestARestartSignsNobodyOut(t *testing.T) {
	dir := t.TempDir()
	h := houseIn(t, openRegistry(t, dir))
	cookie, _ := h.begin(t, session.Private)
	if err := h.Registry.Close(); err != nil {
		t.Fatal(err)
	}
	// Of all that was, the folder and the cookie are left.
	again := &session.Keeper{Registry: openRegistry(t, dir), Now: h.Now}
	s, err := again.Open(t.Context(), request(&http.Cookie{Name: cookie.Name, Value: cookie.Value}))
	if err != nil {
		t.Fatal(err)
	}
	if !s.Key.Equal(h.key) {
		t.Error("another key came out")
	}
	if s.Person != h.enrolment.Person || s.Mailbox != h.enrolment.Mailbox || s.Account != h.enrolment.Account || s.Kind != session.Private {
		t.Errorf("the session is now %+v", s)
	}
}

// forms are the ways in which the bytes of a secret could be written.
func forms(secret []byte) map[string][]byte {
	return map[string][]byte{
		"raw": secret, "hexadecimal": []byte(hex.EncodeToString(secret)),
		"base64": []byte(base64.RawStdEncoding.EncodeToString(secret)), "base64url": []byte(base64.RawURLEncoding.EncodeToString(secret)),
	}
}

// files returns the bytes of everything in a folder.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if all[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestAStolenDiskOpensNothing(t *testing.T) {
	dir := t.TempDir()
	h := houseIn(t, openRegistry(t, dir))
	rawKey := []byte("K is these 32 bytes and no others")[:32]
	key, err := vault.KeyFrom(rawKey)
	if err != nil {
		t.Fatal(err)
	}
	h.key = key
	const password = "correct horse battery"
	hasher, err := vault.NewHasher(vault.Cost{Passes: 1, Threads: 1, Memory: 8})
	if err != nil {
		t.Fatal(err)
	}
	blob, err := hasher.WrapWithPassword(t.Context(), key, vault.NewPassword(password), string(h.enrolment.Person))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Registry.PutPasswordWrap(t.Context(), registry.PasswordWrap{Enrolment: h.enrolment.ID, Blob: blob, Verifies: true, Made: noon, Accepted: noon}); err != nil {
		t.Fatal(err)
	}
	cookie, s := h.begin(t, session.Private)
	token, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		t.Fatal(err)
	}

	// While it is open the rows are in the log, afterwards in the file.
	open := files(t, dir)
	if err := h.Registry.Close(); err != nil {
		t.Fatal(err)
	}
	closed := files(t, dir)
	for _, look := range []struct {
		where string
		bytes []byte
	}{{"the log", open["instance.db-wal"]}, {"the open file", open["instance.db"]}, {"the closed file", closed["instance.db"]}} {
		for what, secret := range map[string][]byte{"token": token, "key": rawKey, "password": []byte(password)} {
			for form, b := range forms(secret) {
				if bytes.Contains(look.bytes, b) {
					t.Errorf("%s holds the %s, %s", look.where, what, form)
				}
			}
		}
		// What must be there shows that the search would have found the rest.
		if look.where != "the open file" && (!bytes.Contains(look.bytes, s.ID[:]) || !bytes.Contains(look.bytes, blob)) {
			t.Errorf("%s holds neither the hash nor the wrap: the search looks at the wrong bytes", look.where)
		}
	}
}

func TestOfAnEndedSessionNothingIsLeft(t *testing.T) {
	dir := t.TempDir()
	h := houseIn(t, openRegistry(t, dir))
	// Others stay: their page of the file would be new if it were empty.
	h.begin(t, session.Private)
	cookie, s := h.begin(t, session.Private)
	h.begin(t, session.Private)
	row, err := h.Registry.Session(t.Context(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.End(t.Context(), request(cookie)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Open(t.Context(), request(cookie)); !errors.Is(err, session.ErrExpired) {
		t.Errorf("Open = %v, want ErrExpired", err)
	}
	if err := h.Registry.Close(); err != nil {
		t.Fatal(err)
	}
	for name, b := range files(t, dir) {
		if bytes.Contains(b, row.Wrap) || bytes.Contains(b, s.ID[:]) {
			t.Errorf("%s still holds the row of the session", name)
		}
	}
}
