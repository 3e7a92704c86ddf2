package views_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"restante/views"
	"restante/views/words"
)

func TestTheBasePathIsBeforeEveryPath(t *testing.T) {
	p := busyInbox()
	p.Base = "/mail"
	m := messagePage()
	m.Base = "/mail"
	l := login()
	l.Base = "/mail"
	for _, c := range []templ.Component{views.List(p), views.MessageView(m), views.Login(l)} {
		doc := document(t, c)
		for _, n := range all(doc, func(*html.Node) bool { return true }) {
			for _, key := range []string{"href", "action", "formaction"} {
				v, ok := lookup(n, key)
				if ok && !strings.HasPrefix(v, "/mail/") && !strings.HasPrefix(v, "#") && !within(n, class("body")) {
					t.Errorf("%s of %s is %q", key, n.Data, v)
				}
			}
		}
		for _, back := range all(doc, func(n *html.Node) bool { return attr(n, "name") == "back" }) {
			if v := attr(back, "value"); strings.HasPrefix(v, "/mail") {
				t.Errorf("back is %q, want a path without the base", v)
			}
		}
	}
}

func TestHrefLeadsNowhereButHere(t *testing.T) {
	s := views.Shell{Base: "/mail"}
	for path, want := range map[string]string{
		"/inbox?a=b#m1": "/mail/inbox?a=b#m1", "/": "/mail/", "#main": "#main",
		"": "about:invalid", "inbox": "about:invalid", "//evil.example": "about:invalid", `/\evil.example`: "about:invalid",
		"https://evil.example": "about:invalid", "javascript:alert(1)": "about:invalid", " /inbox": "about:invalid",
	} {
		if got := string(s.Href(path)); !strings.HasPrefix(got, want) {
			t.Errorf("Href(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestThemeAndDensityAreAttributesOfThePage(t *testing.T) {
	p := inbox(1)
	p.Theme, p.Density, p.Layout = "hc-dark", "touch", "split"
	root := one(t, document(t, views.List(p)), "html", tag("html"))
	if got := fmt.Sprint(attr(root, "data-theme"), attr(root, "data-density"), attr(root, "data-layout")); got != "hc-darktouchsplit" {
		t.Errorf("attributes are %v", root.Attr)
	}
}

func TestTheBannerIsFirstInMainWithItsUndoForm(t *testing.T) {
	doc := document(t, views.List(busyInbox()))
	var first *html.Node
	for c := range one(t, doc, "main", tag("main")).ChildNodes() {
		if c.Type == html.ElementNode {
			first = c
			break
		}
	}
	if !class("banner")(first) || !strings.Contains(text(first), "Archived 3 conversations") {
		t.Fatalf("first in main is %q", text(first))
	}
	form := one(t, first, "form", tag("form"))
	back := one(t, form, "back", tag("input"))
	if attr(form, "action") != "/undo/tok%2Fen" || attr(form, "method") != "post" || attr(back, "name") != "back" || attr(back, "value") != "/inbox" {
		t.Errorf("undo form: %v, back: %v", form.Attr, back.Attr)
	}
	p := busyInbox()
	p.Banner.Undo = ""
	if forms := all(document(t, views.List(p)), func(n *html.Node) bool { return n.Data == "form" && within(n, class("banner")) }); len(forms) > 0 {
		t.Error("there is an undo form for what cannot be undone")
	}
}

func TestTheNavigationMarksWhereOneIs(t *testing.T) {
	doc := document(t, views.List(inbox(1)))
	nav := one(t, doc, "nav", tag("nav"))
	current := one(t, nav, "current place", func(n *html.Node) bool { return has(n, "aria-current") })
	if text(current) != "Inbox 12 unread" || attr(current, "aria-current") != "page" {
		t.Errorf("current place: %q %v", text(current), current.Attr)
	}
	if items := all(nav, tag("li")); len(items) != 6 || text(items[5]) != "More" {
		t.Errorf("%d items in the navigation", len(items))
	}
	more := document(t, views.More(views.MorePage{Shell: views.Shell{W: words.English(), Title: "More", User: "ana", Nav: []views.Place{{Name: "Trash", Href: "/trash", Icon: views.IconTrash}}}}))
	if got := text(one(t, one(t, more, "nav", tag("nav")), "current", func(n *html.Node) bool { return has(n, "aria-current") })); got != "More" {
		t.Errorf("on the page of more, %q is current", got)
	}
}

func TestABannerThatTellsOfNothingDoneIsNotGreen(t *testing.T) {
	for kind, want := range map[string]string{"": "note ok banner", "info": "note info banner"} {
		p := inbox(1)
		p.Banner = &views.Banner{Kind: kind, Text: p.W.NothingSelected()}
		if got := attr(one(t, document(t, views.List(p)), "banner", class("banner")), "class"); got != want {
			t.Errorf("kind %q: class %q, want %q", kind, got, want)
		}
	}
}
