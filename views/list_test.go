package views_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"restante/views"
)

// TestARowKeepsItsContract is about the markup that style sheet, scripts and
// screen readers rely on (ui.md 4.1).
func TestARowKeepsItsContract(t *testing.T) {
	p := inbox(2)
	p.Rows[1].Count = "3"
	doc := document(t, views.List(p))
	rows := all(doc, class("row"))
	if len(rows) != 2 {
		t.Fatalf("%d rows, want 2", len(rows))
	}
	list := rows[0].Parent
	form := list.Parent
	if list.Data != "ol" || attr(list, "role") != "list" || attr(list, "id") != "list" {
		t.Errorf("rows are in %s %v", list.Data, list.Attr)
	}
	if form.Data != "form" || attr(form, "action") != "/messages" || attr(form, "method") != "post" {
		t.Errorf("the list is in %s %v", form.Data, form.Attr)
	}
	r, want := rows[1], p.Rows[1]
	if r.Data != "li" || attr(r, "id") != "m"+want.ID || !class("u")(r) || class("u")(rows[0]) || !class("new")(r) || class("new")(rows[0]) {
		t.Errorf("row: %v, before it: %v", r.Attr, rows[0].Attr)
	}
	box := one(t, r, "checkbox", func(n *html.Node) bool { return attr(n, "type") == "checkbox" })
	if attr(box, "name") != "id" || attr(box, "value") != want.ID || accessibleName(doc, box) != want.SelectLabel || !class("pick")(box.Parent) {
		t.Errorf("checkbox %v called %q", box.Attr, accessibleName(doc, box))
	}
	link := one(t, r, "link", tag("a"))
	if link.Parent.Data != "h2" || attr(link, "href") != want.Href || attr(link, "dir") != "auto" || !strings.HasPrefix(text(link), want.Subject[0].Text) {
		t.Errorf("link %v in %s says %q", link.Attr, link.Parent.Data, text(link))
	}
	if who := one(t, r, "who", class("who")); text(one(t, who, "name", tag("bdi"))) != want.Who[0].Text || text(who) != want.Who[0].Text+" 3 messages" {
		t.Errorf("who: %v %q", who.Attr, text(who))
	}
	meta := one(t, r, "meta", class("meta"))
	if when := one(t, meta, "time", tag("time")); attr(when, "datetime") != want.Time.ISO || text(when) != want.Time.Short {
		t.Errorf("time: %v %q", when.Attr, text(when))
	}
	if got := text(meta); got != "Unread Has attachment "+want.Time.Short {
		t.Errorf("markers say %q", got)
	}
}

func TestAStarAsksForTheStateThatItDoesNotHave(t *testing.T) {
	p := inbox(2)
	p.Rows[0].Starred, p.Rows[1].Starred = false, true
	stars := all(document(t, views.List(p)), class("star"))
	for i, want := range []struct{ pressed, value string }{{"false", "1"}, {"true", "0"}} {
		s := stars[i]
		if attr(s, "aria-pressed") != want.pressed || attr(s, "name") != "star" || attr(s, "value") != want.value {
			t.Errorf("star %d: %v", i, s.Attr)
		}
		if attr(s, "formaction") != "/m/"+p.Rows[i].ID+"/star" || text(s) != p.Rows[i].StarLabel || !within(s, tag("form")) {
			t.Errorf("star %d posts to %q and is called %q", i, attr(s, "formaction"), text(s))
		}
	}
}

// TestEnterInACheckboxDoesNothing is about the button that a browser presses
// when Enter is hit in a field: the first one of the form, unless disabled.
func TestEnterInACheckboxDoesNothing(t *testing.T) {
	form := one(t, document(t, views.List(inbox(1))), "form of the list", func(n *html.Node) bool { return attr(n, "action") == "/messages" })
	if first := all(form, tag("button"))[0]; !has(first, "disabled") || !has(first, "hidden") {
		t.Errorf("the first button of the form is %v", first.Attr)
	}
}

func TestTheVerbsOfAListPostWithTheWayBack(t *testing.T) {
	p := inbox(1)
	p.Here = "/search?q=a&before=3"
	doc := document(t, views.List(p))
	bar := one(t, doc, "toolbar", func(n *html.Node) bool { return attr(n, "role") == "toolbar" })
	var got []string
	for _, b := range all(bar, tag("button")) {
		got = append(got, attr(b, "name")+"="+attr(b, "value")+" "+text(b))
	}
	if want := "do=archive Archive, do=trash Delete, do=read Mark read, do=unread Mark unread"; strings.Join(got, ", ") != want {
		t.Errorf("verbs %q, want %q", got, want)
	}
	for _, form := range all(doc, func(n *html.Node) bool {
		return attr(n, "action") == "/messages" || attr(n, "action") == "/sync"
	}) {
		back := one(t, form, "back", func(n *html.Node) bool { return attr(n, "name") == "back" })
		if attr(back, "value") != p.Here {
			t.Errorf("the form to %s comes back to %q", attr(form, "action"), attr(back, "value"))
		}
	}
}

func TestResultsShowMarksPlacesCountAndHints(t *testing.T) {
	doc := document(t, views.List(results()))
	marks := all(doc, tag("mark"))
	if len(marks) != 2 || text(marks[0]) != "figures" || !within(marks[0], tag("h2")) {
		t.Errorf("%d marks", len(marks))
	}
	if link := all(one(t, doc, "list", tag("ol")), tag("a"))[0]; !strings.HasPrefix(text(link), "Quarterly report and the figures you asked for") {
		t.Errorf("marking changed the text: %q", text(link))
	}
	if tags := all(doc, class("tag")); len(tags) != 4 || text(tags[1]) != "Archive" {
		t.Errorf("%d tags of places", len(tags))
	}
	main := text(one(t, doc, "main", tag("main")))
	for _, want := range []string{"4 results", "Did you mean “from:”?", "How to search"} {
		if !strings.Contains(main, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if q := one(t, doc, "search field", func(n *html.Node) bool { return attr(n, "id") == "q" }); attr(q, "value") != "figures from:ana form:x" {
		t.Errorf("the search field has %q", attr(q, "value"))
	}
}

func TestPagerAndEndAreThereWhenTheyLeadOn(t *testing.T) {
	links := func(p views.ListPage) string {
		var rels []string
		for _, a := range all(document(t, views.List(p)), func(n *html.Node) bool { return n.Data == "a" && has(n, "rel") }) {
			rels = append(rels, attr(a, "rel")+" "+attr(a, "href"))
		}
		return strings.Join(rels, ", ")
	}
	both := busyInbox()
	if got, want := links(both), "prev /inbox?after=999, next /inbox?before=456"; got != want {
		t.Errorf("links %q, want %q", got, want)
	}
	both.Newer, both.Older = "", ""
	if got := links(both); got != "" {
		t.Errorf("the only page has %q", got)
	}
	if end := one(t, document(t, views.List(both)), "end", class("end")); !strings.Contains(text(end), "Oldest: 3 May 2011") {
		t.Errorf("the end says %q", text(end))
	}
}

func TestAnEmptyListHasNoFormOfRows(t *testing.T) {
	doc := document(t, pages()["empty inbox"])
	if lists := all(doc, tag("ol")); len(lists) > 0 {
		t.Error("there is a list")
	}
	empty := one(t, doc, "empty", class("empty"))
	if h := one(t, empty, "h2", tag("h2")); text(h) != "Inbox empty" {
		t.Errorf("it says %q", text(h))
	}
	form := one(t, empty, "form", tag("form"))
	if back := one(t, form, "back", tag("input")); attr(form, "action") != "/sync" || attr(back, "value") != "/inbox" {
		t.Errorf("form to %q", attr(form, "action"))
	}
}

// compressed is the size of a page as it is sent.
func compressed(t *testing.T, page string) int {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(page)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
