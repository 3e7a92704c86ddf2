package views_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestProgressWithoutAnEndHasNoValue(t *testing.T) {
	counting := one(t, document(t, pages()["sync, counting"]), "progress", tag("progress"))
	if has(counting, "value") || has(counting, "max") {
		t.Errorf("an indeterminate bar has %v", counting.Attr)
	}
	if bars := all(document(t, pages()["sync, stuck"]), tag("progress")); len(bars) > 0 {
		t.Error("a bar moves while nothing does")
	}
	known := one(t, document(t, pages()["sync"]), "progress", tag("progress"))
	if attr(known, "value") != "212" || attr(known, "max") != "760" {
		t.Errorf("the bar has %v", known.Attr)
	}
	if bars := all(document(t, pages()["sync, done"]), tag("progress")); len(bars) > 0 {
		t.Error("what is done still has a bar")
	}
}

func TestTheStepsOfASyncSayTheirState(t *testing.T) {
	items := all(one(t, document(t, pages()["sync"]), "steps", class("steps")), tag("li"))
	var got []string
	for _, i := range items {
		got = append(got, attr(i, "class")+": "+text(i))
	}
	want := []string{
		"done: Signed in to mail.home.example (TLS 1.3) (done)", "done: Counted 4,318 messages (done)",
		"current: Downloading messages, newest first (now)", "todo: Counting messages",
	}
	if !slices.Equal(got, want) {
		t.Errorf("steps %q, want %q", got, want)
	}
}

func TestTheSignInFormKeepsWhatWasWrittenButNoPassword(t *testing.T) {
	doc := document(t, pages()["login, refused"])
	field := func(name string) *html.Node {
		return one(t, doc, name, func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == name })
	}
	if attr(field("user"), "value") != "ana" || attr(field("server"), "value") != "pop3+insecure://mail.home.example" {
		t.Error("what was written is lost")
	}
	if p := field("password"); has(p, "value") || attr(p, "type") != "password" || attr(p, "autocomplete") != "current-password" {
		t.Errorf("password field: %v", p.Attr)
	}
	if u := field("user"); attr(u, "aria-invalid") != "true" || attr(u, "aria-describedby") != "error" {
		t.Errorf("refused field: %v", u.Attr)
	}
	alert := one(t, doc, "alert", func(n *html.Node) bool { return attr(n, "role") == "alert" })
	if attr(alert, "tabindex") != "-1" || !strings.Contains(text(alert), "Sign-in failed") || !strings.Contains(text(alert), "<script>") {
		t.Errorf("the alert says %q", text(alert))
	}
	if asks := all(document(t, pages()["login"]), func(n *html.Node) bool { return attr(n, "name") == "server" }); len(asks) > 0 {
		t.Error("a fixed server is asked for")
	}
	if next := one(t, document(t, pages()["login, server"]), "next", func(n *html.Node) bool { return attr(n, "name") == "next" }); attr(next, "value") != "/m/12" {
		t.Errorf("next: %v", next.Attr)
	}
	if got := text(one(t, document(t, pages()["login, no TLS"]), "warning", class("warn"))); !strings.Contains(got, "not encrypted") || !strings.Contains(got, "mail.home.example") {
		t.Errorf("warning: %q", got)
	}
}

func TestTheErrorPageSaysStatusAndID(t *testing.T) {
	got := text(one(t, document(t, pages()["error"]), "main", tag("main")))
	for _, want := range []string{"This message is not here any more", "It was removed", "Error 404", "Error id 8f3k", "Go to the inbox"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q: %s", want, got)
		}
	}
}
