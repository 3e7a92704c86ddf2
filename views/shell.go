// Package views shows pages: a templ component and a view model for each.
//
// A view model holds exactly what its page shows, in the order in which the
// page shows it, and as text: no view formats a number, a size or a time.
// Foreign markup comes only as [safehtml.HTML]; everything else is escaped by
// templ. Pages carry no inline script, style or handler, so that they work under
// the strictest content security policy; the one script that most of them name
// they can do without.
package views

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/a-h/templ"

	"restante/views/words"
)

// Shell is what every page has around it; each page's view model embeds it.
type Shell struct {
	W       *words.Words
	Base    string // path that the site is mounted at, "" or "/mail"
	Title   string // "Inbox (12)"; " · Restante" is appended
	User    string // who is signed in, "" when nobody is
	Demo    bool   // a sentence on the page says that this is a demonstration
	Shared  string // "Shared computer. …": what a page says on one that others use; "" on one's own
	Kiosk   bool   // this site is for computers for everybody, and keeps nothing
	NoPrint bool   // nothing of the page comes on paper
	Nav     []Place
	Query   string   // text in the search box
	Banner  *Banner  // result of the last action, nil without one
	Notices []Notice // states of the account

	// Script makes the page quicker with the one script that there is. It acts on
	// keys, those alone where Keys is "", with Alt where it is "alt", none where
	// it is "off".
	Script bool
	Keys   string

	// Moved are the keys that a person has given another meaning: what is pressed, and what that does, named by the key
	// that otherwise does it; "" is nothing.
	Moved map[string]string

	// Events is the local path of a stream that says when State is no longer how the mail stands, so that the script
	// makes the page as it is then; "": the page stays as it is. Reload is that for who has no script: seconds and
	// address, as in a Refresh header.
	Events, State, Reload string

	// Still asks on a computer that others use whether somebody is there; nil: the page does not.
	Still *Still

	// Seal makes an address say nothing, for a computer that others use; nil: addresses are as they are.
	Seal func(path string) string

	// Data attributes of the page, "" for the default: list, split or stack;
	// light, dark, hc-light or hc-dark; compact, comfortable or touch; 0 or 2
	// lines of preview; stacked, for rows that never are one line; per cent of
	// the size of text.
	Layout, Theme, Density, Lines, Rows, Size string
}

// Still is what the script asks before a page leads away by itself.
type Still struct {
	After string // seconds after which
	Until string // "You will be signed out at 14:32."
	Back  string // local path to go on at
}

// Place is a link of the navigation. The first four with Phone set stand in the
// bottom bar of a phone, beside the page of more.
type Place struct {
	Name, Href string
	Icon       string // id in the sprite
	Hue        string // of the icon, as of a Tag
	Unread     string // "12", "" for none
	Current    bool
	Phone      bool
	Go         string // the key that leads there behind g, "" for none
}

// Tag is a word that stands out, such as a label.
type Tag struct {
	Text string
	Hue  string // "1" to "12", "" for none
}

// Banner tells the result of an action, first in main.
type Banner struct {
	Kind string // as of a Notice; "" is ok
	Text string
	Undo string // token, "" where nothing can be undone
	Back string // local path to come back to after undoing
}

// Notice tells a state that stays until it ends.
type Notice struct {
	Kind     string // info, warn, danger or ok
	Text     string
	Link     string // href, "" for none
	LinkText string
	Progress *Progress // nil for none
	List     []Point   // what the text is about, point by point
	Choices  []Choice  // what can be done about it
}

// Point is an item of a notice: what was found, and what shows it.
type Point struct {
	Text     string
	Evidence string // as it stands in the message, "" for none
}

// Choice is a button that posts to a local path.
type Choice struct {
	Action, Text string
	Name, Value  string // a field of the form; Name is "" for none
	Key          string // that presses it, "" for none
	Back         string // local path to come back to
}

// Progress is a bar. An empty Max means that the end is not known.
type Progress struct {
	Value, Max string
	Text       string // what the bar says in words; it labels the bar
}

// Time is a moment as a page shows it. The zero Time shows nothing.
type Time struct {
	ISO   string // RFC 3339, for the datetime attribute
	Short string // "11:37", "Tue", "12 Mar", "1 May 2023"
	Full  string // "Thursday, 26 November 2026 at 11:37"
}

// Link is one of a few ways to see the same thing.
type Link struct {
	Href, Text string
	Current    bool
}

// Verb is a button of a form that posts to /messages.
type Verb struct {
	Do   string // value of the field do: archive, trash, restore, read …
	Text string
	Icon string // id in the sprite, "" for none

	Narrow bool // shows its icon alone
}

// Run is a piece of text; a marked one matched a search.
type Run struct {
	Text string
	Mark bool
}

// Plain is text without any mark.
func Plain(text string) []Run {
	return []Run{{Text: text}}
}

type skipLink struct {
	to, text string
}

func (s Shell) skipToContent() skipLink {
	return skipLink{"#main", s.W.SkipToContent()}
}

// searchForm is how the search is sent: words must not stand in an address that
// outlives the session.
func (s Shell) searchForm() templ.Attributes {
	if s.Shared == "" {
		return nil
	}
	return templ.Attributes{"method": "post", "autocomplete": "off"}
}

// title is of the window, whose history outlives the session.
func (s Shell) title() string {
	if s.Shared != "" {
		return s.W.Mail()
	}
	return straight(s.W.Title(s.Title))
}

// ending is what the button says that signs out.
func (s Shell) ending() string {
	if s.Kiosk {
		return s.W.SignOutErase()
	}
	return s.W.SignOut()
}

func (s Shell) layout() string {
	if s.Layout == "" {
		return "list"
	}
	return s.Layout
}

// still is the page without the script.
func (s Shell) still() Shell {
	s.Script = false
	return s
}

// keys says which keys press something, on pages that have the script; "" is none.
func (s Shell) keys(which string) templ.Attributes {
	if which == "" || !s.Script || s.Keys == "off" {
		return nil
	}
	if len(s.Moved) > 0 {
		which = s.movedKeys(which)
	}
	if which == "" {
		return nil
	}
	return templ.Attributes{"aria-keyshortcuts": which}
}

// movedKeys are the keys that do what some do otherwise.
func (s Shell) movedKeys(which string) string {
	var list []string
	for _, own := range strings.Fields(which) {
		_, other := s.Moved[own]
		for pressed, does := range s.Moved {
			if does == own {
				list, other = append(list, pressed), true
			}
		}
		if !other {
			list = append(list, own)
		}
	}
	return strings.Join(list, " ")
}

// keymap are the moved keys as the script reads them, "" where there are none.
func (s Shell) keymap() string {
	if len(s.Moved) == 0 || !s.Script {
		return ""
	}
	text, _ := json.Marshal(s.Moved) // of strings: it has no error
	return string(text)
}

// keys are those of a verb, as in Gmail.
func (v Verb) keys() string {
	switch v.Do {
	case "archive":
		return "e"
	case "trash":
		return "#"
	case "spam":
		return "!"
	case "star":
		return "s"
	case "read":
		return "Shift+I"
	case "unread":
		return "Shift+U"
	case "label":
		return "l"
	case "mute", "unmute":
		return "m"
	}
	return ""
}

func (b Banner) notice() Notice {
	return Notice{Kind: cmp.Or(b.Kind, "ok")}
}

func (n Notice) kind() string {
	if n.Kind == "" {
		return "info"
	}
	return n.Kind
}

func (n Notice) icon() string {
	switch n.Kind {
	case "warn", "danger":
		return IconWarn
	case "ok":
		return IconCheck
	}
	return IconInfo
}
