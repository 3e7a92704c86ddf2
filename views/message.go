package views

import (
	"path"
	"slices"
	"strings"

	"restante/views/safehtml"
)

// MessagePage is one message (/m/{id}), or a whole conversation (/t/{id}) when
// it is Threaded.
type MessagePage struct {
	Shell
	Back, BackText string // the list, at the row that was opened
	Here           string // local path of this page, to come back to
	Subject        string
	ThreadHref     string // the whole conversation, "" where this is all of it
	Threaded       bool   // Messages are folded, each with its own verbs
	Nested         bool   // the message lies in another one: nothing can be done with it
	Messages       []Message
	Seen           []string // ids of messages that are read once the page has been looked at for a while
	Others         []Other  // the other messages of the conversation, on /m/
	OthersText     string
	// Verbs for the conversation as a whole, on /t/; VerbID is the id that they
	// are posted with.
	Verbs  []Verb
	VerbID string
	Newer  string // the message above this one in its list, "" for none
	Older  string
	List   *ListPage // what stands around it there, where the layout has that beside it; nil elsewhere
}

// Message is a message to be read.
type Message struct {
	ID        string
	Anchor    string // id of the element, for links within the page; "" is "m" and ID
	Open      bool   // unfolded, on /t/
	Unread    bool
	Starred   bool
	StarLabel string
	PlaceName string
	Tags      []Tag // labels, and what else is to be said in a word
	Verbs     []Verb
	Menu      []MenuItem // other ways to see it

	Notices         []Notice // the most pressing first
	Cards           []Card   // what it is besides a text: an invitation, a delivery report
	Below           []Card   // what there is to say behind the text
	Initials        string
	Name, Addr      string // Name may be "", Addr is always shown whole
	To              string // "to me and 2 others"
	Recipients      []Field
	Time            Time
	Summary         string // first line, shown while folded
	View            string // reader, original or text
	Views           []Link
	Body            safehtml.HTML
	Frame           string    // href of the document that shows the body instead, "" for none
	Charsets        *Charsets // to read it as another charset; nil where there is nothing to gain
	Attachments     []Attachment
	AttachmentsText string // "2 attachments · 1.3 MB"
	Zip             string // href of all of them in one file, "" for none
}

// MenuItem is a link of the menu of a message.
type MenuItem struct {
	Href, Text string
	Icon       string // id in the sprite
	Download   bool
	Do         string // then it is a verb, and Href is ""
	Key        string // that opens it, "" for none
}

// Field is a header field as a person knows it.
type Field struct {
	Name, Value string
	More        string // what goes on behind Value, folded away; "" for nothing
	MoreText    string // how much that is
}

// Attachment is a file of a message.
type Attachment struct {
	Name, Type, Size string
	View             string // href of a page that shows it or warns of it, "" for none
	Href             string // of the file itself, "" where only the page leads to it, or nothing
	Icon             string // id in the sprite
	Label            string // Download report.pdf, 1.3 MB
	Risky            bool   // it can run as a program
}

// Card is what a message is about, as far as a program can tell.
type Card struct {
	Icon     string // id in the sprite
	Heading  string
	Text     string // "" for none
	Fields   []Field
	List     []Point
	Link     string // href of a file to download, "" for none
	LinkText string
}

// Charsets is a form that shows the text of a message as another charset.
type Charsets struct {
	Action  string // local path
	Keep    []Field
	Options []Option
}

// Option is one choice of a list.
type Option struct {
	Value, Text string
	Selected    bool
}

// Other is another message of the conversation.
type Other struct {
	ID, Href string
	Who      string
	Snippet  string
	Time     Time
	Unread   bool
}

// open and rest part the notices of a message: who is told everything at once
// reads nothing.
func (m Message) open() []Notice { return m.Notices[:min(len(m.Notices), openNotices)] }
func (m Message) rest() []Notice { return m.Notices[min(len(m.Notices), openNotices):] }

const openNotices = 2

// barID and barVerbs are what the action bar acts on: the conversation when it
// is shown as a whole, else the message.
func (p MessagePage) barID() string {
	if p.Threaded || len(p.Messages) == 0 {
		return p.VerbID
	}
	return p.Messages[0].ID
}

func (p MessagePage) barVerbs() []Verb {
	if p.Threaded || len(p.Messages) == 0 {
		return p.Verbs
	}
	return p.Messages[0].Verbs
}

// tags names the places and labels of the messages, each once.
func (p MessagePage) tags() []Tag {
	var tags []Tag
	for _, m := range p.Messages {
		for _, tag := range append([]Tag{{Text: m.PlaceName}}, m.Tags...) {
			if tag.Text != "" && !slices.Contains(tags, tag) {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

func (m Message) who() string {
	if m.Name != "" {
		return m.Name
	}
	return m.Addr
}

func (m Message) anchor() string {
	if m.Anchor == "" {
		return "m" + m.ID
	}
	return m.Anchor
}

func (m Message) menuID() string {
	return "more-" + m.ID
}

// about is the line under an attachment's name: its size, and its kind as a
// computer will take it, which is the end of its name and not what the sender
// says.
func (a Attachment) about() string {
	kind := a.Type
	if end := strings.TrimPrefix(path.Ext(a.Name), "."); end != "" && len(end) <= longestEnd && strings.IndexFunc(end, notASCIILetterOrDigit) < 0 {
		kind = strings.ToUpper(end)
	}
	if kind == "" {
		return a.Size
	}
	return a.Size + " · " + kind
}

const longestEnd = 5 // of a file's name: "xhtml"

func notASCIILetterOrDigit(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9')
}
