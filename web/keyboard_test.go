package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"restante/pop3client/pop3test"
)

const keymapPath = "/settings/keyboard/keys"

func TestAPersonChoosesWhichKeyDoesWhat(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	b.get("/settings/keyboard").says("Which key does what", "Next message", "Archive")
	if p := b.post(keymapPath, url.Values{"key-archive": {"D"}, "key-search": {""}, "key-star": {"e"}}); p.status != http.StatusOK {
		t.Fatalf("%d: %s", p.status, p.text())
	}
	p := b.get("/inbox")
	for attribute, want := range map[string]bool{`value="archive" aria-keyshortcuts="Shift+D"`: true, `title="Star" aria-keyshortcuts="e"`: true, `aria-keyshortcuts="/"`: false, `aria-keyshortcuts="Shift+R"`: true} {
		if has := strings.Contains(p.body, attribute); has != want {
			t.Errorf("a key of %s: %v", attribute, has)
		}
	}
	help := b.get("/help/keys")
	for _, row := range []string{`<kbd>Shift d</kbd>  <kbd>y</kbd>  </td><td>Archive`, `<kbd>e</kbd>  </td><td>Star`, `<td></td><td>Search`} {
		if !strings.Contains(help.body, row) {
			t.Errorf("the help lacks %s", row)
		}
	}
	b.post(keymapPath, url.Values{"key-mute": {"y"}})
	if help = b.get("/help/keys"); !strings.Contains(help.body, `<kbd>Shift d</kbd>  </td><td>Archive`) {
		t.Error("a key that another thing has got is still said to archive")
	}
	b.post(keymapPath, url.Values{"reset": {"1"}, "key-star": {"q"}})
	if p = b.get("/inbox"); !strings.Contains(p.body, `aria-keyshortcuts="e"`) || strings.Contains(p.body, "data-keymap") {
		t.Error("the keys are not as they were")
	}
}

func TestKeysThatCannotBe(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.signIn()
	b.post(keymapPath, url.Values{"key-archive": {"d"}})
	for text, form := range map[string]url.Values{
		"have the same key: d":   {"key-star": {"d"}},
		"have the same key: e":   {"key-star": {"e"}, "key-archive": {"e"}},
		"“Star” needs one":       {"key-star": {"ab"}},
		"“Mute” needs one":       {"key-mute": {"g"}},
		"“Label” needs one":      {"key-label": {"*"}},
		"“Undo” needs one":       {"key-undo": {"\u0301"}},
		"“Search” needs one":     {"key-search": {"😀"}},
		"“Check mail” needs one": {"key-check": {"\xff"}},
	} {
		p := b.post(keymapPath, form)
		if p.status != http.StatusUnprocessableEntity || !strings.HasPrefix(p.title(), "Error: ") || strings.Count(p.body, `aria-invalid="true"`) != 1 {
			t.Errorf("%v: %d, %s", form, p.status, p.title())
		}
		p.says(text)
	}
	if p := b.post(keymapPath, url.Values{"key-star": {"ab"}, "key-undo": {"ü"}}); !strings.Contains(p.body, `value="ab"`) || !strings.Contains(p.body, `value="ü"`) {
		t.Error("what was written is gone")
	}
	if p := b.get("/settings/keyboard"); !strings.Contains(p.body, `name="key-archive" value="d"`) || !strings.Contains(p.body, `name="key-star" value="s"`) {
		t.Error("what was refused was kept, or what there was is gone")
	}
}

func TestMovedKeysPressWhatTheyWereGivenTo(t *testing.T) {
	t.Parallel()
	h, b := onKeys(t)
	other := h.browser()
	other.signIn()
	other.post(keymapPath, url.Values{"key-archive": {"d"}, "key-star": {"e"}, "key-next": {"w"}, "key-select-to": {"q"}, "key-undo": {""}, "key-help": {"h"}})
	b.open("/inbox")
	b.keys("jww") // j is nobody's
	b.awaits(focused, "subject-4")
	b.keys("e")
	b.awaits(`document.activeElement.className + document.activeElement.ariaPressed`, "startrue")
	b.keys("sd")
	b.awaits(listed, "5321")
	b.keys("z") // neither
	b.keys("xwq")
	b.awaits(selected, "2")
	b.keys("y") // as it comes
	b.awaits(listed, "51")
	b.keys("h")
	b.awaits(`document.querySelector("dialog h1").textContent`, "Keyboard shortcuts")
}

func TestArchivingGoesOnToTheNeighbour(t *testing.T) {
	t.Parallel()
	_, b := onKeys(t)
	b.keys("jjo")
	b.awaits(`document.querySelector("h1").textContent`, "subject-4")
	b.keys("]")
	b.awaits(`document.querySelector("h1").textContent`, "subject-3")
	b.awaits(`document.querySelector(".banner p").textContent`, "Archived")
	b.keys("[")
	b.awaits(`document.querySelector("h1").textContent`, "subject-5")
	b.keys("[") // there is none that is newer
	b.keys("u")
	b.awaits(listed, "521")
}
