package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "restante"

// floors is the house: a package imports only from floors below its own. A new package is a new line here and in the
// README's picture.
var floors = map[string]int{
	"cmd/check/corpus":    0,
	"cmd/check/figure":    0,
	"pop3client":          0,
	"pop3client/pop3test": 0,
	"pop3client/dial":     0,
	"pop3client/live":     0,
	"cache/mail":          0,
	"cache/query":         0,
	"cache/vault":         0,
	"cache/sqlitefile":    0,
	"views/safehtml":      0,
	"views/words":         0,
	"static":              0,
	"cmd/check/shots":     0,
	"cmd/restante/memory": 0,
	"cmd/restante/sample": 0,

	"pop3client/discover": 1,
	"cache/mail/calendar": 1,
	"cache":               1,
	"cache/registry":      1,
	"views":               1,

	"web/session":  2,
	"web/images":   2,
	"web/front":    2,
	"cache/fetch":  2,
	"cache/export": 2,

	"web":                 3,
	"cmd/restante/doctor": 3,
	"cmd/check/bench":     3,

	"cmd/restante": 4,
	"cmd/check":    4,
}

// narrow names the packages that may use less than all floors below.
var narrow = map[string][]string{
	"views": {"views/safehtml", "views/words", "static"},
}

// listed is what the test needs of a package in go list -json. Imports leaves out the imports of tests, which may come
// from anywhere.
type listed struct {
	ImportPath string
	Imports    []string
}

func TestPackagesImportOnlyFromFloorsBelow(t *testing.T) {
	packages := goList(t)
	for _, p := range packages {
		for _, complaint := range complaints(p) {
			t.Error(complaint)
		}
	}
	for name := range floors {
		if !slices.ContainsFunc(packages, func(p listed) bool { return p.ImportPath == module+"/"+name }) {
			t.Errorf("the table has %s, the tree has not", name)
		}
	}
}

// complaints says what is wrong with the imports of a package.
func complaints(p listed) []string {
	name := strings.TrimPrefix(p.ImportPath, module+"/")
	floor, known := floors[name]
	if !known {
		return []string{name + " has no floor: add it to the table here and to the README's picture"}
	}
	var wrong []string
	for _, path := range p.Imports {
		imported, ours := strings.CutPrefix(path, module+"/")
		if !ours {
			continue
		}
		below, known := floors[imported]
		allowed, isNarrow := narrow[name]
		if !known || below >= floor || isNarrow && !slices.Contains(allowed, imported) {
			wrong = append(wrong, name+" (floor "+strconv.Itoa(floor)+") must not import "+imported+" (floor "+strconv.Itoa(below)+")")
		}
	}
	return wrong
}

func TestTheRulesCatchWhatTheyForbid(t *testing.T) {
	for _, test := range []struct {
		from, to string
		wrong    bool
	}{
		{"restante/cache", "restante/cache/mail", false},
		{"restante/cache", "net/http", false},
		{"restante/cache", "restante/cache/registry", true}, // the same floor
		{"restante/cache/mail", "restante/cache", true},     // above
		{"restante/views", "restante/views/words", false},
		{"restante/views", "restante/cache/mail", true}, // below, but narrow
		{"restante/pop3client/new", "errors", true},     // not in the table
		{"restante/web", "restante/pop3client/new", true},
	} {
		got := complaints(listed{ImportPath: test.from, Imports: []string{test.to}})
		if (len(got) > 0) != test.wrong {
			t.Errorf("%s imports %s: got %q, want a complaint: %t", test.from, test.to, got, test.wrong)
		}
	}
}

// templ.Raw prints a string as markup; safehtml.HTML is the only door for foreign markup (design.md, section 1).
func TestTemplRawIsNowhere(t *testing.T) {
	root := projectRoot(t)
	files, err := sources(root, ".go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, filepath.Join(root, file), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, use := range rawUses(tree) {
			t.Errorf("%s uses templ.Raw", set.Position(use))
		}
	}
}

func TestTemplRawIsFoundUnderAnyName(t *testing.T) {
	for source, want := range map[string]int{
		`package p; import "github.com/a-h/templ"; var a, b = templ.Raw("<b>"), templ.Raw[string]`: 2,
		`package p; import x "github.com/a-h/templ"; var a = x.Raw("<b>")`:                         1,
		`package p; import . "github.com/a-h/templ"; var a = Raw("<b>")`:                           1, // the import itself
		`package p; import "github.com/a-h/templ"; var a = templ.URL("templ.Raw(x)") // templ.Raw`: 0,
		`package p; import "example.org/templ"; var a = templ.Raw("<b>")`:                          0,
	} {
		tree, err := parser.ParseFile(token.NewFileSet(), "p.go", source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(rawUses(tree)); got != want {
			t.Errorf("%s: found %d, want %d", source, got, want)
		}
	}
}

// rawUses finds templ.Raw by the import it comes from. The templates are covered by the Go files generated from them.
func rawUses(file *ast.File) []token.Pos {
	var uses []token.Pos
	names := make(map[string]bool)
	for _, spec := range file.Imports {
		switch {
		case spec.Path.Value != `"github.com/a-h/templ"`:
		case spec.Name == nil:
			names["templ"] = true
		case spec.Name.Name == ".":
			uses = append(uses, spec.Pos()) // hides what is used
		default:
			names[spec.Name.Name] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Raw" {
			if x, ok := s.X.(*ast.Ident); ok && names[x.Name] {
				uses = append(uses, s.Pos())
			}
		}
		return true
	})
	return uses
}

func projectRoot(t *testing.T) string {
	t.Helper()
	root, err := moduleRoot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func goList(t *testing.T) []listed {
	t.Helper()
	packages := json.NewDecoder(strings.NewReader(goOutput(t, "list", "-json=ImportPath,Imports", "./...")))
	var list []listed
	for {
		var p listed
		switch err := packages.Decode(&p); {
		case errors.Is(err, io.EOF):
			return list
		case err != nil:
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// goOutput is what a go command prints, run in the root of the project.
func goOutput(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = projectRoot(t)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}
