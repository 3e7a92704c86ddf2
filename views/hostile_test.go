package views_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"restante/static"
	"restante/views"
	"restante/views/words"
)

// TestNoTextOfAModelBecomesMarkup puts hostile text into every string of every
// view model, addresses and ids included.
func TestNoTextOfAModelBecomesMarkup(t *testing.T) {
	list, search, message, conversation := busyInbox(), results(), messagePage(), thread()
	in, sync, failed, manual := failedLogin(), syncPage(), errorPage(), help()
	nothing := emptyList(views.Empty{Progress: &views.Progress{}})
	sync.Problem = &views.Notice{}
	rich, lines, raw, picture, text1, away, paper := richMessage(), headers(), source(), part(), textPart(), outbound(), printed()
	for _, model := range []any{
		&list, &search, &message, &conversation, &in, &sync, &failed, &manual, &nothing, &rich, &lines, &raw, &picture, &text1, &away, &paper,
	} {
		poison(reflect.ValueOf(model).Elem())
		if model != &list { // the one on a computer that others use
			reflect.ValueOf(model).Elem().FieldByName("Shared").SetString("")
		}
	}
	for name, c := range map[string]templ.Component{
		"list": views.List(list), "search": views.List(search), "empty": views.List(nothing), "message": views.MessageView(message),
		"conversation": views.MessageView(conversation), "login": views.Login(in), "sync": views.Sync(sync), "error": views.Error(failed),
		"rich": views.MessageView(rich), "headers": views.Headers(lines), "source": views.Source(raw), "picture": views.Part(picture),
		"text": views.Part(text1), "outbound": views.Outbound(away), "print": views.Print(paper),
		"help": views.HelpSearch(manual), "more": views.More(views.MorePage{Shell: list.Shell}), "bye": views.Bye(views.ByePage{Shell: list.Shell, Text: hostile}),
	} {
		t.Run(name, func(t *testing.T) {
			doc := document(t, c)
			of := list.Shell.W.Mail()
			if name != "list" && name != "more" && name != "bye" {
				of = "<script>alert(1)</script>"
			}
			if got := text(one(t, doc, "title", tag("title"))); !strings.Contains(got, of) {
				t.Errorf("the title is %q", got)
			}
			for _, n := range all(doc, func(*html.Node) bool { return true }) {
				if n.Data == "script" && attr(n, "src") != static.Path("app.js") || n.Data == "img" && !within(n, class("shown")) {
					t.Errorf("a %s element came into being", n.Data)
				}
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") || a.Key == "src" && !localOrNowhere(a.Val) {
						t.Errorf("%s got the attribute %s", n.Data, a.Key)
					}
					if link := a.Key == "href" || a.Key == "action" || a.Key == "formaction"; link && !within(n, class("body")) && !localOrNowhere(a.Val) {
						t.Errorf("%s of %s is %q", a.Key, n.Data, a.Val)
					}
				}
			}
		})
	}
}

func localOrNowhere(address string) bool {
	return strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") ||
		strings.HasPrefix(address, "#") || strings.HasPrefix(address, "about:invalid")
}

// TestWhatASenderWroteCannotTurnTheDirectionOfAPage is about names of files
// and people that are shown as something else than they are.
func TestWhatASenderWroteCannotTurnTheDirectionOfAPage(t *testing.T) {
	list, message := inbox(1), messagePage()
	r := &list.Rows[0]
	r.Who, r.Subject, r.Snippet = views.Plain(hostile), []views.Run{{Text: hostile, Mark: true}}, views.Plain(hostile)
	r.SelectLabel, r.StarLabel = hostile, hostile
	list.Hints, list.Heading, list.Empty = []string{hostile}, hostile, nil
	message.Title, message.Subject = hostile, hostile
	m := &message.Messages[0]
	m.Name, m.Addr, m.To, m.Summary, m.StarLabel = hostile, hostile, hostile, hostile, hostile
	m.Recipients[0].Value, m.Notices[0].Text = hostile, hostile
	m.Attachments[0].Name, m.Attachments[0].Label, m.Attachments[0].Type = hostile, hostile, hostile
	message.Others[0].Who, message.Others[0].Snippet = hostile, hostile
	conversation := message
	conversation.Threaded, conversation.Others = true, nil
	refused := failedLogin()
	for name, c := range map[string]templ.Component{
		"list": views.List(list), "message": views.MessageView(message), "conversation": views.MessageView(conversation), "login": views.Login(refused),
	} {
		page := markup(t, c)
		if i := strings.Index(page, "\u202e"); i >= 0 {
			t.Errorf("%s: text turns its direction after %q", name, page[max(0, i-150):i])
		}
		if !strings.Contains(page, "gnp.exe") {
			t.Errorf("%s: the text itself is lost", name)
		}
	}
}

// poison sets every string below v, but not the words and not safe markup.
func poison(v reflect.Value) {
	if v.Type() == reflect.TypeFor[*words.Words]() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(hostile)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Base" { // is the operator's
				poison(v.Field(i))
			}
		}
	}
}

// TestIconConstantsAndSpriteAgree compares icons.go with what is drawn.
func TestIconConstantsAndSpriteAgree(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "icons.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	sprite, _ := static.Load().Lookup(static.Path("icons.svg"))
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok {
			id, err := strconv.Unquote(literal.Value)
			if err != nil || !strings.Contains(string(sprite.Body), `<symbol id="`+id+`"`) {
				t.Errorf("the sprite has no icon %s", literal.Value)
			}
			n++
		}
		return true
	})
	if drawn := strings.Count(string(sprite.Body), "<symbol "); drawn != n {
		t.Errorf("%d icons are drawn, %d have a constant", drawn, n)
	}
}
