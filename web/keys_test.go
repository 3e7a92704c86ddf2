package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"restante/pop3client/pop3test"
)

// onKeys is a browser with five messages, five to one, the newest first.
func onKeys(t *testing.T) (*house, *tab) {
	t.Helper()
	h := newHouse(t, &pop3test.Server{}, nil)
	for i := range 5 {
		h.mailbox.Deliver(letter("bo@example.org", fmt.Sprintf("subject-%d", i+1), "garden", time.Duration(5-i)*time.Hour))
	}
	b := openTab(t, h.http.URL)
	b.open("/login")
	b.do(chromedp.SendKeys(chromedp.ID("user"), user), chromedp.SendKeys(chromedp.ID("password"), password+"\r"))
	b.await("subject-5")
	for deadline := time.Now().Add(patience); !strings.Contains(b.text(), "subject-1"); b.open("/inbox") {
		if time.Now().After(deadline) {
			t.Fatal("the mail does not come")
		}
	}
	b.open("/inbox")
	return h, b
}

// eval is what an expression says on the page.
func (b *tab) eval(expression string) string {
	said, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		return err.Error() // of a page that goes away
	}
	return said
}

// awaits waits until an expression says a text.
func (b *tab) awaits(expression, want string) {
	b.t.Helper()
	for deadline := time.Now().Add(3 * patience); ; time.Sleep(10 * time.Millisecond) {
		got := b.eval(expression)
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%s is %q, want %q, on:\n%s", expression, got, want, b.text())
		}
	}
}

// keys presses keys one after the other, each as one event with its text: what a page prevents is then not written.
func (b *tab) keys(keys string) {
	b.t.Helper()
	b.awaits("document.readyState", "complete") // the script has run
	for _, key := range keys {
		events := kb.Encode(key)
		down, text, up := *events[0], events[len(events)-2].Text, events[len(events)-1]
		down.Text = text
		for _, event := range []*input.DispatchKeyEventParams{&down, up} {
			b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *event)
				return err
			}))
		}
	}
}

const (
	focused  = `document.activeElement.closest(".row")?.querySelector("b").textContent || document.activeElement.tagName`
	selected = `String(document.querySelectorAll(".pick input:checked").length)`
	listed   = `[...document.querySelectorAll(".subj b")].map(b => b.textContent.slice(-1)).join("")`
)

// ui.md section 8, points 42 and 43: keys press what is on the page, and the focus goes where a person is.
func TestPoints42And43KeysActOnTheListAndTheFocusStaysThere(t *testing.T) {
	t.Parallel()
	_, b := onKeys(t)
	b.keys("jj")
	b.awaits(focused, "subject-4")
	b.keys("k")
	b.awaits(focused, "subject-5")
	b.keys("jj")
	b.awaits(focused, "subject-3")
	b.keys("e") // in the middle: the next
	b.awaits(listed, "5421")
	b.awaits(focused, "subject-2")
	b.awaits(`document.querySelector("#live").textContent`, "Archived")
	b.awaits(`location.pathname + location.search`, "/inbox")
	b.keys("z")
	b.awaits(listed, "54321")
	b.keys("jjjjj")
	b.awaits(focused, "subject-1")
	b.keys("#") // the last: the one before
	b.awaits(listed, "5432")
	b.awaits(focused, "subject-2")
	b.keys("x")
	b.awaits(selected, "1")
	b.keys("kkX")
	b.awaits(selected, "3")
	b.keys("*n")
	b.awaits(selected, "0")
	const whole, starred = `String(document.querySelector(".page input").checked)`, `String(document.querySelectorAll(".star[aria-pressed=true]").length)`
	b.do(chromedp.Click(chromedp.CSS(".page input")))
	b.awaits(selected, "4")
	b.keys("s") // what is selected
	b.awaits(starred, "4")
	b.awaits(whole, "false") // on the next page nothing is selected
	b.keys("z")
	b.awaits(starred, "0")
	b.keys("*a")
	b.awaits(selected+"+"+whole, "4true")
	b.do(chromedp.Click(chromedp.CSS(".row .pick input")))
	b.awaits(selected+"+"+whole, "3false")
	b.keys("*a")
	b.keys("e") // all: what says that nothing is left
	b.awaits(listed, "")
	b.awaits(`document.activeElement.tagName`, "H2")
	b.keys("z")
	b.awaits(listed, "5432")
	b.keys("js")
	b.awaits(`document.activeElement.className + document.activeElement.ariaPressed`, "startrue")
	b.keys("gs")
	b.awaits(`document.querySelector("h1").textContent`, "Starred")
	b.keys("gl")
	b.awaits(`document.querySelector("h1").textContent`, "Labels, searches and rules")
	b.keys("gi")
	b.awaits(`document.querySelector("h1").textContent`, "Inbox")
}

// Where a form changes the page in place, the page also looks as it says; where that fails, the form is sent as ever.
func TestFormsChangeThePageInPlace(t *testing.T) {
	t.Parallel()
	h, b := onKeys(t)
	const layout = `document.documentElement.dataset.layout`
	b.do(chromedp.EmulateViewport(1280, 800), chromedp.Click(chromedp.CSS("[popovertarget=layouts]")), chromedp.Click(chromedp.CSS("#layouts [value=split]")))
	b.awaits(layout, "split")
	b.awaits(`String(document.querySelector(".reader.none").checkVisibility())`, "true")
	b.awaits(`document.querySelector("#live").textContent`, "Saved.")
	b.open("/inbox")
	b.keys("jo")
	b.awaits(`document.querySelector("h1").textContent`, "subject-5")
	b.keys("s") // the focus stays on what was pressed
	b.awaits(`document.activeElement.className + document.activeElement.ariaPressed`, "startrue")
	b.keys("u")
	b.awaits(`document.querySelector("h1").textContent`, "Inbox")
	b.awaits(`document.readyState`, "complete")
	held := `document.querySelector(".subj a").focus(), document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "e", repeat: true, bubbles: true})), document.documentElement.dataset.busy ?? "idle"`
	if got := b.eval(held); got != "idle" { // a key that is held acts once
		t.Errorf("a key that is held makes the page %q", got)
	}
	other := h.browser()
	other.signIn()
	other.post("/settings/sessions", nil) // which signs out everywhere else
	b.keys("je")
	b.awaits(`document.querySelector("h1").textContent`, "Read your mail")
}

func TestKeysLeadThroughMessagesAndLeaveWritingAlone(t *testing.T) {
	t.Parallel()
	_, b := onKeys(t)
	const heading = `document.querySelector("h1").textContent`
	b.keys("jo")
	b.awaits(heading, "subject-5")
	b.keys("j")
	b.awaits(heading, "subject-4")
	b.keys("k")
	b.awaits(heading, "subject-5")
	b.keys("u")
	b.awaits(heading, "Inbox")
	b.keys("/")
	b.awaits(`document.activeElement.id`, "q")
	b.keys("jxe#z")
	b.awaits(`document.activeElement.value + `+listed, "jxe#z54321")
	b.awaits(selected, "0")
	b.do(chromedp.Click(chromedp.CSS("h1")))
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.activeElement.blur(), true`)); err != nil {
		t.Fatal(err)
	}
	b.keys("?")
	b.awaits(`document.querySelector("dialog h1")?.textContent || ""`, "Keyboard shortcuts")
	b.keys("e") // behind a dialog nothing happens
	b.keys("\u001b")
	b.awaits(`String(document.querySelectorAll("dialog").length)`, "0")
	b.awaits(listed, "54321")
}

func TestKeysAreAsAPersonChose(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	if p := b.get("/login"); strings.Contains(p.body, "<script") || !strings.Contains(p.header.Get("Content-Security-Policy"), "script-src 'none'") {
		t.Error("who is not signed in gets a script")
	}
	b.signIn()
	p := b.awaitMail(2)
	if !ownScript.MatchString(p.body) || !strings.Contains(p.body, `aria-keyshortcuts="e"`) || !strings.Contains(p.header.Get("Content-Security-Policy"), "script-src 'self'; connect-src 'self'") {
		t.Errorf("no script and keys in %s under %s", p.body, p.header.Get("Content-Security-Policy"))
	}
	b.get("/help/keys").says("Keyboard shortcuts", "Archive", "Delete")
	b.post("/settings/keyboard", url.Values{"keys": {"off"}})
	p = b.get("/inbox")
	if strings.Contains(p.body, "aria-keyshortcuts") || !p.root(`data-keys="off"`) {
		t.Error("keys that are off are on the page")
	}
	b.post("/settings/keyboard", url.Values{"keys": {"alt"}})
	if p = b.get("/inbox"); !strings.Contains(p.body, "aria-keyshortcuts") || !p.root(`data-keys="alt"`) {
		t.Error("keys with Alt are not")
	}
}

// A message may count as read once it has been open for a while: not at once, and by hand where there is no script.
func TestAMessageThatIsOpenForAWhileIsRead(t *testing.T) {
	t.Parallel() // it waits most of the time
	h, b := onKeys(t)
	other := h.browser()
	other.signIn()
	other.post("/settings/reading", url.Values{"read": {"later"}})
	b.open("/inbox")
	b.keys("jo")
	b.awaits(`document.querySelector("h1").textContent`, "subject-5")
	if rows := strings.Count(other.get("/inbox").body, `<li class="row u`); rows != 5 {
		t.Errorf("%d of 5 messages are unread when one has just been opened", rows)
	}
	for deadline := time.Now().Add(patience); strings.Count(other.get("/inbox").body, `<li class="row u`) != 4; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the message is not read")
		}
	}
}
