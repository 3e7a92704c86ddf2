package views

import (
	"strconv"

	"github.com/a-h/templ"
)

// ListPage is a list of conversations or of search results.
type ListPage struct {
	Shell
	Heading  string
	Count    string  // number of results of a search, "" elsewhere
	News     *Filter // leads to what has come since; nil: nothing has
	Status   string  // line under the heading: "Up to date · checked 2 min ago"
	CanEmpty bool    // whether to offer Empty trash
	CanCheck bool    // whether to offer Check mail
	Hints    []string
	Filters  []Filter    // what a search asks for, each with the way to do without
	Order    Filter      // the other order of a search; no Text: there is none
	Form     *SearchForm // asks for a search piece by piece; nil where there is none
	Narrower []Filter    // searches for a part of the list
	Accounts []Filter    // the same list from one account each; nil where there is only one
	Keep     Filter      // where a search can be saved; no Text: nowhere
	Place    string      // inbox, starred, archive, trash, search …
	Here     string      // local path of this page with its query, to come back to
	Verbs    []Verb
	All      string // choice to act on the whole result instead of what is selected: "All 312 results", "" for none
	AllQuery string // the search that it stands for
	Scope    string // "message" where the verbs are for the rows' messages, "" for their conversations
	Rows     []Row
	Newer    string // href, "" for none
	Older    string // href, "" for none
	End      string // sentence that closes the last page, "" elsewhere
	Empty    *Empty // instead of rows
	Layouts  []RadioOption
}

// SearchForm is what a search asks for, piece by piece.
type SearchForm struct {
	Words, From, To, Subject, Not, After, Before string
	Larger, Has, In                              []Option
}

// Filter is a link that narrows, widens or orders a search.
type Filter struct{ Text, Href string }

// Row is a conversation in a list.
type Row struct {
	ID          string
	Day         string // heading above it: "Today"; "" where it is under that of the row before, or there are none
	Href        string
	SelectLabel string // Select “Dinner” from Ana
	Who         []Run
	Count       string // messages in the conversation, "" for one
	Subject     []Run
	Snippet     []Run
	Place       string // tag with the name of the place, in search results
	Account     string // that it came from, "" where there is only one
	Labels      []Tag
	Marks       []Mark
	Unread      bool
	Time        Time
	Starred     bool
	StarLabel   string
	Highlight   bool // new since the last page
	Beside      bool // the list stands beside a message
	Open        bool // which is this one
}

// Mark is an icon that says something of a row, and what is heard instead.
type Mark struct{ Icon, Text string }

// Empty stands in place of what is not there: what is so, why, what to do.
type Empty struct {
	Icon, Heading, Text string
	Progress            *Progress
	Action, ActionText  string // a form that posts to this local path
	Back                string // local path to come back to after the action
	Link, LinkText      string
}

func (r Row) anchor() string {
	if r.Beside {
		return "r" + r.ID // the message has the other
	}
	return "m" + r.ID
}

// whole is a list that nobody is in: it may be replaced as it stands.
func (p ListPage) whole() templ.Attributes { return templ.Attributes{"data-live": p.Empty != nil} }

// group is the rows under one heading.
type group struct {
	n    int
	name string // "" for none
	rows []Row
}

func (g group) id() string { return "day-" + strconv.Itoa(g.n) }

func (p ListPage) groups() (list []group) {
	for i, r := range p.Rows {
		if i == 0 || r.Day != "" {
			list = append(list, group{n: len(list), name: r.Day})
		}
		last := &list[len(list)-1]
		last.rows = append(last.rows, r)
	}
	return list
}

// wished is the value that a star's button posts: 1 to set the star, 0 to take
// it away.
func wished(starred bool) string {
	if starred {
		return "0"
	}
	return "1"
}

func pressed(starred bool) string {
	if starred {
		return "true"
	}
	return "false"
}

func (p ListPage) skip() skipLink {
	if p.Empty != nil {
		return p.skipToContent()
	}
	return skipLink{"#list", p.W.SkipToList()}
}
