package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"restante/cmd/check/corpus"
	"restante/pop3client/pop3test"
)

// step is a form that a person sends; one whose form is nil is a page that they open.
type step struct {
	path string
	form url.Values
}

// flows are what people do to a site, apart from reading.
func flows() map[string][]step {
	in := step{"/login", url.Values{"user": {"quillfeather"}, "password": {"tangerine-umbrella-93"}}}
	return map[string][]step{
		"sign in":          {in, {"/inbox", nil}, {"/logout", url.Values{}}, in, {"/inbox", nil}},
		"another account":  {in, {"/accounts/new", url.Values{"user": {"second"}, "password": {"other"}}}, {"/inbox", nil}},
		"collected absent": {in, {"/settings/absent", url.Values{"on": {"1"}}}, {"/logout", url.Values{}}, in, {"/settings/absent", url.Values{}}},
		"erase":            {in, {"/inbox", nil}, {"/settings/erase", url.Values{"confirm": {"quillfeather"}}}, in, {"/inbox", nil}},
		"end sessions":     {in, in, {"/settings/sessions", url.Values{}}, {"/settings/sessions", nil}},
		"organise":         {in, {"/rules", url.Values{"q": {"pomegranate"}, "star": {"1"}}}, {"/searches", url.Values{"name": {"x"}, "q": {"walrusharp"}}}, {"/messages", url.Values{"do": {"star"}, "q": {"in:inbox"}, "all": {"1"}}}},
	}
}

// carryOut does what a person does, until the site is gone.
func carryOut(ctx context.Context, site string, steps []step) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return
	}
	client := &http.Client{Jar: jar, Timeout: patience}
	for _, s := range steps {
		method := http.MethodPost
		if s.form == nil {
			method = http.MethodGet
		}
		r, err := http.NewRequestWithContext(ctx, method, site+s.path, strings.NewReader(s.form.Encode()))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := client.Do(r)
		if err != nil {
			return // killed
		}
		res.Body.Close()
	}
}

var resultCount = regexp.MustCompile(`(\d+) results`)

// Kill -9 in the middle of everything that people do: the next start works, whoever signs in is let in, and each message is
// there once.
func TestAKillInTheMiddleOfAnythingLosesNothing(t *testing.T) {
	mail := &pop3test.Server{}
	letters(mail)
	second := mail.AddUser("second", "other")
	second.Deliver([]byte("From: Ev <ev@example.com>\r\nSubject: elsewhere\r\nMessage-ID: <e@x>\r\n\r\nof another account\r\n"))
	addr := pop3test.Start(t, mail)
	data, key := t.TempDir(), filepath.Join(t.TempDir(), "key")
	args := []string{"serve", "--data", data, "--key-file", key, "--listen", "127.0.0.1:0", "--server", "pop3+insecure://" + addr}
	rounds, random := 1, rand.New(rand.NewPCG(1, 2))
	if corpus.Whole() {
		rounds = 4
	}
	trials := 0
	for range rounds {
		for name, steps := range flows() {
			out, kill := startProgram(t, args...)
			site := out.await(t, `address=(\S+)`)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); carryOut(ctx, site, steps) }()
			time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond)
			kill()
			stop()
			<-done
			trials++

			out, kill = startProgram(t, args...)
			b := newBrowser(t, out.await(t, `address=(\S+)`))
			var page string
			for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
				if page = b.post("/login", url.Values{"user": {"quillfeather"}, "password": {"tangerine-umbrella-93"}}); page == "/inbox" {
					break
				}
				if time.Now().After(deadline) { // the mail server may think for a moment that the one before is still there
					t.Fatalf("%s: signing in leads to %s:\n%s\n%s", name, page, b.body, out)
				}
			}
			count := ""
			for deadline := time.Now().Add(patience); count != "30"; time.Sleep(20 * time.Millisecond) {
				b.get("/search?q=subject:pomegranate")
				if m := resultCount.FindStringSubmatch(b.body); m != nil {
					count = m[1]
				}
				if len(count) > 2 || count > "30" || time.Now().After(deadline) {
					t.Fatalf("%s: there are %q messages of 30\n%s", name, count, out)
				}
			}
			kill()
		}
	}
	t.Logf("%d trials, nothing lost", trials)
}
