package main

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// maxCrawled bounds the pages that are followed: each message has some of its own.
const maxCrawled = 3000

// crawler follows every link of a site, and remembers every form.
type crawler struct {
	*browser
	seen  map[string]bool
	queue []string
	forms map[string]sending // by what makes one unlike another
}

// sending is a form with one of its buttons, as a browser without scripts would send it.
type sending struct {
	method, action, page string
	values               url.Values
}

var conditions = regexp.MustCompile(`q=[^&]*(%3A|:)[^&]*(\+|%20)[^&]*`)

var numbers = regexp.MustCompile(`[0-9]+`)

func attribute(n *html.Node, key string) (value string, has bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

// local is the path of an address on the site, less what scrolls and what says what was done; "" for another site's.
func (c *crawler) local(page, address string) string {
	base, _ := url.Parse(c.site + page)
	u, err := base.Parse(address)
	if err != nil || u.Scheme != base.Scheme || u.Host != base.Host {
		return ""
	}
	q := u.Query()
	q.Del("did")
	u.RawQuery, u.Fragment = q.Encode(), ""
	return u.RequestURI()
}

func (c *crawler) follow(path string) {
	// The way back to a list says nothing new of a message, nor does the same picture for another hour.
	key := strings.SplitN(path, "from=", 2)[0]
	if strings.Contains(key, "q=") { // of searches that lead to others there is no end: one by one condition more is enough
		key = conditions.ReplaceAllString(key, "q=#")
	}
	for _, prefix := range []string{"/i/", "/l/"} {
		if strings.HasPrefix(path, prefix) {
			key = prefix
		}
	}
	if path != "" && !c.seen[key] && len(c.seen) < maxCrawled {
		c.seen[key] = true
		c.queue = append(c.queue, path)
	}
}

// read looks at a page: its links and forms, and what no page may have.
func (c *crawler) read(page string) {
	doc, err := html.Parse(strings.NewReader(c.body[4:]))
	if err != nil {
		c.t.Fatal(err)
	}
	headings := 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				c.t.Errorf("%s: %s has the attribute %s", page, n.Data, a.Key)
			}
		}
		for _, key := range []string{"href", "src"} {
			if address, has := attribute(n, key); has && n.Data != "use" && !strings.HasPrefix(address, "mailto:") {
				c.follow(c.local(page, address))
			}
		}
		switch n.Data {
		case "h1":
			headings++
		case "form":
			c.note(page, n)
		}
	}
	if headings != 1 {
		c.t.Errorf("%s has %d headings of level 1", page, headings)
	}
}

// note remembers a form once for each of its buttons.
func (c *crawler) note(page string, form *html.Node) {
	values, buttons := url.Values{}, []*html.Node{}
	for n := range form.Descendants() {
		name, _ := attribute(n, "name")
		value, _ := attribute(n, "value")
		kind, _ := attribute(n, "type")
		_, checked := attribute(n, "checked")
		_, disabled := attribute(n, "disabled")
		switch {
		case n.Data == "button" && kind != "button" && !disabled:
			buttons = append(buttons, n)
		case n.Data == "input" && (kind == "radio" || kind == "checkbox") && !checked:
			if name == "id" && values.Get("id") == "" { // one message is selected
				values.Set("id", value)
			}
		case n.Data == "input" && name != "":
			values.Add(name, value)
		}
	}
	for _, b := range buttons {
		s := sending{page: page, values: url.Values{}}
		for name := range values {
			s.values[name] = values[name]
		}
		if name, _ := attribute(b, "name"); name != "" {
			value, _ := attribute(b, "value")
			s.values.Set(name, value)
		}
		s.method, _ = attribute(form, "method")
		s.action, _ = attribute(form, "action")
		if own, has := attribute(b, "formaction"); has {
			s.action = own
		}
		key := s.method + " " + numbers.ReplaceAllString(s.action, "#") + " " + s.values.Get("do") + s.values.Get("star") + s.values.Get("layout")
		if _, known := c.forms[key]; !known {
			c.forms[key] = s
		}
	}
}

// ends are forms after which there is nothing left to crawl.
var ends = regexp.MustCompile(`^/(logout|settings/erase|accounts/[0-9]+/remove)$`)

// Every link of the demonstration leads somewhere, and every form is answered, also where nothing was filled in: ui.md
// section 8, points 3, 14 and 21 on the way.
func TestPoint21TheDemonstrationHasNoDeadEnd(t *testing.T) {
	demo := start(t, "demo", "--listen", "127.0.0.1:0")
	c := &crawler{browser: newBrowser(t, demo.out.await(t, `(http://\S+)`)), seen: map[string]bool{}, forms: map[string]sending{}}
	if p := c.post("/login", url.Values{"user": {"demo"}, "password": {"demo"}}); p != "/inbox" {
		t.Fatalf("signing in leads to %s", p)
	}
	for deadline := time.Now().Add(patience); strings.Count(c.body, `<li class="row`) < 20; c.get("/inbox") {
		if time.Now().After(deadline) {
			t.Fatal("the mail does not come")
		}
	}
	c.queue = []string{"/inbox"}
	for len(c.queue) > 0 {
		page := c.queue[0]
		c.queue = c.queue[1:]
		c.get(page)
		switch {
		case !strings.HasPrefix(c.body, "200 "):
			t.Errorf("%s answers %.60q", page, c.body)
		case strings.HasPrefix(c.body, "200 <!doctype html><html lang") && !strings.HasSuffix(strings.SplitN(page, "?", 2)[0], "/original"):
			c.read(page)
		}
	}
	if len(c.seen) < 200 || len(c.forms) < 20 {
		t.Errorf("only %d pages and %d forms were found", len(c.seen), len(c.forms))
	}
	t.Logf("%d pages, %d forms", len(c.seen), len(c.forms))
	for key, s := range c.forms {
		if ends.MatchString(s.action) {
			continue
		}
		if s.method == "post" {
			c.send(http.MethodPost, s.action, s.values)
		} else {
			c.send(http.MethodGet, s.action+"?"+s.values.Encode(), nil)
		}
		// What is missing is asked for, with a summary of what is wrong.
		if asked := strings.HasPrefix(c.body, "4") && strings.Contains(c.body, `role="alert"`); !strings.HasPrefix(c.body, "200 ") && !asked {
			t.Errorf("%s on %s (%v) answers %.120q", key, s.page, s.values, c.body)
		}
	}
}
