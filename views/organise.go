package views

// OrganisePage is all that a person has made to put mail in order with.
type OrganisePage struct {
	Shell
	Error    *ErrorSummary // nil for none
	Labels   []NamedItem
	Searches []NamedItem
	Rules    []RuleItem

	// What the forms begin with.
	Line      string // of a search
	Name      string // of a search
	Deeds     []CheckOption
	RuleLabel string
}

// NamedItem is a label or a saved search.
type NamedItem struct {
	ID           string
	Name, Href   string
	Text         string // what is to be said of it
	DeleteLabel  string // Delete “Work”
	ChangeLabel  string // New name for “Work”, "" where it cannot be changed
	ColourLabel  string // Colour of “Work”
	Colours      []Option
	DeleteAction string // local path
	ChangeAction string // local path
}

// RuleItem is a rule.
type RuleItem struct {
	Query, Href  string
	Deeds        []string
	Met          string // "met 12 messages"
	DeleteLabel  string
	DeleteAction string // local path
}

// CheckOption is one of several that may be chosen together.
type CheckOption struct {
	Name, Text string
	Chosen     bool
}

// LabelPage gives a label to messages, or takes one away.
type LabelPage struct {
	Shell
	Back, BackText string
	Error          *ErrorSummary // nil for none
	Heading        string
	Has            string // sentence with the labels that the one message has, "" for none
	Fields         []Hidden
	Value          string
	Known          []string // names to choose from
}
