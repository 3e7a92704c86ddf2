package mail

import (
	"slices"
	"strings"
)

const maxChecks = 50 // results of one server that are kept

// Authentication is what servers found out about who sent a message (RFC 8601).
type Authentication struct {
	Server string   // who says so: its authserv-id, lower case; "" when nobody who is believed says anything
	Checks []Check  // in the order of the message
	Others []string // authserv-ids of those who say something and are not believed, each once, at most maxOthers
}

const maxOthers = 5

// Check is the result of one method.
type Check struct {
	Method string // "spf", "dkim", "dmarc", "arc" or another, lower case
	Result string // "pass", "fail", "softfail", "none", "temperror" or another, lower case
	Domain string // whose mail it is by that check, lower case; "" when it is not said
}

// Authentication reads the Authentication-Results fields of the servers named. Anybody can write such a field, so only those
// at the top count, up to the next Received field: a server writes its own above what it was sent (RFC 8601, section 5). Of
// several fields a method's results come from the first that has it. No servers named: nothing is believed.
func (m *Message) Authentication(servers []string) Authentication {
	var out Authentication
	over := false // a Received field stands between a believed field and what follows
	for _, f := range m.Header {
		switch {
		case strings.EqualFold(f.Name, "Received"):
			over = out.Server != ""
		case strings.EqualFold(f.Name, "Authentication-Results"):
			id, checks := authResults(f.Value)
			believed := !over && slices.ContainsFunc(servers, func(s string) bool { return strings.EqualFold(s, id) })
			switch {
			case believed && (out.Server == "" || out.Server == id):
				out.Server = id
				out.add(checks)
			case id != "" && id != out.Server && !slices.Contains(out.Others, id) && len(out.Others) < maxOthers:
				out.Others = append(out.Others, id)
			}
		}
	}
	return out
}

// add takes over the results of methods of which there are none yet.
func (a *Authentication) add(checks []Check) {
	known := len(a.Checks)
	for _, c := range checks {
		if len(a.Checks) < maxChecks && !slices.ContainsFunc(a.Checks[:known], func(have Check) bool { return have.Method == c.Method }) {
			a.Checks = append(a.Checks, c)
		}
	}
}

// Result is the result of a method, "" when there is none. Of several signatures one that holds is enough.
func (a Authentication) Result(method string) string {
	result := ""
	for _, c := range a.Checks {
		if c.Method == method && (result == "" || c.Result == "pass") {
			result = c.Result
		}
	}
	return result
}

// authResults reads one field: RFC 8601, section 2.2.
func authResults(value string) (server string, checks []Check) {
	statements := authStatements(cut(value, maxValue))
	if len(statements) == 0 || len(statements[0]) == 0 {
		return "", nil
	}
	server = authWord(statements[0][0])
	for _, words := range statements[1:] {
		if c, ok := authCheck(words); ok && len(checks) < maxChecks {
			checks = append(checks, c)
		}
	}
	return server, checks
}

// authCheck reads "method=result ptype.property=value …". Which property names the domain depends on the method.
func authCheck(words []string) (c Check, ok bool) {
	for i, word := range words {
		name, value, found := strings.Cut(word, "=")
		if i == 0 {
			method, _, _ := strings.Cut(name, "/") // a version may follow
			c.Method, c.Result = authWord(method), authWord(value)
			if !found || !isToken(c.Method) || !isToken(c.Result) {
				return Check{}, false
			}
			continue
		}
		switch name = strings.ToLower(name); name {
		case "smtp.mailfrom", "header.from", "header.d", "header.i", "smtp.helo":
			if c.Domain == "" || name == "header.d" || name == "smtp.mailfrom" {
				c.Domain = authWord(value[strings.LastIndexByte(value, '@')+1:])
			}
		}
	}
	return c, len(words) > 0
}

func authWord(s string) string { return short(strings.ToLower(s)) }

// authStatements cuts a field at its semicolons, and what is between them into words. Comments go; what is in quotation
// marks stays together and loses the marks; spaces around "=" join what they part.
func authStatements(s string) (list [][]string) {
	s = squeeze(s)
	var words []string
	var word strings.Builder
	depth, quoted := 0, false
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && (quoted || depth > 0) && i+1 < len(s):
			if i++; quoted && depth == 0 {
				word.WriteByte(s[i])
			}
		case quoted:
			if quoted = c != '"'; quoted {
				word.WriteByte(c)
			}
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '"':
			quoted = true
		case c == ';':
			end()
			list, words = append(list, words), nil
		case c == ' ':
			if !strings.HasSuffix(word.String(), "=") && !strings.HasPrefix(s[i+1:], "=") {
				end()
			}
		default:
			word.WriteByte(c)
		}
	}
	end()
	return append(list, words)
}
