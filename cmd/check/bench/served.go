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
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"restante/cache"
	"restante/cache/registry"
	"restante/pop3client/pop3test"
)

const (
	mostStart = 200 * time.Millisecond // from nothing to ready, with
	manyUsers = 1000                   // people
	mostIdle  = 150 << 20              // of memory with the files of
	openFiles = 200                    // people open
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

// crowded measures how long the site takes to start when many people are known, and how much memory their open files take
// in a process that has done nothing else.
func crowded(ctx context.Context, program, crowd string, b *bars) error {
	ids, err := gather(ctx, crowd)
	if err != nil {
		return err
	}
	s, err := serve(ctx, program, crowd)
	if err != nil {
		return err
	}
	b.took(fmt.Sprintf("from start to ready with %d people", manyUsers), s.started, mostStart)
	if err := s.stop(); err != nil {
		return err
	}
	return idle(ctx, crowd, ids, b)
}

// servePOP3 is a mail server whose mailbox is empty.
func servePOP3() (stop func() error, err error) {
	server := &pop3test.Server{}
	server.AddUser(storeUser, "correct horse")
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

// overHTTP signs in and asks for pages as a browser does.
func overHTTP(address string, b *bars) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar}
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
	res, err := client.PostForm(address+"/login", url.Values{"user": {storeUser}, "password": {"correct horse"}})
	if err != nil {
		return err
	}
	res.Body.Close()
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

// gather makes a data folder of many people.
func gather(ctx context.Context, data string) (ids []registry.PersonID, err error) {
	people, err := registry.Open(ctx, data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, people.Close()) }()
	for i := range manyUsers {
		e, err := enrol(ctx, people, data, fmt.Sprintf("user%d@example.org", i))
		if err != nil {
			return nil, err
		}
		ids = append(ids, e.Person)
	}
	return ids, nil
}

// idle measures the memory that the open files of many people take.
func idle(ctx context.Context, data string, ids []registry.PersonID, b *bars) (err error) {
	pool := cache.NewPool(filepath.Join(data, "users"), time.Now)
	defer func() { err = errors.Join(err, pool.Close()) }()
	for _, id := range ids[:openFiles] {
		box, done, err := pool.Get(ctx, string(id))
		if err != nil {
			return err
		}
		_, err = box.Conversations(ctx, cache.Inbox, cache.Page{})
		if _, err2 := box.Counters(ctx); err2 != nil {
			err = errors.Join(err, err2)
		}
		done()
		if err != nil {
			return err
		}
	}
	debug.FreeOSMemory()
	resident, err := residentMemory()
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "%-44s %6.0f MB\n", fmt.Sprintf("memory with the files of %d people open", openFiles), float64(resident)/(1<<20))
	if resident > mostIdle {
		b.missed = append(b.missed, fmt.Sprintf("memory with %d files open: %d MB, %d is wanted", openFiles, resident>>20, mostIdle>>20))
	}
	return nil
}

// residentMemory is how much memory this process has, in bytes.
func residentMemory() (int64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var all, resident int64
	if _, err := fmt.Sscan(string(text), &all, &resident); err != nil {
		return 0, fmt.Errorf("reading /proc/self/statm: %w", err)
	}
	return resident * int64(os.Getpagesize()), nil
}
