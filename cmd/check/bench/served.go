package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"restante/pop3client/pop3test"
)

// site is a restante serve of its own.
type site struct {
	cmd     *exec.Cmd
	address string
	started time.Duration // until it was ready
}

// build makes the program in dir.
func build(ctx context.Context, dir string) (program string, err error) {
	program = filepath.Join(dir, "restante")
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", program, "restante/cmd/restante").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building: %w: %s", err, said)
	}
	return program, nil
}

// served starts the site on a data folder and measures pages over HTTP.
func served(ctx context.Context, program, data string, b *bars) (err error) {
	stop, err := servePOP3()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	s, err := serve(ctx, program, data)
	if err != nil {
		return err
	}
	return errors.Join(overHTTP(s.address, b), s.stop())
}

// servePOP3 is a mail server whose mailboxes are empty.
func servePOP3() (stop func() error, err error) {
	server := &pop3test.Server{}
	server.AddUser(storeUser, storePassword)
	for i := range openFiles {
		server.AddUser(crowdUser(i), storePassword)
	}
	l, err := net.Listen("tcp", strings.TrimPrefix(storeServer, "pop3+insecure://"))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, l) }()
	return func() error { cancel(); return <-ended }, nil
}

// serve starts the site and waits until it says that it is ready.
func serve(ctx context.Context, program, data string) (*site, error) {
	s := &site{cmd: exec.CommandContext(ctx, program, "serve", "--data", data, "--server", storeServer, "--listen", "127.0.0.1:0")}
	said, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "msg=ready address="); ok {
			s.address, s.started = address, time.Since(start)
			go io.Copy(io.Discard, said) // until it ends
			return s, nil
		}
	}
	return nil, errors.Join(errors.New("restante serve did not get ready"), lines.Err(), s.cmd.Wait())
}

func (s *site) stop() error {
	return errors.Join(s.cmd.Process.Signal(syscall.SIGTERM), s.cmd.Wait())
}

var rowLink = regexp.MustCompile(`href="(/[mt]/\d+)`)

// signedIn signs in as a browser does.
func signedIn(address, user string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar}
	res, err := client.PostForm(address+"/login", url.Values{"user": {user}, "password": {storePassword}})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("signing in as %s is answered with %s", user, res.Status)
	}
	return client, nil
}

// overHTTP signs in and asks for pages as a browser does.
func overHTTP(address string, b *bars) error {
	client, err := signedIn(address, storeUser)
	if err != nil {
		return err
	}
	get := func(path string) (string, error) {
		res, err := client.Get(address + path)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s is answered with %s", path, res.Status)
		}
		return string(body), err
	}
	inbox := ""
	for !strings.Contains(inbox, "Up to date") { // the mailbox is looked at first
		time.Sleep(200 * time.Millisecond)
		if inbox, err = get("/inbox"); err != nil {
			return err
		}
	}
	link := rowLink.FindStringSubmatch(inbox)
	if link == nil {
		return errors.New("the inbox has no row")
	}
	packed := func(path string) error { // what a browser asks for, which need not be unpacked to be timed
		req, err := http.NewRequest(http.MethodGet, address+path, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Accept-Encoding", "gzip")
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
	for _, path := range []string{"/inbox", link[1], "/search?q=" + url.QueryEscape(`"of" "and"`)} {
		all, err := samples(3*sampled, func() error { return packed(path) })
		if err != nil {
			return err
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "?")
		most := mostPage
		if strings.HasPrefix(name, "search") {
			most = 2 * mostPage
		}
		b.took("over HTTP, "+name[:min(len(name), 8)]+", p95", share(all, 95), most)
	}
	return nil
}
