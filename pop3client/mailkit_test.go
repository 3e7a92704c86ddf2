package pop3client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	material "restante/cmd/check/corpus"
)

// replay asks what a recorded reply is the answer to, and says in words what came of it.
type replay func(ctx context.Context, conn net.Conn) string

// told puts a result and an error into words; line ends count as LF.
func told(result any, err error) string {
	var refusal *ServerError
	switch {
	case errors.As(err, &refusal):
		return "refused: " + refusal.Text
	case err != nil:
		return "error: " + spell(err)
	}
	return strings.TrimSpace(strings.ReplaceAll(fmt.Sprint(result), "\r\n", "\n"))
}

func asked(ask func(ctx context.Context, c *Client) (any, error)) replay {
	return func(ctx context.Context, conn net.Conn) string { return told(ask(ctx, clientOn(conn, nil))) }
}

// The commands that the recorded replies answer.
var (
	replayGreeting replay = func(ctx context.Context, conn net.Conn) string {
		_, err := New(ctx, conn, &Options{SkipCAPA: true})
		return told("greeted", err)
	}
	replayCAPA = asked(func(ctx context.Context, c *Client) (any, error) {
		err := c.session(ctx, "capabilities", c.askCapabilities)
		return strings.Join(c.Capabilities().Lines(), ", "), err
	})
	replayStatus = asked(func(ctx context.Context, c *Client) (any, error) { return "ok", c.Noop(ctx) })
	replayQuit   = asked(func(ctx context.Context, c *Client) (any, error) { return "ok", c.Quit(ctx) })
	replayStat   = asked(func(ctx context.Context, c *Client) (any, error) {
		count, octets, err := c.Stat(ctx)
		return fmt.Sprint(count, " messages, ", octets, " octets"), err
	})
	// Three replies in one file: the commands were under way together.
	replayDeletes replay = func(ctx context.Context, conn net.Conn) string {
		deleted := 0
		err := pipelining(clientOn(conn, known())).DeleteEach(ctx, each(numbered(3)), func(_ Listing, err error) error {
			deleted++
			return err
		})
		return told(fmt.Sprint(deleted, " deleted"), err)
	}
	replayTop = asked(func(ctx context.Context, c *Client) (any, error) {
		var b bytes.Buffer
		err := c.Top(ctx, 1, 0, &b)
		head, _, _ := strings.Cut(strings.ReplaceAll(b.String(), "\r\n", "\n"), "\n")
		return fmt.Sprint(strings.Count(b.String(), "\n"), " lines, the first ", head), err
	})
)

func replayOne(n int) replay {
	return asked(func(ctx context.Context, c *Client) (any, error) {
		l, err := c.ListOne(ctx, n)
		return fmt.Sprint(l.Number, ": ", l.Size), err
	})
}

func replayList(list func(*Client, context.Context) ([]Listing, error)) replay {
	return asked(func(ctx context.Context, c *Client) (any, error) {
		all, err := list(c, ctx)
		var words []string
		for _, l := range all {
			words = append(words, strings.TrimSpace(fmt.Sprint(l.Number, ":", l.Size, " ", l.UIDL)))
		}
		return strings.Join(words, ", "), err
	})
}

// recordings says of each recorded reply what it answers and what must come of it.
var recordings = map[string]struct {
	ask  replay
	want string
}{
	"comcast-err":          {replayStatus, "refused: "},
	"comcast-list":         {replayList((*Client).List), "1:1024, 2:2048, 3:3072, 4:4096, 5:5120, 6:6144, 7:7168"},
	"comcast-list-error1":  {replayList((*Client).List), "1:1024, 2:2048, 3:3072, 4:4096, 5:5120, 6:6144, 7:-1"},
	"comcast-list-error3":  {replayList((*Client).List), "1:1024, 2:2048, 3:3072, 4:4096, 5:5120, 6:6144, 7:-1"},
	"comcast-list1":        {replayOne(1), "1: 1024"},
	"comcast-list1-error3": {replayOne(1), "1: -1"},
	"comcast-ok":           {replayStatus, "ok"},
	"comcast-quit":         {replayQuit, "ok"},
	"comcast-stat-error2":  {replayStat, "error: protocol"},
	"comcast-stat-error3":  {replayStat, "7 messages, 0 octets"},
	"common-ok-greeting":   {replayGreeting, "greeted"},
	"exchange-auth":        {replayStatus, "ok"},
	"exchange-capa":        {replayCAPA, "TOP, UIDL, SASL NTLM GSSAPI PLAIN LOGIN, USER"},
	"exchange-quit":        {replayQuit, "ok"},
	"exchange-stat":        {replayStat, "7 messages, 1800662 octets"},
	"gmail-auth":           {replayStatus, "ok"},
	"gmail-capa1":          {replayCAPA, "USER, RESP-CODES, EXPIRE 0, LOGIN-DELAY 300, TOP, UIDL, X-GOOGLE-RICO, SASL PLAIN XOAUTH2"},
	"gmail-capa2":          {replayCAPA, "USER, RESP-CODES, PIPELINING, EXPIRE 0, LOGIN-DELAY 300, TOP, UIDL, X-GOOGLE-RICO"},
	"gmail-dele123":        {replayDeletes, "3 deleted"},
	"gmail-greeting":       {replayGreeting, "greeted"},
	"gmail-list1":          {replayOne(1), "1: 1024"},
	"gmail-list3":          {replayOne(3), "3: 1026"},
	"gmail-noop":           {replayStatus, "ok"},
	"gmail-top":            {replayTop, "30 lines, the first Delivered-To: xxx@gmail.com"},
	"gmail-uidl":           {replayList((*Client).UIDL), "1:-1 101, 2:-1 102, 3:-1 103"},
	"lang-auth":            {replayStatus, "ok"},
	"lang-capa2":           {replayCAPA, "USER, RESP-CODES, PIPELINING, EXPIRE 0, LOGIN-DELAY 300, TOP, UIDL, LANG"},
	"lang-greeting":        {replayGreeting, "greeted"},
	"lang-setlang":         {replayStatus, "ok"},
	"lang-stat":            {replayStat, "3 messages, 221409 octets"},
	"lang-utf8":            {replayStatus, "ok"},
}

// Each reply of a real server means the same with CRLF and with LF (pop3.md D2), wherever the network tears it apart.
func TestRecordedRepliesAtEverySplit(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(material.Dir(t), "pop3", "mailkit", "*.txt"))
	if err != nil || len(files) != len(recordings) {
		t.Fatalf("%d recorded replies (%v), want %d", len(files), err, len(recordings))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		test, ok := recordings[name]
		if !ok {
			t.Errorf("nothing is said of %s", name)
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lf := strings.ReplaceAll(string(content), "\r\n", "\n")
		for form, reply := range map[string]string{"LF": lf, "CRLF": strings.ReplaceAll(lf, "\n", "\r\n")} {
			for i := range len(reply) + 1 {
				if got := test.ask(t.Context(), replies(reply[:i], reply[i:])); got != test.want {
					t.Errorf("%s with %s, torn at %d of %d: %q, want %q", name, form, i, len(reply), got, test.want)
					break
				}
			}
		}
	}
}
