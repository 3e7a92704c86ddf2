package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// TestEverySentenceHasAKeyInEachCatalogueAndEveryKeyASentence compares the keys
// that the methods name with those of each file.
func TestEverySentenceHasAKeyInEachCatalogueAndEveryKeyASentence(t *testing.T) {
	used := usedKeys(t)
	if len(used) < 100 {
		t.Fatalf("only %d keys found in the source: has the way of naming them changed?", len(used))
	}
	names, err := fs.Glob(files, "catalogue/*")
	if err != nil || len(names) == 0 {
		t.Fatalf("catalogues: %v, %v", names, err)
	}
	for _, name := range names {
		known := keysOf(t, name)
		for key := range used {
			if !known[key] {
				t.Errorf("%s lacks %q", name, key)
			}
		}
		for key := range known {
			if !used[key] {
				t.Errorf("%s: no method uses %q", name, key)
			}
		}
	}
}

// usedKeys are the literals given to the methods that look a key up.
func usedKeys(t *testing.T) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			collectKey(n, used)
			return true
		})
	}
	return used
}

func collectKey(n ast.Node, used map[string]bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	literal, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return
	}
	switch f.Sel.Name {
	case "say", "count", "date", "nth":
		if key, err := strconv.Unquote(literal.Value); err == nil {
			used[key] = true
		}
	}
}

func keysOf(t *testing.T, name string) map[string]bool {
	t.Helper()
	b, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := i18n.ParseMessageFileBytes(b, name, nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	keys := map[string]bool{}
	for _, m := range f.Messages {
		if keys[m.ID] {
			t.Errorf("%s has %q twice", name, m.ID)
		}
		keys[m.ID] = true
	}
	return keys
}

// TestEveryMethodSaysAllThatItIsTold calls each method of the type, in each
// language, and looks for its arguments in what it says.
func TestEveryMethodSaysAllThatItIsTold(t *testing.T) {
	for _, tag := range embedded().languages {
		w := reflect.ValueOf(For(tag.String()))
		for i := range w.NumMethod() {
			name := w.Type().Method(i).Name
			args, expected := sampleArguments(w.Method(i).Type())
			said := w.Method(i).Call(args)[0].String()
			if said == "" || strings.Contains(said, "{{") || strings.Contains(said, "<no value>") {
				t.Errorf("%s: %s says %q", tag, name, said)
			}
			for _, e := range expected {
				if !strings.Contains(said, e) {
					t.Errorf("%s: %s was told %q, but says %q", tag, name, e, said)
				}
			}
		}
	}
}

// sampleArguments makes arguments for a method; expected is how those appear
// that a sentence repeats as they are.
func sampleArguments(method reflect.Type) (args []reflect.Value, expected []string) {
	for i := range method.NumIn() {
		switch method.In(i) {
		case reflect.TypeFor[string]():
			s := "argument" + strconv.Itoa(i)
			args, expected = append(args, reflect.ValueOf(s)), append(expected, s)
		case reflect.TypeFor[int]():
			n := 500 + i
			args, expected = append(args, reflect.ValueOf(n)), append(expected, strconv.Itoa(n))
		case reflect.TypeFor[time.Time]():
			args = append(args, reflect.ValueOf(time.Date(2026, 11, 26, 11, 37, 0, 0, time.UTC)))
		case reflect.TypeFor[*time.Location]():
			args = append(args, reflect.ValueOf(time.UTC))
		default:
			args = append(args, reflect.Zero(method.In(i)))
		}
	}
	return args, expected
}

func TestMissingSentencesShowTheirKey(t *testing.T) {
	if got := English().say("no.such-key"); got != "no.such-key" {
		t.Errorf("a missing sentence says %q, want its key", got)
	}
}

func TestFinalWordings(t *testing.T) {
	w := English()
	for _, c := range []struct{ got, want string }{
		{w.UpToDate(w.Ago(2 * time.Minute)), "Up to date · checked 2 min ago"},
		{w.Downloading(12, 40, w.Size(3_100_000)), "Downloading 12 of 40 (3.1 MB)"},
		{w.StillDownloading(1240, 4318), "Still downloading older mail: 1,240 of 4,318. Search covers what has arrived."},
		{w.Unreachable("mail.home.example", "14:05", "14:03", w.In(4*time.Minute)), "Cannot reach mail.home.example since 14:05. You are seeing mail saved at 14:03. Next try in 4 min."},
		{w.PasswordRefused("mail.home.example"), "mail.home.example no longer accepts your password. New mail is not arriving."},
		{w.CertificateProblem("mail.home.example", w.CertificateExpired(w.Ago(73*time.Hour))), "The certificate of mail.home.example is not valid (expired 3 days ago). Nothing was sent."},
		{w.CertificateProblem("mail.home.example", ""), "The certificate of mail.home.example is not valid. Nothing was sent."},
		{w.CertificateInvalid("mail.home.example", ""), "The certificate of mail.home.example is not valid. Your password was not sent."},
		{w.Locked(w.In(time.Minute)), "The server says another program is reading this mailbox. Trying again in 1 min."},
		{w.DidYouMean("form:", "from:"), "I do not know “form:”. Did you mean “from:”?"},
		{w.ProgressLeft(1240, 4318, "212 MB", "760 MB", w.Left(3*time.Minute)), "1,240 of 4,318 messages · 212 MB of about 760 MB · about 3 minutes left"},
		{w.Left(time.Second), "less than a minute left"},
		{w.Left(61 * time.Minute), "about 2 hours left"},
		{w.SyncTitle(29), "29% – Getting your mail"},
		{w.Title(w.PlaceUnread(w.Inbox(), 12)), "Inbox (12) · Restante"},
		{w.PlaceUnread(w.Inbox(), 0), "Inbox"},
		{w.ErrorTitle(w.SignIn()), "Error: Sign in"},
		{w.ResultTitle(w.Archived(3), w.Inbox()), "Archived 3 conversations – Inbox"},
		{w.Archived(1), "Archived"},
		{w.Trashed(1), "Moved to trash"},
		{w.MarkedUnread(1), "Marked as unread"},
		{w.EndOfList(w.Day(time.Date(2011, 5, 3, 0, 0, 0, 0, time.UTC), time.UTC)), "That is everything from this server. Oldest: 3 May 2011."},
		{w.ImagesBlocked(1), "1 remote image blocked. The sender cannot see that you opened this."},
		{w.ImagesBlocked(3), "3 remote images blocked. The sender cannot see that you opened this."},
		{w.UnreadOf(12, 4318), "12 unread of 4,318"},
		{w.UnreadOf(0, 45), "45 messages, all read"},
		{w.UnreadOf(0, 1), "1 message, read"},
		{w.ToMeAnd(1), "to me and 1 other"},
		{w.ToNameAnd("Ana", 2), "to Ana and 2 others"},
		{w.MoreThan(1000), "more than 1,000 results"},
		{w.Place("trash"), "Trash"},
	} {
		if c.got != c.want {
			t.Errorf("says  %q\nwants %q", c.got, c.want)
		}
	}
}

// TestAnotherLanguageNeedsNoGo adds a catalogue and nothing else.
func TestAnotherLanguageNeedsNoGo(t *testing.T) {
	english, err := fs.ReadFile(files, "catalogue/active.en.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := load(fstest.MapFS{
		"catalogue/active.en.json": {Data: english},
		"catalogue/active.pl.json": {Data: []byte(`{
			"place": {"inbox": "Odebrane"},
			"list": {"messages": {"one": "{{.Count}} wiadomość", "few": "{{.Count}} wiadomości", "many": "{{.Count}} wiadomości!", "other": "{{.Count}} wiadomości"}},
			"number": {"thousands": " ", "decimal": ","}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := b.pick([]string{"fr;q=0.9, pl-PL, en;q=0.1"})
	for _, c := range []struct{ got, want string }{
		{w.Language(), "pl"},
		{w.Inbox(), "Odebrane"},
		{w.Messages(1), "1 wiadomość"},
		{w.Messages(3), "3 wiadomości"},
		{w.Messages(5), "5 wiadomości!"},
		{w.Number(1234567), "1 234 567"},
		{w.Trash(), "Trash"}, // a sentence that is missing is English
		{b.pick([]string{"fr", "en"}).Language(), "en"},
		{b.pick([]string{"ja"}).Language(), "en"},
		{b.pick([]string{";;;", "pl"}).Language(), "pl"},
		{b.pick(nil).Inbox(), "Inbox"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestABrokenCatalogueIsNamed(t *testing.T) {
	_, err := load(fstest.MapFS{"catalogue/active.de.json": {Data: []byte("{")}})
	if err == nil || !strings.Contains(err.Error(), "active.de.json") {
		t.Errorf("error %v does not name the file", err)
	}
	if _, err := load(files); err != nil {
		t.Errorf("embedded catalogues: %v", err)
	}
}

func TestWordsMayBeSharedByGoroutines(t *testing.T) {
	w := English()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got := w.Archived(3); got != "Archived 3 conversations" {
				t.Errorf("says %q", got)
			}
		})
	}
	group.Wait()
}
