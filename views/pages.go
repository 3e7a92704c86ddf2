package views

import "github.com/a-h/templ"

// SyncPage shows how the first collection goes.
type SyncPage struct {
	Shell
	Heading, Text string
	Progress      Progress
	Steps         []Step
	Problem       *Notice // why it does not go on, nil if it does
	Server        string
	Kept          bool   // nothing is deleted on the server
	Onward        Link   // need not wait for it
	Pause         string // local path, "" where it cannot be stopped
	Done          bool   // it has ended, and well
}

// Step is one of the steps of a collection.
type Step struct {
	Text  string
	State string // done, current or todo
}

// ErrorPage says what went wrong and what to do about it.
type ErrorPage struct {
	Shell
	Status         int
	Heading, Text  string
	ID             string // for the log, "" for none
	Link, LinkText string
}

// ByePage is the page after signing out.
type ByePage struct {
	Shell
	Text string
}

// HelpSearchPage teaches the search language by examples that run.
type HelpSearchPage struct {
	Shell
	Examples []Example
}

// Example is a search and what it finds.
type Example struct {
	Query, Href, Text string
}

// MorePage holds, for phones, what the bottom bar has no room for: all of Nav,
// help, and signing out.
type MorePage struct {
	Shell
	Account string // href of the page of the mail server
	Admin   string // … and of that for who runs the site, "" for others
}

// help is what explains things: on a computer for everybody that is how to search, and nothing more.
func (p MorePage) help() templ.SafeURL {
	if p.Kiosk {
		return p.searchHelp()
	}
	return p.Href("/help")
}

func (p MorePage) helpText() string {
	if p.Kiosk {
		return p.W.SearchHelp()
	}
	return p.W.Help()
}

// running reports whether a bar tells the truth: a collection that has stopped
// may show how far it came, but not that something moves.
func (p SyncPage) running() bool {
	return !p.Done && (p.Problem == nil || p.Progress.Max != "")
}
