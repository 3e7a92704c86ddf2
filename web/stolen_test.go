package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/web"
)

// A thief has the whole data folder, logs of the files included, while two browsers are signed in. Nothing in it is a
// session's token, or a key or password that opens the sealed password of an account (design.md 6).
func TestAStolenCopyOfTheDataOpensNoSecret(t *testing.T) {
	dir, stolen := t.TempDir(), t.TempDir()
	h, _ := newHouseIn(t, dir, func(s *web.Server) { s.InstanceKey = vault.NewKey() })
	h.threeLetters()
	mine, other := h.browser(), h.browser()
	mine.signIn()
	other.signIn()
	mine.post("/settings/absent", url.Values{"on": {"1"}}).says("collected also while you are signed out")
	mine.awaitMail(2)
	if err := os.CopyFS(stolen, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	sessions, sealed := loot(t, stolen)
	if len(sessions) != 2 {
		t.Fatalf("the copy knows %d sessions, want 2", len(sessions))
	}
	key, held := h.site.Fleet.Key(sessions[0].Enrolment.Person)
	if p, err := sealed(key); !held || err != nil || p.Reveal() != password {
		t.Fatalf("the key itself does not open the copy: %v", err)
	}
	tokens := map[registry.SessionID]bool{}
	for _, s := range sessions {
		tokens[s.ID] = true
	}
	contents := 0
	err := fs.WalkDir(os.DirFS(stolen), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(stolen, path))
		if err != nil {
			return err
		}
		contents += len(data)
		for _, form := range []string{password, base64.StdEncoding.EncodeToString([]byte(password)), hex.EncodeToString([]byte(password))} {
			if bytes.Contains(data, []byte(form)) {
				t.Errorf("%s has the password as %q", path, form)
			}
		}
		for at, secret := range candidates(data) {
			if tokens[registry.SessionID(sha256.Sum256(secret))] {
				t.Errorf("%s has a session's token at %d", path, at)
			}
			if k, err := vault.KeyFrom(secret); err == nil {
				if _, err := sealed(k); err == nil {
					t.Errorf("%s has a person's key at %d", path, at)
				}
			}
		}
		return nil
	})
	if err != nil || contents < 100_000 {
		t.Errorf("%d bytes were searched, %v", contents, err)
	}
}

// loot is what a copy of a data folder has: its sessions, and the account's sealed password with what opens it.
func loot(t *testing.T, dir string) ([]registry.Session, func(vault.Key) (vault.Password, error)) {
	t.Helper()
	people, err := registry.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer people.Close()
	all, err := people.People(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("the copy has the people %v, %v", all, err)
	}
	sessions, err := people.Sessions(t.Context(), all[0], time.Now())
	if err != nil {
		t.Fatal(err)
	}
	box, err := cache.Open(t.Context(), filepath.Join(dir, "users", string(all[0])), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	accounts, err := box.Accounts(t.Context())
	if err != nil || len(accounts) != 1 {
		t.Fatalf("the copy has %d accounts, %v", len(accounts), err)
	}
	a := accounts[0]
	return sessions, func(k vault.Key) (vault.Password, error) { return fetch.OpenPassword(k, all[0], a.ID, a.Password) }
}

const (
	secretSize = 32 // bytes of a key and of a token
	cookieSize = 43 // … and as the cookie has it
)

// candidates are all 32 bytes in a row that may be a secret, as they are and as a cookie or hexadecimal digits would have
// them, by where they are. What is mostly zeros is unused room.
func candidates(data []byte) func(yield func(int, []byte) bool) {
	return func(yield func(int, []byte) bool) {
		for at := range len(data) - secretSize + 1 {
			raw := data[at : at+secretSize]
			if bytes.Count(raw, []byte{0}) > secretSize/2 {
				continue
			}
			if !yield(at, raw) {
				return
			}
			if text := data[at:min(at+cookieSize, len(data))]; isText(text) {
				if b, err := base64.RawURLEncoding.DecodeString(string(text)); err == nil && len(b) == secretSize && !yield(at, b) {
					return
				}
			}
			if b, err := hex.DecodeString(string(data[at:min(at+2*secretSize, len(data))])); err == nil && len(b) == secretSize && !yield(at, b) {
				return
			}
		}
	}
}

func isText(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c < ' ' || c > '~' })
}

// The search above must be able to find what it looks for.
func TestCandidatesAreAllThatMayBeASecret(t *testing.T) {
	secret := sha256.Sum256([]byte("secret"))
	for _, form := range [][]byte{secret[:], []byte(base64.RawURLEncoding.EncodeToString(secret[:])), []byte(hex.EncodeToString(secret[:]))} {
		found := false
		for _, c := range candidates(slices.Concat([]byte("before"), form, []byte{0, 1, 2})) {
			found = found || bytes.Equal(c, secret[:])
		}
		if !found {
			t.Errorf("%q is not found", form)
		}
	}
}
