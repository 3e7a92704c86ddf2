package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

func TestEveryLimitOfAConnectionIsSet(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	srv := h.site.HTTPServer(t.Context())
	for name, test := range map[string]struct{ got, atMost time.Duration }{
		"the header": {srv.ReadHeaderTimeout, 10 * time.Second}, "the request": {srv.ReadTimeout, time.Minute}, "idleness": {srv.IdleTimeout, 5 * time.Minute},
	} {
		if test.got <= 0 || test.got > test.atMost {
			t.Errorf("the limit of %s is %v, want at most %v", name, test.got, test.atMost)
		}
	}
	if srv.MaxHeaderBytes <= 0 || srv.MaxHeaderBytes > 64<<10 {
		t.Errorf("a header may have %d bytes", srv.MaxHeaderBytes)
	}
}

// listen serves the house as the program does, with limits of the test's choice, and returns the address.
func (h *house) listen() string {
	h.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.site.Serve(ctx, l) }()
	before := h.stop
	h.stop = func() {
		stop()
		if err := <-ended; err != nil {
			h.t.Errorf("serving ended with %v", err)
		}
		before()
	}
	return l.Addr().String()
}

// dial connects, writes, and gives up reading only when the test would hang.
func dial(t *testing.T, addr, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestWhoNeverComesToAnEndIsCutOff(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.site.Hurry(100*time.Millisecond, patience)
	addr := h.listen()
	for name, text := range map[string]string{
		"no header": "", "half a header": "GET /login HTTP/1.1\r\nHost: x\r\n",
		"half a form": "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nuser=a",
		"no other":    "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		if _, err := io.ReadAll(dial(t, addr, text)); errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
			t.Errorf("%s: the connection stays open", name)
		}
	}
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

// bigLetter has a file of many megabytes, so much more than the buffers of a connection hold.
func (h *house) bigLetter(megabytes int) {
	line := strings.Repeat("QUJD", 19) + "\r\n"
	h.mailbox.Deliver([]byte("From: bo@example.org\r\nSubject: big\r\nMIME-Version: 1.0\r\nContent-Type: application/x-big; name=big.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		strings.Repeat(line, megabytes<<20/len(line))))
}

// ask writes a request of a person who is signed in, on a connection of its own.
func (b *browser) ask(addr, path string) net.Conn {
	b.t.Helper()
	site, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	text := "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	for _, c := range b.http.Jar.Cookies(site) {
		text += "Cookie: " + c.String() + "\r\n"
	}
	return dial(b.t, addr, text+"\r\n")
}

func TestADownloadMayBeAsSlowAsItsLineButNotDead(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.bigLetter(10)
	b := h.browser()
	b.signIn()
	path := "/m/" + b.awaitMail(1).rows()[0] + "/raw"

	h.site.Hurry(50*time.Millisecond, patience)
	conn := b.ask(h.listen(), path)
	reader := bufio.NewReader(conn)
	if _, err := reader.Peek(1); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond) // longer than the limit of a request
	res, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if n, err := io.Copy(io.Discard, res.Body); err != nil || n != res.ContentLength {
		t.Errorf("a slow download broke off after %d of %d bytes: %v", n, res.ContentLength, err)
	}

	h.site.Hurry(patience, 50*time.Millisecond)
	conn = b.ask(h.listen(), path)
	if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	cutOff := regexp.MustCompile(`route=/m/:id/raw status=200 bytes=(\d+)`)
	line := cutOff.FindAllStringSubmatch(h.logged(), -1)
	for deadline := time.Now().Add(patience); len(line) < 2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a reader who does not read is waited for")
		}
		line = cutOff.FindAllStringSubmatch(h.logged(), -1)
	}
	if size, err := strconv.Atoi(line[1][1]); err != nil || size >= 10<<20 {
		t.Errorf("a reader who does not read was sent all %s bytes", line[1][1])
	}
	if strings.Contains(h.logged(), "ERROR") {
		t.Errorf("a reader who goes away is logged as a fault:\n%s", h.logged())
	}
}

// The time that a page takes to make is not the time that its reader takes.
func TestASignInThatTakesLongStillGetsItsPage(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "PASS", Action: pop3test.Hang()}}}, nil)
	h.site.Fleet.Client.ReplyTimeout = patience
	h.site.Hurry(300*time.Millisecond, patience)
	form := url.Values{"user": {user}, "password": {password}}.Encode()
	conn := dial(t, h.listen(), fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(form), form))
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal("no answer:", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusBadGateway || !strings.Contains(string(body), "did not answer in time") {
		t.Errorf("answer %d (%v): %s", res.StatusCode, err, body)
	}
}

func TestServingEndsWithAnOpenRequest(t *testing.T) {
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "PASS", Action: pop3test.Hang()}}}, nil)
	h.site.Fleet.Client.ReplyTimeout = patience
	h.site.Hurry(patience, patience)
	h.site.HurryEnd(100 * time.Millisecond)
	addr := h.listen()
	form := url.Values{"user": {user}, "password": {password}}.Encode()
	dial(t, addr, fmt.Sprintf("POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(form), form))
	for deadline := time.Now().Add(patience); h.mail.Seen("PASS") == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the server was not asked")
		}
	}
	h.stop()
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("the address is still open")
	}
}
