package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"restante/cmd/check/corpus"
	"restante/web"
)

// cage opens one document after the other in the frame of a message, eight at once.
const cage = `<!DOCTYPE html><title>running</title><body><script>
let next = 0, heard = 0;
addEventListener("message", () => heard++);
async function one(i) {
	const frame = document.createElement("iframe");
	frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
	const loaded = new Promise(done => { frame.onload = done; setTimeout(done, 3000) });
	frame.src = "/document/" + i;
	document.body.append(frame);
	await loaded;
	frame.remove();
}
addEventListener("load", () => setTimeout(async () => { // until then the browser is not said to be there
	await Promise.all(Array.from({length: 8}, async () => { while (next < %d) await one(next++) }));
	document.title = "done, heard " + heard;
}));
</script>`

// canary stands in every document: if anything can run in the cage, it does, and if anything can be asked of another
// host, it is.
const canary = `<script>new Image().src = "/fired"; parent.postMessage("fired", "*")</script><img src="/none" onerror="fetch('/fired')">
<body onload="navigator.sendBeacon('/fired')"><link rel=stylesheet href="https://leak.example/css"><img src="https://leak.example/img"><iframe src="https://leak.example/frame"></iframe>
<meta http-equiv=refresh content="0;url=https://leak.example/refresh"><form action="/fired"><input autofocus onfocus="this.form.submit()"></form><base href="https://leak.example/">`

// TestPoint32CorpusTheCageHoldsWhatNobodySanitised is about the frame and its policy alone: the documents are as their senders made
// them.
func TestPoint32CorpusTheCageHoldsWhatNobodySanitised(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatalf("no browser: %v", err)
		}
		t.Skipf("no browser (%v): not run", err)
	}
	documents := append([]string{canary}, payloads(t)...)
	var mu sync.Mutex
	var asked []string
	served := 0
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/document/"))
		switch host := r.Host; {
		case host != srv.Listener.Addr().String():
			if !strings.Contains(host, "google") { // the browser's own, as far as is known
				asked = append(asked, r.Method+" "+host+r.URL.Path)
			}
			http.Error(w, "no", http.StatusForbidden)
		case r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, cage, len(documents))
		case err == nil && n < len(documents):
			served++
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", web.DocumentPolicy)
			// By plain HTTP a request is told from a connection that is only opened ahead (rel=preconnect, a frame that is
			// then refused): no policy keeps browsers from that, and so only the sanitiser does. Chromium has a list of hosts
			// for which it takes HTTPS all the same.
			_, _ = w.Write([]byte(strings.NewReplacer("https://", "http://", "youtube.com", "youtube.example", "vimeo.com", "vimeo.example").Replace(documents[n])))
		default:
			if strings.HasPrefix(r.URL.Path, "/fired") {
				asked = append(asked, r.Method+" "+r.URL.Path)
			}
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(srv.Close)

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox,
		chromedp.ProxyServer(srv.URL), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("disable-features", "IsolateSandboxedIframes")) // a process for every frame takes longer and changes no verdict
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, 30*time.Minute) // a guard against hanging
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/")); err != nil {
		t.Fatal(err)
	}
	title := ""
	for !strings.HasPrefix(title, "done") {
		time.Sleep(100 * time.Millisecond)
		if title, err = chromedp.Run(ctx, chromedp.Evaluate[string]("document.title")); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	var wrong []string
	if title != "done, heard 0" || served < len(documents) || len(asked) > 0 {
		wrong = append(wrong, fmt.Sprintf("%q after %d of %d documents; %d requests, among them %q", title, served, len(documents), len(asked), asked[:min(len(asked), 10)]))
	}
	corpus.Prove(t, "Chromium: frame and policy alone, nothing runs or is fetched").All(len(documents), wrong...)
}

// payloads are hostile documents of the corpus: a share of them, but for the whole proof. Without a corpus there are none.
func payloads(t *testing.T) (list []string) {
	step := corpus.Step(20)
	t.Run("corpus", func(t *testing.T) {
		dir, n := filepath.Join(corpus.Dir(t), "html"), 0
		files, err := filepath.Glob(filepath.Join(dir, "payloads", "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range append(files, filepath.Join(dir, "remote-content.json"), filepath.Join(dir, "ui-css-attacks.json")) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var cases []struct{ HTML string }
			if err := json.Unmarshal(data, &cases); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			for _, c := range cases {
				if n%step == 0 {
					list = append(list, c.HTML)
				}
				n++
			}
		}
	})
	return list
}
