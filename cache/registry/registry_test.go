package registry_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"restante/cache/registry"
	"restante/cache/sqlitefile"
)

// noon is now in these tests.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, dir string) *registry.Registry {
	t.Helper()
	r, err := registry.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func fresh(t *testing.T) *registry.Registry {
	t.Helper()
	return open(t, t.TempDir())
}

func addPerson(t *testing.T, r *registry.Registry) registry.PersonID {
	t.Helper()
	id, err := r.AddPerson(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// addBox adds a mailbox of user that signs person in.
func addBox(t *testing.T, r *registry.Registry, person registry.PersonID, user string) registry.Enrolment {
	t.Helper()
	b, err := r.Enrol(t.Context(), registry.Enrolment{
		Mailbox: registry.Mailbox{Server: "pop3s://mail.example.org", User: user},
		Person:  person, Account: int64(len(user)), SignsIn: true, Made: noon,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheDataFolderIsPrivate(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, dir string){
		"missing, and its parent": func(*testing.T, string) {},
		"empty and open to all":   func(t *testing.T, dir string) { mkdir(t, dir, 0o755) },
		"ours and open to all": func(t *testing.T, dir string) {
			mkdir(t, dir, 0o700)
			if err := open(t, dir).Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
		},
		"with other things, but private": func(t *testing.T, dir string) {
			mkdir(t, dir, 0o700)
			write(t, filepath.Join(dir, "letters.txt"), "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "b")
			prepare(t, dir)
			open(t, dir)
			for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "instance.db"): 0o600, filepath.Join(dir, "lock"): 0o600} {
				if got := perm(t, path); got != want {
					t.Errorf("%s has mode %o, want %o", path, got, want)
				}
			}
		})
	}
}

func TestAFolderOfOtherThingsKeepsItsPermissions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home")
	mkdir(t, dir, 0o755)
	write(t, filepath.Join(dir, "letters.txt"), "")
	_, err := registry.Open(t.Context(), dir)
	if err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("Open = %v, want a sentence that names the folder", err)
	}
	if got := perm(t, dir); got != 0o755 {
		t.Errorf("the folder has mode %o now", got)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

func TestAFolderIsServedOnce(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	_, err := registry.Open(t.Context(), dir)
	if !errors.Is(err, registry.ErrInUse) || !strings.Contains(fmt.Sprint(err), dir) {
		t.Errorf("the second Open = %v, want ErrInUse and the folder's name", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestAnotherProcessKeepsTheFolderToItself(t *testing.T) {
	flock, err := exec.LookPath("flock")
	if err != nil && os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
		t.Fatal("flock(1) is required and absent")
	}
	if err != nil {
		t.Skip("flock(1) absent: not run")
	}
	dir := t.TempDir()
	open(t, dir)
	out, err := exec.CommandContext(t.Context(), flock, "--nonblock", filepath.Join(dir, "lock"), "true").CombinedOutput()
	if err == nil {
		t.Errorf("another process took the lock too: %s", out)
	}
}

func TestAFailedOpenGivesTheFolderBack(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "instance.db")
	write(t, path, "Dear diary")
	if _, err := registry.Open(t.Context(), dir); !errors.Is(err, sqlitefile.ErrForeign) || !strings.Contains(fmt.Sprint(err), path) {
		t.Errorf("Open = %v, want ErrForeign and the file's name", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "Dear diary" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestAFileOfALaterVersionIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "instance.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `PRAGMA user_version = 1000`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := registry.Open(t.Context(), dir); !errors.Is(err, sqlitefile.ErrNewer) || !strings.Contains(fmt.Sprint(err), "instance file "+path) {
		t.Errorf("Open = %v, want ErrNewer and the file's name", err)
	}
}

func TestAFilledFileIsTheSameWhenOpenedAgain(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir)
	person := addPerson(t, r)
	enrolment := addBox(t, r, person, "anna")
	fill := registry.Look{Mailbox: enrolment.Mailbox, Next: noon, Reason: "login-delay", NotBefore: noon.Add(time.Hour)}
	wrap := registry.PasswordWrap{Enrolment: enrolment.ID, Blob: []byte("blob"), Verifies: true, Made: noon, Accepted: noon}
	s := registry.Session{ID: registry.SessionID{1}, Enrolment: enrolment, Kind: "private", Made: noon, Seen: noon,
		Idle: noon.Add(time.Hour), Absolute: noon.Add(2 * time.Hour), Wrap: []byte("wrap"), Agent: "Firefox"}
	for _, err := range []error{
		r.PutLook(t.Context(), fill), r.PutPasswordWrap(t.Context(), wrap), r.AddSession(t.Context(), s),
		r.PutTrait(t.Context(), enrolment.Mailbox.Server, registry.Trait{Name: "top", Value: "no", Seen: noon}),
		r.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}

	r = open(t, dir)
	people, err := r.People(t.Context())
	equal(t, "people", people, err, []registry.PersonID{person})
	gotBox, err := r.SignIn(t.Context(), enrolment.Mailbox)
	equal(t, "mailbox", gotBox, err, enrolment)
	gotLook, err := r.Look(t.Context(), enrolment.Mailbox)
	equal(t, "look", gotLook, err, fill)
	gotWrap, err := r.PasswordWrap(t.Context(), enrolment.ID, noon)
	equal(t, "wrap", gotWrap, err, wrap)
	gotSession, err := r.Session(t.Context(), s.ID)
	equal(t, "session", gotSession, err, s)
	traits, err := r.Traits(t.Context(), enrolment.Mailbox.Server)
	equal(t, "traits", traits, err, map[string]registry.Trait{"top": {Name: "top", Value: "no", Seen: noon}})
}

func mkdir(t *testing.T, dir string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(dir, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, mode); err != nil { // whatever the umask is
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func perm(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}
