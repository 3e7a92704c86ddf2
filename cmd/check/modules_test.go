package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// modernc.org/sqlite is C translated for one version of modernc.org/libc, and only works with that one; go get and
// go mod tidy would raise libc without a word.
func TestLibcIsTheOneThatSQLiteAsksFor(t *testing.T) {
	const libc = "modernc.org/libc"
	sqlite := strings.TrimSpace(goOutput(t, "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite"))
	if sqlite == "" {
		t.Fatal("go list does not say where the go.mod of modernc.org/sqlite is")
	}
	var mod struct {
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal([]byte(goOutput(t, "mod", "edit", "-json", sqlite)), &mod); err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, r := range mod.Require {
		if r.Path == libc {
			want = r.Version
		}
	}
	if want == "" {
		t.Fatalf("%s requires no %s", sqlite, libc)
	}
	if got := strings.TrimSpace(goOutput(t, "list", "-m", "-f", "{{.Version}}", libc)); got != want {
		t.Errorf("%s is %s, want %s. Repair: go mod edit -require=%s@%s, and whatever else asks for more stays older", libc, got, want, libc, want)
	}
}
