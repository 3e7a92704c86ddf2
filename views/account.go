package views

// AccountPage is all about one mailbox on its server: how it stands, what happens there, what is collected, the last
// checks, and what was deleted there.
type AccountPage struct {
	Shell
	Server  string
	Host    string
	Remove  string   // href of the page that asks whether to remove it, "" where it stays
	State   []string // sentences
	Problem *Notice  // nil for none

	Here, Password string // local paths of this page, of where the password is given anew,
	Test           string // and of what looks at the account and shows how that goes

	Pending   string // sentence that deleting will begin, "" where it will not
	Rules     []RadioOption
	Days      string // of the rule that has days
	Size      string // of the rule for large messages, in MB
	Same      bool   // delete in the session that collects
	Policy    string // where that form goes
	Scopes    []RadioOption
	MaxSizes  []RadioOption
	Intervals []RadioOption
	Recent    *CheckOption // to ask Gmail for all recent mail; nil elsewhere
	Intake    string       // where that form goes

	Runs         []RunLine
	Receipts     string // sentence
	ReceiptsHref string // "" where there are none
}

// RadioOption is one of several that exclude each other.
type RadioOption struct {
	Value, Text string
	Chosen      bool
}

// RunLine is a line of the table of checks.
type RunLine struct {
	When                                 Time
	Took, Listed, Collected, Size        string
	Deleted, Taken, Result, ResultDetail string
}

// AskPage asks before something that cannot be taken back.
type AskPage struct {
	Shell
	Back, BackText string
	Error          *ErrorSummary // nil for none
	Heading        string
	Text           []string
	Action         string // local path that the form posts to
	Fields         []Hidden
	Label          string // of the text to be typed, "" for none
	Options        []RadioOption
	OptionsName    string // of their field
	OptionsLegend  string
	Button         string
}

// Hidden is a field of a form that goes with it unseen.
type Hidden struct{ Name, Value string }

// AccountsPage is the list of a person's accounts.
type AccountsPage struct {
	Shell
	Accounts []AccountLine
}

// AccountLine is one account in the list.
type AccountLine struct {
	Name, Href, Server string
	State              []string // sentences
}
