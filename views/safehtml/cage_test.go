package safehtml

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	material "restante/cmd/check/corpus"
)

// hooks stand in every document, before anything of the sender's: whatever runs a script there tells the page around it.
const hooks = `<script>for (const f of ["alert","confirm","prompt","print","open","eval","fetch","postMessage"]) window[f] = () => { parent.fired.push(document.title + " " + f); return null };
navigator.sendBeacon = () => parent.fired.push(document.title + " beacon");
addEventListener("click", e => e.preventDefault(), true); addEventListener("submit", e => { e.preventDefault(); parent.fired.push(document.title + " submit") }, true);</script>`

// driver opens one document after the other in a frame without any sandbox, and does to each element of it what a
// reader could.
const driver = `<!DOCTYPE html><title>running</title><body><script>
const fired = [], events = ["click","dblclick","mousedown","mouseup","mouseover","mousemove","mouseenter","mouseout","focus","blur","input","change",
	"keydown","keyup","pointerdown","pointerover","touchstart","wheel","scroll","scrollend","toggle","beforetoggle","animationstart","animationend","animationiteration",
	"transitionend","transitionrun","load","error","begin","end","repeat","copy","paste","drag","drop","contextmenu","select","submit","reset","resize","hashchange","message",
	"beforeinput","beforematch","securitypolicyviolation","slotchange","play","canplay","loadeddata","cuechange"];
async function one(i) {
	const frame = document.createElement("iframe");
	const loaded = new Promise(done => { frame.onload = done; setTimeout(done, 5000) });
	frame.src = "/original/" + i;
	document.body.append(frame);
	await loaded;
	try {
		const doc = frame.contentDocument;
		if (!doc || doc.location.pathname != "/original/" + i) fired.push(i + " went elsewhere");
		else for (const n of doc.querySelectorAll("*")) {
			if (n.localName == "script") continue;
			if (n.localName == "details") n.open = !n.open;
			for (const e of events) n.dispatchEvent(new Event(e, {bubbles: false, cancelable: true}));
			for (const a of n.attributes) if (a.name.startsWith("on")) fired.push(i + " has " + a.name);
		}
	} catch (e) { fired.push(i + " " + e) }
	frame.remove();
}
(async () => {
	const n = %d;
	let next = 0;
	await Promise.all(Array.from({length: 8}, async () => { while (next < n) await one(next++) }));
	document.title = "done " + n + " fired " + fired.length + fired.slice(0, 5).map(s => "; " + s).join("");
})();
</script>`

// site serves the documents, and takes down every request for anything else, from this host or through it as a proxy
// from any other.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newSite(t *testing.T, documents []string) *site {
	s := new(site)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/original/"))
		switch {
		case r.Host != s.Listener.Addr().String():
			s.note(r.Method+" "+r.URL.Path, r.Host)
			http.Error(w, "no", http.StatusForbidden)
		case r.URL.Path == "/":
			fmt.Fprintf(w, driver, len(documents))
		case err == nil && 0 <= n && n < len(documents):
			_, _ = w.Write([]byte(strings.Replace(documents[n], "<head>", "<head>"+hooks, 1)))
		default:
			if r.URL.Path != "/favicon.ico" {
				s.note(r.Method+" "+r.URL.Path, "")
			}
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) note(what, host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch host, _, _ := strings.Cut(host, ":"); host {
	case "clients2.google.com", "update.googleapis.com", "accounts.google.com", "optimizationguide-pa.googleapis.com", "content-autofill.googleapis.com":
		return // the browser's own
	}
	s.asked = append(s.asked, what+" "+host)
}

// TestCorpusNothingOfAnOriginalRunsOrIsFetched is about the sanitiser alone: no policy and no sandbox stand behind it.
func TestCorpusNothingOfAnOriginalRunsOrIsFetched(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatalf("no browser: %v", err)
		}
		t.Skipf("no browser (%v): not run", err)
	}
	step := material.Step(10)
	var documents []string
	add := func(src string) {
		out, _ := Original(src, OriginalOptions{})
		documents = append(documents, out.String())
	}
	for _, a := range attacks {
		add(a.src)
	}
	t.Run("corpus", func(t *testing.T) {
		for i, s := range attackSamples(t) {
			if i%step == 0 {
				add(s.HTML)
			}
		}
	})
	s := newSite(t, documents)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox,
		chromedp.ProxyServer(s.URL), chromedp.Flag("proxy-bypass-list", "<-loopback>"), chromedp.Flag("disable-popup-blocking", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, 30*time.Minute) // a guard against hanging
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL+"/")); err != nil {
		t.Fatal(err)
	}
	title := ""
	for !strings.HasPrefix(title, "done") {
		time.Sleep(100 * time.Millisecond)
		if title, err = chromedp.Run(ctx, chromedp.Evaluate[string]("document.title")); err != nil {
			t.Fatal(err)
		}
	}
	var wrong []string
	if want := fmt.Sprintf("done %d fired 0", len(documents)); title != want {
		wrong = append(wrong, fmt.Sprintf("the browser says %q, want %q", title, want))
	}
	if len(s.asked) > 0 {
		wrong = append(wrong, fmt.Sprintf("%d requests, among them %q", len(s.asked), s.asked[:min(len(s.asked), 10)]))
	}
	material.Prove(t, "Chromium: the sanitiser alone, nothing runs or is fetched").All(len(documents), wrong...)
}
