package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	policy "restante/pop3client/dial"
	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/images"
)

// dot is a picture of one colour.
func dot(t *testing.T, side int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, side, side))
	m.Set(0, 0, color.RGBA{R: 200, A: 255})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pictureServer counts who asks it for a picture.
func pictureServer(t *testing.T) (address string, asked *atomic.Int64, proxy func(*web.Server)) {
	t.Helper()
	asked = new(atomic.Int64)
	body := dot(t, 20)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("the picture is asked for with %v", r.Header)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(srv.Close)
	host := netip.MustParseAddrPort(srv.Listener.Addr().String())
	return srv.URL, asked, func(s *web.Server) {
		s.Images = images.New(images.Options{Policy: policy.Policy{Named: []string{host.String()}}})
	}
}

var (
	pictureAddress = regexp.MustCompile(`/i/[A-Za-z0-9_-]+`)
	frameAddress   = regexp.MustCompile(`<iframe[^>]* src="([^"]+)"`)
)

// html is a message of HTML.
func htmlLetter(subject, body string, fields ...string) []byte {
	return letter("Shop <news@shop.example>", subject, body, time.Hour, append(fields, "MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8")...)
}

func TestRemotePicturesAreFetchedByWhoAsksForThemOnly(t *testing.T) {
	remote, asked, proxy := pictureServer(t)
	h := newHouse(t, &pop3test.Server{}, proxy)
	h.mailbox.Deliver(htmlLetter("news", `<p>MARKER</p><img src="`+remote+`/a.png" alt="A"><img src="`+remote+`/dot" width=1 height=1>`))
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	p := b.get("/m/" + id)
	p.says("2 remote images blocked, 1 of them for tracking", "MARKER", "Show once", "Always for news@shop.example")
	p.saysNot(remote, "<img")
	b.get("/m/" + id + "?images=x").saysNot("<img")
	if asked.Load() != 0 {
		t.Fatal("a picture was fetched although nobody asked")
	}

	p = b.post("/m/"+id+"/images", url.Values{"do": {"once"}, "back": {"/m/" + id}})
	p.says("Remote images are shown")
	address := pictureAddress.FindString(p.body)
	image := h.browser().get(address) // without the cookie, as the frame of a message asks
	if image.status != 200 || image.header.Get("Content-Type") != "image/png" || image.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || asked.Load() != 1 {
		t.Errorf("the picture answers %d, %v, after %d requests", image.status, image.header, asked.Load())
	}
	if strings.Count(p.body, "<img") != 1 {
		t.Error("the tracker is shown, too")
	}
	b.get("/m/" + id).saysNot("<img")

	b.post("/m/"+id+"/images", url.Values{"do": {"always"}, "back": {"/m/" + id}}).says("always shown", "Stop showing them")
	if p = b.post("/m/"+id+"/images", url.Values{"do": {"never"}, "back": {"/m/" + id}}); strings.Contains(p.body, "<img") {
		t.Error("pictures are shown after that was taken back")
	}
	if p := b.post("/m/"+id+"/images", url.Values{"do": {"x"}}); p.status != 400 {
		t.Errorf("a form that is not ours answers %d", p.status)
	}

	h.site.Allow = web.Allowed{"bo@example.org"}
	if p := b.get(address); p.status != 404 {
		t.Errorf("for who may not sign in any more the picture answers %d", p.status)
	}
	h.site.Allow = nil
	b.post("/logout", url.Values{})
	if p := b.get(address); p.status != 404 {
		t.Errorf("after the session the picture answers %d", p.status)
	}
}

func TestInlinePicturesAreShownAndRepackedForEveryView(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	body := "--b\r\nContent-Type: text/html\r\n\r\n<p>MARKER<img src=\"cid:logo\" alt=L></p>\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(append(dot(t, 9), "<script>alert(1)</script>"...)) + "\r\n--b--"
	h.mailbox.Deliver(letter("bo@example.org", "logo", body, time.Hour, "MIME-Version: 1.0", "Content-Type: multipart/related; boundary=b"))
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	for _, page := range []page{b.get("/m/" + id), b.get("/m/" + id + "/original")} {
		image := h.browser().get(pictureAddress.FindString(page.body))
		if image.status != 200 || strings.Contains(image.body, "script") || !strings.HasPrefix(image.body, "\x89PNG") {
			t.Errorf("%s: the picture answers %d with %q", page.path, image.status, image.body)
		}
	}
	for _, wrong := range []string{"/i/", "/i/x", "/i/" + strings.Repeat("A", 300), "/l/x"} {
		if p := h.browser().get(wrong); p.status < 400 {
			t.Errorf("%s answers %d", wrong, p.status)
		}
	}
}

func TestTheOriginalStandsInACage(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(htmlLetter("news", `<style>p{color:red;position:fixed}</style><p onclick=alert(1)>MARKER</p><script>alert(2)</script><a href="https://shop.example/a">more</a>`))
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	p := b.get("/m/" + id + "?view=original")
	m := frameAddress.FindStringSubmatch(p.body)
	if m == nil || !strings.Contains(p.header.Get("Content-Security-Policy"), "frame-src 'self'") {
		t.Fatalf("no frame on the page: %s", p.text())
	}
	document := b.get(m[1])
	document.says("MARKER")
	document.saysNot("<script", "onclick", "position")
	if !strings.Contains(document.body, "p{color:red}") {
		t.Errorf("the looks are lost: %s", document.body)
	}
	for _, p := range []page{document, b.get("/m/1/original"), b.get("/m/x/original"), h.browser().get("/m/" + id + "/original"), b.get("/m/" + id + "/original?part=9")} {
		csp := p.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; script-src 'none'") || strings.Contains(csp, "allow-scripts") ||
			strings.Contains(csp, "allow-same-origin") || p.header.Get("X-Frame-Options") != "SAMEORIGIN" || p.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s (%d) has the headers %v", p.path, p.status, p.header)
		}
	}
	if p := h.browser().get("/m/" + id + "/original"); p.status != 403 || strings.Contains(p.body, "MARKER") {
		t.Errorf("without a session it answers %d", p.status)
	}
}

func TestADeceivingMessageSaysSoAndItsLinksStopOnTheWay(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(letter(`"service@bank.example" <eve@evil.example>`, "urgent", `<a href="https://evil.example/login?a=b">https://bank.example/login</a>`, time.Hour,
		"MIME-Version: 1.0", "Content-Type: text/html"))
	h.mailbox.Deliver(letter(`"service@bank.example" <eve@evil.example>`, "endless", `<p>MARKER <a href="https://evil.example/`+strings.Repeat("a", 8170)+`">onward</a>`, 2*time.Hour,
		"MIME-Version: 1.0", "Content-Type: text/html"))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	endless := b.get("/m/" + rows[1])
	endless.says("MARKER onward")
	endless.saysNot(`href="/l/`, "https://evil.example/aaaa")
	inbox := b.get("/inbox")
	inbox.says("eve@evil.example")
	inbox.saysNot("service@bank.example") // as a name it is none
	id := rows[0]
	p := b.get("/m/" + id)
	p.says("This message may be trying to deceive you.", "bank.example → evil.example", "service@bank.example → eve@evil.example", "(evil.example)")
	p.saysNot(`href="https://evil.example`)
	for _, page := range []page{p, b.get("/m/" + id + "/original")} {
		link := regexp.MustCompile(`href="(/l/[A-Za-z0-9_-]+)"`).FindStringSubmatch(page.body)
		if link == nil {
			t.Fatalf("%s: no link that stops: %s", page.path, page.body)
		}
		stop := h.browser().get(link[1]) // a new window of the frame may have no cookie
		stop.says("evil.example", "https://evil.example/login?a=b", "suspicious")
		if !strings.Contains(stop.body, `href="https://evil.example/login?a=b" rel="noopener noreferrer nofollow"`) {
			t.Errorf("it does not lead on: %s", stop.body)
		}
	}
}

func TestSignsOfDeceitAreNamed(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Believed = []string{"MX.example.org"} })
	h.mailbox.Deliver(letter("eve@shop.example", "answers", "x", time.Hour, "Reply-To: eve@elsewhere.example"))
	h.mailbox.Deliver(letter("eve@shop.example", "later", "x", -100*time.Hour))
	h.mailbox.Deliver(letter("eve@xn--shp-ted.example", "alphabets", "x", 2*time.Hour)) // shоp with a Cyrillic o
	h.mailbox.Deliver(letter("eve@mail.shop.example", "good", "x", 3*time.Hour, "Reply-To: eve@shop.example"))
	h.mailbox.Deliver(letter("eve@shop.example", "list", "x", 4*time.Hour, "Reply-To: eve@elsewhere.example", "List-Id: <a.b>"))
	h.mailbox.Deliver(letter("eve@paypa1.com", "digit", "x", 5*time.Hour))
	h.mailbox.Deliver(letter("eve@examp1e.org", "ours", "x", 6*time.Hour))
	h.mailbox.Deliver(letter("eve@shop.example", "textlink", "see https://paypal.com.shop.example/login", 7*time.Hour))
	h.mailbox.Deliver(letter("eve@shop.example", "marked", "x", 8*time.Hour, "X-Spam-Flag: YES"))
	h.mailbox.Deliver(letter("eve@bank.example", "forged", "x", 9*time.Hour, "Authentication-Results: mx.example.org; dmarc=fail header.from=bank.example"))
	h.mailbox.Deliver(letter("eve@bank.example", "unbelieved", "x", 10*time.Hour, "Authentication-Results: other.example; dmarc=fail header.from=bank.example"))
	h.mailbox.Deliver(letter("eve@bank.example", "passedon", "x", 11*time.Hour, "Authentication-Results: mx.example.org; dmarc=fail header.from=bank.example; arc=pass"))
	b := h.browser()
	b.signIn()
	b.awaitMail(12)
	for subject, want := range map[string]string{
		"answers": "Answers to it go to another domain: shop.example → elsewhere.example", "later": "Its date is in the future:",
		"alphabets": "mixes alphabets", "good": "", "list": "",
		"digit": "made to look like another: paypa1.com, not paypal.com", "ours": "examp1e.org, not example.org",
		"textlink": "The site of a link is made to look like another: paypal.com.shop.example, not paypal.com", "marked": "marked it as spam: X-Spam-Flag: YES",
		"forged": "The mail server mx.example.org found", "unbelieved": "", "passedon": "",
	} {
		found := b.get("/search?q=subject:" + subject).rows()
		if len(found) != 1 {
			t.Fatalf("%s: %d messages", subject, len(found))
		}
		p := b.get("/m/" + found[0])
		if suspicious := strings.Contains(p.text(), "trying to deceive"); suspicious != (want != "") || !strings.Contains(p.text(), want) {
			t.Errorf("%s: %s", subject, p.text())
		}
	}
}

func TestHeadersSourceAndPrint(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mailbox.Deliver(append([]byte("Received: from a.example by b.example with ESMTPS; "+time.Now().Format(time.RFC1123Z)+"\r\nX-Evil: <script>alert(1)</script>\r\n"),
		htmlLetter("way", "<p>MARKER</p>")...))
	h.mailbox.Deliver(letter("bo@example.org", "long", strings.Repeat("A line of the source that is long.\n", 10_000)+"\x1b[31m\x80END", 2*time.Hour))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	p := b.get("/m/" + rows[0] + "/headers")
	p.says("a.example → b.example", "X-Evil", "<script>alert(1)</script>", "ESMTPS")
	p.saysNot("<script>")
	b.get("/m/"+rows[0]+"/print").says("MARKER", "way", "Shop <news@shop.example>")
	b.get("/m/" + rows[0] + "/print?view=original").says("MARKER")
	p = b.get("/m/" + rows[1] + "/source")
	p.says("Subject: long", "Bytes 1 to 262,144 of")
	if strings.Contains(p.body, "\x1b") || !strings.Contains(p.body, "?n=1") {
		t.Error("the source has controls or no second part")
	}
	b.get("/m/"+rows[1]+"/source?n=1").says("␛[31m", `\x80END`)
	for _, n := range []string{"2", "-1", "x", "01", "9999999999999999999"} {
		if p := b.get("/m/" + rows[1] + "/source?n=" + n); p.status != 404 {
			t.Errorf("part %s of the source answers %d", n, p.status)
		}
	}
}

func TestAMessageWithinAMessageIsOpenedAsOne(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	inner := "From: Inner <in@example.org>\r\nSubject: within\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>DEEP</p>\r\n" +
		"--c\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nFILE\r\n--c--\r\n"
	h.mailbox.Deliver(letter("bo@example.org", "outer", "--b\nContent-Type: text/plain\n\nsee\n--b\nContent-Type: message/rfc822\n\n"+strings.ReplaceAll(inner, "\r\n", "\n")+"\n--b--", time.Hour,
		"MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"))
	b := h.browser()
	b.signIn()
	id := b.awaitMail(1).rows()[0]
	if !strings.Contains(b.get("/m/"+id).body, `href="/m/`+id+`/part/2"`) {
		t.Fatalf("the message has no page: %s", b.get("/m/"+id).body)
	}
	p := b.get("/m/" + id + "/part/2")
	p.says("within", "in@example.org", "DEEP", "a.txt")
	p.saysNot(`value="archive"`, `class="star`)
	file := regexp.MustCompile(`/m/\d+/part/2\.\d+`).FindString(p.body)
	b.get(file).says("FILE", "a.txt")
	if got := b.get(file + "/download"); got.body != "FILE" {
		t.Errorf("the file is %q", got.body)
	}
	b.get("/m/" + id + "/original?part=2").says("DEEP")
	for _, path := range []string{"2.9", "1.0", "2.", ".2", "2.2.1", strings.Repeat("2.", 20) + "1"} {
		if p := b.get("/m/" + id + "/part/" + path); p.status != 404 {
			t.Errorf("part %s answers %d", path, p.status)
		}
	}
}

func TestAllFilesComeInOne(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	file := func(name, text string) string {
		return "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=\"" + name + "\"\n\n" + text + "\n"
	}
	h.mailbox.Deliver(letter("bo@example.org", "files", "--b\nContent-Type: text/plain\n\nsee\n"+file("a.txt", "1")+file("../A.TXT", "2")+file("con", "3")+"--b--", time.Hour,
		"MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"))
	h.mailbox.Deliver(letter("bo@example.org", "none", "x", 2*time.Hour))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	if !strings.Contains(b.get("/m/"+rows[0]).body, "/parts.zip") || strings.Contains(b.get("/m/"+rows[1]).body, "/parts.zip") {
		t.Error("all files are offered where there are none, or not where there are")
	}
	p := b.get("/m/" + rows[0] + "/parts.zip")
	all, err := zip.NewReader(strings.NewReader(p.body), int64(len(p.body)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range all.File {
		names = append(names, f.Name)
	}
	if got, want := strings.Join(names, " "), "a.txt A (2).TXT _con"; got != want {
		t.Errorf("the files are called %q, want %q", got, want)
	}
	if got := p.header.Get("Content-Disposition"); got != `attachment; filename="files.zip"` {
		t.Errorf("it is called %s", got)
	}
	if p := b.get("/m/" + rows[1] + "/parts.zip"); p.status != 404 {
		t.Errorf("of no files it answers %d", p.status)
	}
}

func TestWhatCouldNotBeReadOrCheckedIsSaid(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	part := func(kind string) string { return "--b\nContent-Type: " + kind + "\n\nx\n" }
	h.mailbox.Deliver(letter("bo@example.org", "sealed", part("application/pgp-encrypted")+part("application/octet-stream")+"--b--", time.Hour,
		"MIME-Version: 1.0", "Content-Type: multipart/encrypted; boundary=b"))
	h.mailbox.Deliver(letter("bo@example.org", "signed", part("text/plain")+part("application/pkcs7-signature")+"--b--", 2*time.Hour,
		"MIME-Version: 1.0", "Content-Type: multipart/signed; boundary=b"))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	b.get("/m/"+rows[0]).says("Encrypted with OpenPGP. Restante cannot decrypt it.", "Download encrypted file")
	b.get("/m/" + rows[1]).says("Signed with S/MIME. Restante has not checked the signature.")
}

// A trusted name within a message is one that its sender wrote.
func TestTrustIsInWhoSentAMessageAndNotInWhomItHolds(t *testing.T) {
	remote, asked, proxy := pictureServer(t)
	h := newHouse(t, &pop3test.Server{}, proxy)
	inner := "From: bo@example.org\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>DEEP</p><img src=\"" + remote + "/a.png\">"
	h.mailbox.Deliver(letter("eve@evil.example", "outer", "--b\nContent-Type: text/plain\n\nsee\n--b\nContent-Type: message/rfc822\n\n"+inner+"\n--b--", time.Hour,
		"MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b"))
	h.mailbox.Deliver(letter("bo@example.org", "own", `<img src="`+remote+`/b.png">`, 2*time.Hour, "MIME-Version: 1.0", "Content-Type: text/html"))
	b := h.browser()
	b.signIn()
	rows := b.awaitMail(2).rows()
	b.post("/m/"+rows[1]+"/images", url.Values{"do": {"always"}, "back": {"/m/" + rows[1]}}).says("always shown")
	p := b.get("/m/" + rows[0] + "/part/2")
	p.says("DEEP", "1 remote image blocked")
	p.saysNot("<img")
	if asked.Load() != 0 {
		t.Error("a picture was fetched before a browser asked")
	}
}
