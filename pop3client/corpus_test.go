package pop3client

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	material "restante/cmd/check/corpus"
)

// corpus returns a file of the corpus, or skips the test when there is none.
func corpus(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(material.Dir(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// recorded is a reply of a real server; the files have bare LFs.
func recorded(t *testing.T, name string) string {
	t.Helper()
	return strings.ReplaceAll(string(corpus(t, "pop3/mailkit/"+name+".txt")), "\n", "\r\n")
}

func TestRecordedCapabilities(t *testing.T) {
	gmail, err := New(t.Context(), replies(recorded(t, "gmail-greeting"), recorded(t, "gmail-capa1"), "+OK\r\n",
		recorded(t, "gmail-auth"), recorded(t, "gmail-capa2")), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c := gmail.Capabilities(); c.Has("PIPELINING") || !c.Has("UIDL") || c.LoginDelay().Seconds() != 300 {
		t.Errorf("before login: %v", c)
	}
	if err := gmail.Login(t.Context(), "u", "p"); err != nil {
		t.Fatal(err)
	}
	if c := gmail.Capabilities(); !c.Has("PIPELINING") || cmp.Diff(c.Args("EXPIRE"), []string{"0"}) != "" {
		t.Errorf("after login: %v", c)
	}
	exchange, err := New(t.Context(), replies(recorded(t, "common-ok-greeting"), recorded(t, "exchange-capa")), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(exchange.Capabilities().Args("SASL"), []string{"NTLM", "GSSAPI", "PLAIN", "LOGIN"}); diff != "" {
		t.Error(diff)
	}
}

func TestRecordedListings(t *testing.T) {
	ctx := t.Context()
	if count, octets, err := answering(nil, recorded(t, "exchange-stat")).Stat(ctx); count != 7 || octets != 1800662 || err != nil {
		t.Errorf("exchange-stat: %d, %d, %v", count, octets, err)
	}
	if _, _, err := answering(nil, recorded(t, "comcast-stat-error2")).Stat(ctx); !errors.Is(err, ErrProtocol) {
		t.Errorf("comcast-stat-error2: %v, want ErrProtocol", err)
	}
	if count, octets, err := answering(nil, recorded(t, "comcast-stat-error3")).Stat(ctx); count != 7 || octets != 0 || err != nil {
		t.Errorf("comcast-stat-error3: %d, %d, %v", count, octets, err)
	}
	for name, last := range map[string]int64{"comcast-list": 7168, "comcast-list-error1": -1, "comcast-list-error3": -1} {
		list, err := answering(nil, recorded(t, name)).List(ctx)
		if err != nil || len(list) != 7 || list[5].Size != 6144 || list[6] != (Listing{Number: 7, Size: last}) {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	uidls, err := answering(nil, recorded(t, "gmail-uidl")).UIDL(ctx)
	want := []Listing{{Number: 1, Size: -1, UIDL: "101"}, {Number: 2, Size: -1, UIDL: "102"}, {Number: 3, Size: -1, UIDL: "103"}}
	if diff := cmp.Diff(want, uidls); diff != "" || err != nil {
		t.Errorf("gmail-uidl: %v %s", err, diff)
	}
	var top bytes.Buffer
	reply := recorded(t, "gmail-top")
	if err := answering(nil, reply).Top(ctx, 1, 0, &top); err != nil {
		t.Errorf("gmail-top: %v", err)
	}
	_, head, _ := strings.Cut(strings.TrimSuffix(reply, ".\r\n"), "\r\n")
	if diff := cmp.Diff(head, top.String()); diff != "" {
		t.Errorf("gmail-top: %s", diff)
	}
}

// hostile is a case of the corpus: what a hostile server does.
type hostile struct {
	ID     string
	Script []struct {
		Send, Repeat string
		Times        int
	}
}

// conn is a connection on which the server of the case says all that it says.
func (h hostile) conn() *endlessConn {
	c := new(endlessConn)
	for _, step := range h.Script {
		if step.Send != "" {
			c.chunks = append(c.chunks, []byte(step.Send))
		}
		if step.Repeat != "" {
			c.chunks = append(c.chunks, []byte("+OK\r\n"))
			c.pattern = []byte(strings.Repeat(step.Repeat, 1+4096/len(step.Repeat)))
		}
	}
	return c
}

func TestHostileServersOfTheCorpus(t *testing.T) {
	var cases []hostile
	if err := json.Unmarshal(corpus(t, "security/pop3-hostile-server.json"), &cases); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	start := func(c *Client) error { return c.greeting(farAway) }
	open := func(security Security) func(c *Client) error {
		return func(c *Client) error { return c.open(ctx, Address{Host: host, Security: security}, farAway) }
	}
	pass := func(c *Client) error {
		c.concealing.add("hunter2")
		_, err := c.ask(request{verb: "PASS", judges: true})
		return err
	}
	stat := func(c *Client) error { _, _, err := c.Stat(ctx); return err }
	list := func(c *Client) error { _, err := c.List(ctx); return err }
	uidl := func(c *Client) error { _, err := c.UIDL(ctx); return err }
	retrieve := func(c *Client) error { _, err := c.Retrieve(ctx, 1, io.Discard); return err }
	twice := func(c *Client) error { return errors.Join(retrieve(c), retrieve(c)) }
	tests := map[string]struct {
		do   func(c *Client) error
		want error
	}{
		"greeting-err":     {start, ErrPermanent},
		"greeting-long":    {start, ErrProtocol},
		"greeting-lf":      {start, nil},
		"not-pop3-ssh":     {start, ErrProtocol},
		"stls-inject":      {open(STLS), ErrProtocol},
		"stls-err":         {open(STLS), ErrNoSTLS},
		"preauth-capa-lie": {open(Insecure), nil},
		"capa-infinite":    {open(Insecure), ErrProtocol},
		"pass-err-echo":    {pass, ErrAuth},
		"in-use":           {pass, ErrInUse},
		"sys-temp":         {pass, ErrTemporary},
		"stat-overflow":    {stat, ErrProtocol},
		"stat-huge-count":  {stat, nil},
		"stat-garbage":     {stat, ErrProtocol},
		"list-unsupported": {list, ErrPermanent},
		"uidl-unsupported": {uidl, ErrPermanent},
		"uidl-dup":         {uidl, nil},
		"uidl-case":        {uidl, nil},
		"uidl-long":        {uidl, nil},
		"uidl-sql":         {uidl, nil},
		"uidl-space":       {uidl, nil},
		"retr-short":       {retrieve, nil},
		"retr-cut":         {retrieve, ErrTruncated},
		"retr-no-crlf":     {retrieve, ErrTooLarge},
		"retr-dotstuff":    {retrieve, nil},
		"retr-nul":         {retrieve, nil},
		"retr-err":         {retrieve, ErrPermanent},
		"retr-smuggle":     {twice, ErrProtocol},
		"dele-err":         {func(c *Client) error { return c.Delete(ctx, 1) }, ErrPermanent},
		"quit-update-fail": {func(c *Client) error { return c.Quit(ctx) }, ErrPermanent},
	}
	ran := 0
	for _, hostile := range cases {
		test, known := tests[hostile.ID]
		if !known {
			continue // it is about what happens to the mail afterwards, or has no script
		}
		ran++
		// Small limits, so that what has no end reaches them soon.
		err := test.do(clientOn(hostile.conn(), &Options{MaxMessage: 1 << 20}))
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", hostile.ID, err, test.want)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\x00\r") || err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error is not fit to be shown: %q", hostile.ID, err)
		}
	}
	if ran != len(tests) {
		t.Errorf("%d of the %d cases were found", ran, len(tests))
	}
}

func TestHostsOfTheCorpusThatAreNoHosts(t *testing.T) {
	var cases []struct{ ID, Host string }
	if err := json.Unmarshal(corpus(t, "security/ssrf-targets.json"), &cases); err != nil {
		t.Fatal(err)
	}
	for _, each := range cases {
		a, err := ParseAddress("pop3s://" + each.Host)
		if strings.ContainsAny(each.Host, " /%#@。") || strings.HasPrefix(each.Host, "0x") || each.Host == "127.1" {
			if err == nil {
				t.Errorf("%s: %q is %+v, want an error", each.ID, each.Host, a)
			}
			continue
		}
		// What does parse says where it leads; the policy of the dialler decides.
		if err == nil && strings.Trim(each.Host, "[].") != strings.TrimSuffix(a.Host, ".") && !strings.Contains(each.Host, ":") {
			t.Errorf("%s: %q became the host %q", each.ID, each.Host, a.Host)
		}
	}
}

// farAway is a deadline for what ends by itself.
var farAway = time.Now().Add(time.Hour)
