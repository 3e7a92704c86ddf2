package pop3client

import (
	"bufio"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

/*
The quirks of pop3.md, section 2, and what this package makes of them. "done"
is code with the number in a comment, and at least one test with the number in
its name. "caller" is a decision for which the package hands over what it takes.

	A1  done    greetings of every kind
	A2  done    text of the server is cleaned, cut, and marked when in the clear
	A3  done    nothing may follow the reply to STLS
	A4  done    STLS is required or not asked for; there is no third way
	A5  done    one deadline over dial, handshake and greeting
	A6  done    capabilities from before TLS are forgotten
	A7  done    dialled once more without CAPA, Traits.NoCAPA
	A8  done    the wrong kind of port is named
	A9  done    the server's name is sent and verified
	B1  done    CAPA again after login
	B2  done    refused UIDL is temporary where it is announced
	B3  done    one list for each state
	B4  done    tokens end at a blank or "="
	B5  done    tokens of every form
	B6  done    lines and octets of CAPA are bounded
	B7  done    a refused CAPA leaves nothing from another state
	B8  done    EXPIRE 0 is told as it is, with the warning at Capabilities.Expire
	C1  done    in use, by code or by words; when to come again is the caller's
	C2  done    ServerError.Wait
	C3  done    words are kept, and the meaning is soft
	C4  done    AUTH-RESP-CODE; hints by host name are the caller's
	C5  done    hanging up is a soft refusal; a new connection is the caller's
	C6  done    continuations of every form
	C7  done    two steps unless Options.InitialResponse
	C8  done    the answer to a refused token, and a newer token once
	C9  done    line ends and NUL are refused
	C10 done    bytes as they are; Latin-1 by giving Latin-1
	C11 done    no secret in an error, a trace or a log
	C12 caller  Credentials.Token knows its scopes
	D1  done    the terminator follows CRLF
	D2  done    LF by reply
	D3  done    a dot is taken from two only
	D4  done    ErrSalvaged
	D5  done    ErrSalvaged
	D6  done    ErrTruncated; attempts are counted by the caller
	D7  caller  Retrieve returns the octets, List the size
	D8  done    no limit on lines of a message, and no memory
	D9  done    NUL is data
	D10 done    bare CR and CR CR LF are data
	D11 done    every place to split
	D12 done    blank lines alone are passed over, in flight they are a desync
	D13 done    lists in odd forms
	D14 done    data is never read as replies
	D15 done    each method knows its form; there is no free command
	D16 done    status lines are bounded
	D17 done    TLS may end without a word after the terminator
	E1  done    two messages may have one id
	E2  caller  ids that all change at once need a store
	E3  done    ids up to the length of a line
	E4  done    ids of any octets
	E5  done    no id is ""
	E6  caller  ids used again need a store
	E7  caller  messages that come back need a store
	E8  done    Listing.Anomaly
	E9  done    STAT is a hint
	E10 caller  what an empty list means needs a store
	E11 done    sizes are hints
	E12 done    one listing without its number
	E13 done    always the whole list, in the server's order
	E14 caller  what absence means needs a store
	E15 done    lists are bounded and cost what is in them
	E16 caller  it is a matter of the message's header
	F1  done    a refused message lets the session go on
	F2  caller  it is a matter of comparing messages
	F3  caller  it is a matter of comparing messages
	F4  done    bytes as they come
	F5  done    TOP may be missing
	F6  caller  the warning is at Top
	F7  done    no QUIT by itself, Close drops
	F8  done    Options.MaxMessage
	F9  caller  when to send Noop; MaxMessage and queues bound what waits
	F10 done    ErrUTF8
	G1  done    only nil from Quit means deleted
	G2  caller  messages that are still listed need a store
	G3  caller  what a deletion means differs by provider
	G4  done    a refused DELE is not fatal
	G5  caller  anomalies and ErrSalvaged are told; what to delete is not decided here
	G6  caller  how many deletions a session has
	G7  caller  when to come again
	G8  done    RSET only when asked for
	G9  caller  how many sessions there are
	H1  done    lock-step without PIPELINING
	H2  done    the first flight is a trial
	H3  done    Traits.HungUpInFlight
	H4  done    requests are bounded and the reader never waits
	H5  done    after a burst of refusals, lock-step
*/

// quirkLine is a line of the table above.
var quirkLine = regexp.MustCompile(`(?m)^\t([A-H][0-9]+) +(done|caller) `)

func TestEveryQuirkIsDoneOrTheCallers(t *testing.T) {
	source, err := os.ReadFile("quirks_test.go")
	if err != nil {
		t.Fatal(err)
	}
	verdicts := make(map[string]string)
	for _, line := range quirkLine.FindAllStringSubmatch(string(source), -1) {
		if verdicts[line[1]] != "" {
			t.Errorf("%s is in the table twice", line[1])
		}
		verdicts[line[1]] = line[2]
	}
	tests, comments := testsAndComments(t)
	for number, verdict := range verdicts {
		if verdict != "done" {
			continue
		}
		if !regexp.MustCompile(number + `([^0-9]|$)`).MatchString(tests) {
			t.Errorf("%s is said to be done, and no test has it in its name", number)
		}
		if !regexp.MustCompile(`\b` + number + `\b`).MatchString(comments) {
			t.Errorf("%s is said to be done, and no comment of the code has it", number)
		}
	}
	listed := quirksOfTheDocument(t)
	for number := range listed {
		if verdicts[number] == "" {
			t.Errorf("%s of pop3.md is not in the table", number)
		}
	}
	if len(listed) > 0 && len(listed) != len(verdicts) {
		t.Errorf("the table has %d quirks, pop3.md %d", len(verdicts), len(listed))
	}
}

// testsAndComments are the names of the tests of this folder, one a line, and
// all comments of its code.
func testsAndComments(t *testing.T) (tests, comments string) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var test, comment strings.Builder
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") {
			for _, group := range file.Comments {
				comment.WriteString(group.Text() + "\n")
			}
			continue
		}
		for _, each := range file.Decls {
			if f, ok := each.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				test.WriteString(f.Name.Name + "\n")
			}
		}
	}
	return test.String(), comment.String()
}

// quirksOfTheDocument are the numbers of pop3.md, which lies beside the project
// or is not there.
func quirksOfTheDocument(t *testing.T) map[string]bool {
	path := filepath.Join("..", "..", "shared", "pop3.md")
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Logf("pop3.md absent at %s: not compared", path)
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	row := regexp.MustCompile(`^\| ([A-H][0-9]+) \|`)
	numbers := make(map[string]bool)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if found := row.FindStringSubmatch(lines.Text()); found != nil {
			numbers[found[1]] = true
		}
	}
	return numbers
}
