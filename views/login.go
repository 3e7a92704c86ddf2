package views

import (
	"strings"

	"github.com/a-h/templ"
)

// LoginPage is the way in. The form posts server, user and password to /login.
type LoginPage struct {
	Shell
	Info         string // why this page is here: "You were signed out …"
	Error        *ErrorSummary
	Server       string // name of the only server; "" lets the form ask
	ServerValue  string // what was written as server
	User         string // what was written as user name
	UserDomain   string // what is added to a user name without one, "" for nothing
	Next         string // local path to go to afterwards, "" for the inbox
	Insecure     bool   // Server is reached without TLS
	Plain        bool   // this page came over plain HTTP
	Shareable    bool   // the form offers a session for a computer that others use
	ChoseShared  bool   // … and that was chosen
	Fixed        bool   // User is not to be changed
	Findable     bool   // who leaves the server empty has it looked for
	Found        bool   // ServerValue was found, and waits for the password
	Provider     string // who vouches for people besides mail servers, "" for nobody
	ProviderHref string // local path that leads there
	Contrast     bool   // the form says that high contrast is wanted
	Switch       *Link  // to high contrast or back; nil: there is none
	Foot         string // what stands beneath the form, "" for nothing
	Action       string // local path that the form of a further account posts to
}

// ErrorSummary heads a form that was not accepted.
type ErrorSummary struct {
	Heading, Text string
	Field         string // id of the field to put right: server, user, password; "" for none
	Detail        string // the server's own words, verbatim; "" for none
}

// mark gives a field the attributes of its state: what describes it, whether
// it was refused, and the focus if nothing else has it.
func (p LoginPage) mark(field string) templ.Attributes {
	a := templ.Attributes{}
	var described []string
	if field == "server" {
		described = append(described, "server-hint")
	}
	if field == "user" && p.UserDomain != "" {
		described = append(described, "user-hint")
	}
	if p.Error != nil && p.Error.Field == field {
		a["aria-invalid"] = "true"
		described = append(described, "error")
	}
	if len(described) > 0 {
		a["aria-describedby"] = strings.Join(described, " ")
	}
	if p.Error == nil && field == p.firstField() {
		a["autofocus"] = true
	}
	return a
}

// remembers is what a browser may fill in by itself: on a computer that others use nothing.
func (p LoginPage) remembers(field string) string {
	if p.Kiosk || p.Shared != "" {
		return "off"
	}
	return field
}

func (p LoginPage) firstField() string {
	switch {
	case p.Fixed, p.Found:
		return "password"
	case p.Server == "" && !p.Findable:
		return "server"
	}
	return "user"
}
