package safehtml

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	material "restante/cmd/check/corpus"
)

// browserPage asks a browser to parse each piece of markup, to write it out and parse that again, and compares what the
// trees look like with what our parser sees in it.
const browserPage = `<!DOCTYPE html><meta charset=utf-8><title>running</title><body><script type=application/json id=data>%s</script><script>
function outline(n) {
	return Array.from(n.childNodes, c => c.nodeType == 3 ? JSON.stringify(c.data) :
		c.nodeType != 1 ? "?" + c.nodeType : "<" + (c.namespaceURI.endsWith("xhtml") ? "" : "foreign ") + c.localName +
		Array.from(c.attributes, a => " " + a.name + "=" + JSON.stringify(a.value)).join("") + ">" + outline(c) + "</>").join("");
}
function within(markup) {
	const div = document.implementation.createHTMLDocument("").createElement("div");
	div.innerHTML = markup;
	return div;
}
const bad = [];
const all = JSON.parse(document.getElementById("data").textContent);
for (const [name, markup, want] of all) {
	const page = new DOMParser().parseFromString("<!DOCTYPE html><body>" + markup, "text/html").body;
	const part = within(markup);
	const again = within(part.innerHTML);
	const links = Array.from(part.querySelectorAll("a")).filter(a => a.protocol != "mailto:" &&
		(!/^https?:$/.test(a.protocol) || !a.getAttribute("href").startsWith(a.protocol + "//" + a.hostname)));
	if (outline(page) != want || outline(part) != want || outline(again) != want || links.length)
		bad.push(name + ": " + outline(part) + " want " + want + " " + links);
}
document.body.textContent = "";
document.title = "done " + all.length + " bad " + bad.length;
document.body.textContent = bad.slice(0, 5).join("\n");
</script>`

func TestCorpusABrowserReadsWhatWasMeant(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatalf("no browser: %v", err)
		}
		t.Skipf("no browser (%v): not run", err)
	}

	var cases [][3]string
	add := func(name, src string) {
		out, _ := Reader(src, readerOptions)
		cases = append(cases, [3]string{name, out.String(), outline(parse(t, out.String(), true))})
		out, _ = Reader(src, pictureOptions)
		cases = append(cases, [3]string{name + " with pictures", out.String(), outline(parse(t, out.String(), true))})
		out = plainHTML(src, TextOptions{Quoted: "QUOTED"})
		cases = append(cases, [3]string{name + " as text", out.String(), outline(parse(t, out.String(), true))})
	}
	for _, a := range attacks {
		add(a.name, a.src)
	}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 500 {
		add(fmt.Sprintf("mixture %d", i), soup(r, soupTags))
	}
	t.Run("corpus", func(t *testing.T) {
		for _, s := range attackSamples(t) {
			add(s.ID, s.HTML)
		}
	})

	data, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, fmt.Appendf(nil, browserPage, data), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // a guard against hanging
	defer cancel()
	dump, err := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--dump-dom", "file://"+file).Output()
	if err != nil {
		t.Fatalf("%s: %v", chromium, err)
	}
	var wrong []string
	if want := fmt.Sprintf("<title>done %d bad 0</title>", len(cases)); !strings.Contains(string(dump), want) {
		wrong = append(wrong, fmt.Sprintf("the browser says\n%s\nwant %s", excerpt(string(dump)), want))
	}
	material.Prove(t, "Chromium: reads what was meant, twice").All(len(cases), wrong...)
}

// outline describes the tree below n as the script in browserPage does.
func outline(n *html.Node) string {
	quote := func(s string) string {
		var out strings.Builder
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			return err.Error()
		}
		// encoding/json also escapes these two.
		return strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029").Replace(strings.TrimSuffix(out.String(), "\n"))
	}
	var out strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			out.WriteString(quote(c.Data))
			continue
		}
		out.WriteString("<" + c.Data)
		for _, a := range c.Attr {
			out.WriteString(" " + a.Key + "=" + quote(a.Val))
		}
		out.WriteString(">" + outline(c) + "</>")
	}
	return out.String()
}
