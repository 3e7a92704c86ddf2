package views_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"restante/views"
)

// TestAMessageIsReadInTheRightOrder is the order of ui.md 2.8.
func TestAMessageIsReadInTheRightOrder(t *testing.T) {
	page := markup(t, views.MessageView(messagePage()))
	last, lastWhat := 0, "the beginning"
	for _, what := range []string{
		`class="acts"`, "<h1", `class="labels"`, "3 remote images blocked", `class="sender"`, "to me and 2 others", `class="views"`,
		`class="body`, "2 attachments", "2 other messages in this conversation",
	} {
		i := strings.Index(page, what)
		if i < last {
			t.Errorf("%s is at %d, before %s at %d", what, i, lastWhat, last)
		}
		last, lastWhat = i, what
	}
}

func TestTheWholeAddressIsAlwaysShown(t *testing.T) {
	p := longMessage()
	doc := document(t, views.MessageView(p))
	if got := text(one(t, doc, "sender", class("sender"))); !strings.HasSuffix(got, p.Messages[0].Addr) {
		t.Errorf("the sender is shown as %q", got)
	}
	nameless := messagePage()
	nameless.Messages[0].Name = ""
	if got := text(one(t, document(t, views.MessageView(nameless)), "sender", class("sender"))); got != "ana@ruiz.example" {
		t.Errorf("a sender without a name is shown as %q", got)
	}
	for i, details := range all(document(t, views.MessageView(thread())), class("fold")) {
		if got := text(details); !strings.Contains(got, thread().Messages[i].Addr) {
			t.Errorf("message %d of the conversation lacks its address", i)
		}
	}
}

func TestTheVerbsOfAMessageAreForThatMessage(t *testing.T) {
	doc := document(t, views.MessageView(messagePage()))
	form := one(t, doc, "form", func(n *html.Node) bool { return attr(n, "action") == "/messages" })
	if got, want := fields(form), "back=/inbox#m12 id=12 scope=message do=archive do=trash do=unread"; got != want {
		t.Errorf("the form posts %q, want %q", got, want)
	}
	star := one(t, doc, "star", class("star"))
	if got := fields(star.Parent); got != "back=/m/12 scope=message star=0" || attr(star, "formaction") != "/m/12/star" || attr(star.Parent, "method") != "post" {
		t.Errorf("the star posts %q to %q", got, attr(star, "formaction"))
	}
}

func TestAConversationActsAsAWholeAndByMessage(t *testing.T) {
	doc := document(t, views.MessageView(thread()))
	var got []string
	for _, form := range all(doc, func(n *html.Node) bool { return attr(n, "action") == "/messages" }) {
		got = append(got, fields(form))
	}
	verbs := " do=archive do=trash do=unread"
	want := []string{
		"back=/inbox#m12 id=12" + verbs,
		"back=/t/12 id=12 scope=message star=0" + verbs,
		"back=/t/12 id=11 scope=message star=0" + verbs,
		"back=/t/12 id=10 scope=message star=0" + verbs,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("forms post\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAConversationUnfoldsWhatIsToBeRead(t *testing.T) {
	folds := all(document(t, views.MessageView(thread())), class("fold"))
	if len(folds) != 3 {
		t.Fatalf("%d messages, want 3", len(folds))
	}
	for i, f := range folds {
		if has(f, "open") != (i == 0) {
			t.Errorf("message %d: open is %t", i, has(f, "open"))
		}
	}
	if got := attr(folds[1], "id"); got != "m11" {
		t.Errorf("the anchor is %q", got)
	}
	summary := all(folds[1], tag("summary"))[0]
	if got := text(summary); got != "ON Ola Nordmann Unread Hi, please find the numbers below. The totals changed since the last version. Wed Wednesday, 25 November 2026 at 09:40" {
		t.Errorf("a folded message says %q", got)
	}
}

func TestViewsAreLinksAndOneIsCurrent(t *testing.T) {
	p := messagePage()
	choice := one(t, document(t, views.MessageView(p)), "views", class("views"))
	links := all(choice, tag("a"))
	if len(links) != 2 || attr(links[0], "aria-current") != "page" || has(links[1], "aria-current") || attr(links[1], "href") != "/m/12?view=text" {
		t.Errorf("views: %d links", len(links))
	}
	p.Messages[0].Views = p.Messages[0].Views[:1]
	if groups := all(document(t, views.MessageView(p)), class("views")); len(groups) > 0 {
		t.Error("one view is offered as a choice")
	}
}

func TestAttachmentsAreDownloads(t *testing.T) {
	links := all(one(t, document(t, views.MessageView(messagePage())), "attachments", class("att")), tag("a"))
	if len(links) != 2 || !has(links[0], "download") || attr(links[0], "href") != "/m/12/part/2/download" || attr(links[0], "aria-label") != "Download q3-figures.ods, 42 KB" {
		t.Errorf("first of %d attachments: %v", len(links), links[0].Attr)
	}
}

func TestAFileThatCanBeShownIsAndARiskyOneIsNotOneStepAway(t *testing.T) {
	list := one(t, document(t, views.MessageView(richMessage())), "attachments", class("att"))
	var got []string
	for _, a := range all(list, tag("a")) {
		got = append(got, attr(a, "href"))
		if has(a, "download") != strings.HasSuffix(attr(a, "href"), "/download") {
			t.Errorf("%s: download is %v", attr(a, "href"), has(a, "download"))
		}
	}
	if want := "/m/12/part/2 /m/12/part/2/download /m/12/part/3"; strings.Join(got, " ") != want {
		t.Errorf("the files lead to %q, want %q", got, want)
	}
}

func TestTheOriginalIsCagedAndOnlyTwoNoticesAreOpen(t *testing.T) {
	doc := document(t, views.MessageView(richMessage()))
	frame := one(t, doc, "frame", tag("iframe"))
	if attr(frame, "src") != "/m/12/original" || attr(frame, "title") == "" || attr(frame, "referrerpolicy") != "no-referrer" {
		t.Errorf("the frame has %v", frame.Attr)
	}
	if body := all(doc, class("body")); len(body) > 0 {
		t.Error("there is a body beside the frame")
	}
	notices := all(doc, class("note"))
	folded := 0
	for _, n := range notices {
		if within(n, class("about")) {
			folded++
		}
	}
	if len(notices) != 4 || folded != 2 {
		t.Errorf("%d of %d notices are folded away, want 2 of 4", folded, len(notices))
	}
}

func TestPaperHasNothingOfTheApplication(t *testing.T) {
	doc := document(t, views.Print(printed()))
	for _, n := range all(doc, tag("nav", "header", "form", "button", "iframe", "script")) {
		t.Errorf("a %s", n.Data)
	}
	page := text(one(t, doc, "main", tag("main")))
	for _, want := range []string{"Quarterly report", "ana@ruiz.example", "corrected figures", "q3-figures.ods"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestTheMenuOpensWithoutAScript(t *testing.T) {
	doc := document(t, views.MessageView(messagePage()))
	button := one(t, doc, "button of the menu", func(n *html.Node) bool { return has(n, "popovertarget") })
	menu := one(t, doc, "menu", func(n *html.Node) bool { return has(n, "popover") })
	if attr(button, "popovertarget") != attr(menu, "id") || attr(button, "type") != "button" {
		t.Errorf("button %v does not open %v", button.Attr, menu.Attr)
	}
	var hrefs []string
	for _, a := range all(menu, tag("a")) {
		hrefs = append(hrefs, attr(a, "href"))
	}
	if got := strings.Join(hrefs, " "); got != "/m/12/raw /t/12" {
		t.Errorf("the menu leads to %q", got)
	}
}

// fields are the names and values that a form can post, in order.
func fields(form *html.Node) string {
	var list []string
	for _, n := range all(form, tag("input", "button")) {
		if has(n, "name") {
			list = append(list, attr(n, "name")+"="+attr(n, "value"))
		}
	}
	return strings.Join(list, " ")
}

func TestAnAttachmentIsCalledAsAComputerTakesIt(t *testing.T) {
	for _, c := range []struct{ name, kind, want string }{
		{"report.pdf", "application/pdf", "2 KB · PDF"},
		{"holiday.jpg.exe", "image/jpeg", "2 KB · EXE"},
		{"report", "application/pdf", "2 KB · application/pdf"},
		{"Dear Ana. Please read", "text/plain", "2 KB · text/plain"},
		{"a.<b>", "text/html", "2 KB · text/html"},
		{"", "", "2 KB"},
	} {
		p := messagePage()
		p.Messages[0].Attachments = []views.Attachment{{Name: c.name, Type: c.kind, Size: "2 KB", Href: "/m/12/part/1/download"}}
		files := one(t, document(t, views.MessageView(p)), "attachments", class("att"))
		if got := text(one(t, files, "line", tag("p"))); got != c.want {
			t.Errorf("%q of type %q: %q, want %q", c.name, c.kind, got, c.want)
		}
	}
}
