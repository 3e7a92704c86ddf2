package sqlitefile_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// The driver is a translation of SQLite that fits one version of libc only.
func TestLibcIsTheVersionThatTheDriverNames(t *testing.T) {
	goList := func(format, module string) string {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", format, module).Output()
		if err != nil {
			t.Fatalf("go list -m %s: %v", module, err)
		}
		return strings.TrimSpace(string(out))
	}
	path := filepath.Join(goList("{{.Dir}}", "modernc.org/sqlite"), "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.ParseLax(path, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		if r.Mod.Path == "modernc.org/libc" {
			if got := goList("{{.Version}}", "modernc.org/libc"); got != r.Mod.Version {
				t.Errorf("modernc.org/libc is at %s, the driver was made with %s", got, r.Mod.Version)
			}
			return
		}
	}
	t.Errorf("%s does not require modernc.org/libc any more", path)
}
