package bench

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"restante/pop3client/live"
)

// TestMain lets this program be a client's process, too.
func TestMain(m *testing.M) {
	if len(os.Args) == 6 && os.Args[1] == "client" {
		if err := Client(context.Background(), os.Stdout, os.Args[2], os.Args[3], os.Args[4], os.Args[5]); err != nil {
			os.Stdout.WriteString(err.Error())
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestAllClientsGetTheSameMailAndATableComesOut(t *testing.T) {
	live.Need(t, live.Dovecot)
	var out strings.Builder
	err := POP3(t.Context(), &out, Options{Messages: 60, Runs: 1, RoundTrips: []time.Duration{0, 2 * time.Millisecond}}, []string{os.Args[0], "client"})
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	_, table, _ := strings.Cut(out.String(), "speed/raw")
	for _, row := range []string{" 0s       raw", " 0s  restante", " 2ms       raw", " 2ms  restante"} {
		if !strings.Contains(table, row) {
			t.Errorf("there is no row %q in\n%s", row, &out)
		}
	}
}

func TestCollectingIsMeasuredWholeAndSearched(t *testing.T) {
	live.Need(t, live.Dovecot)
	var out strings.Builder
	if err := Collect(t.Context(), &out, Options{Messages: 60, Runs: 1, RoundTrips: []time.Duration{0}}); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, line := range []string{"0s  restante", "a look with nothing new", "of the raw mail", "search meeting"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("there is no %q in\n%s", line, &out)
		}
	}
}

func TestTheSameMailIsMadeEachTime(t *testing.T) {
	var first map[string][]byte
	for range 2 {
		dir := t.TempDir()
		octets, err := writeMaildir(dir, 100)
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		var wire, dots int64
		entries, err := os.ReadDir(filepath.Join(dir, "cur"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			raw, err := os.ReadFile(filepath.Join(dir, "cur", e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			files[e.Name()] = raw
			size := int64(len(raw) + bytes.Count(raw, []byte("\n")))
			wire += size
			dots += int64(bytes.Count(raw, []byte("\n.")))
			if !strings.Contains(e.Name(), ",S="+strconv.Itoa(len(raw))+",W="+strconv.FormatInt(size, 10)+":2,S") {
				t.Errorf("%s has %d octets, and %d on the wire", e.Name(), len(raw), size)
			}
		}
		if len(files) != 100 || wire != octets || dots == 0 {
			t.Errorf("%d files of %d octets on the wire, %d were told; %d lines begin with a dot", len(files), wire, octets, dots)
		}
		for name, raw := range first {
			if !bytes.Equal(files[name], raw) {
				t.Errorf("%s is not the same again", name)
			}
		}
		first = files
	}
}

func TestTheProxyDelaysAndChangesNothing(t *testing.T) {
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	go func() {
		for {
			conn, err := echo.Accept()
			if err != nil {
				return
			}
			io.Copy(conn, conn)
			conn.Close()
		}
	}()
	const delay = 5 * time.Millisecond
	p, err := startProxy(echo.Addr().String(), delay)
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sent := bytes.Repeat([]byte("0123456789abcdef"), 100_000)
	start := time.Now()
	go func() {
		conn.Write(sent)
		conn.(*net.TCPConn).CloseWrite()
	}()
	got, err := io.ReadAll(conn)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d octets came back of %d, %v", len(got), len(sent), err)
	}
	if took := time.Since(start); took < 2*delay {
		t.Errorf("the round trip took %v, less than %v", took, 2*delay)
	}
}

func TestTheTableNamesWhatMissesABar(t *testing.T) {
	var out strings.Builder
	r := &race{out: &out, octets: 50e6, results: []result{
		{client: "raw", took: time.Second, cpu: time.Second},
		{client: "restante", took: 2 * time.Second, cpu: 3 * time.Second, peak: 64 << 20},
		{client: "mpop", took: 4 * time.Second, cpu: time.Second},
	}}
	if err := r.print(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"speed 0.50, at least 0.9", "CPU 3.00, at most 1.5", "64.0 MB of memory, less than 32"} {
		if !strings.Contains(out.String(), "missed: round trip 0s: "+want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
	out.Reset()
	r.results = r.results[:1]
	r.results = append(r.results, result{client: "restante", took: time.Second, cpu: time.Second, peak: 9 << 20})
	if err := r.print(); err != nil || !strings.Contains(out.String(), "every bar is met") {
		t.Errorf("%v: %s", err, &out)
	}
}

func TestAClientThatFailsSaysWhy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	for _, kind := range []string{"raw", "restante"} {
		var refused *net.OpError
		if err := Client(t.Context(), io.Discard, kind, l.Addr().String(), "u", "p"); !errors.As(err, &refused) {
			t.Errorf("%s: %v, want that nothing listens", kind, err)
		}
	}
	if err := Client(t.Context(), io.Discard, "other", l.Addr().String(), "u", "p"); err == nil {
		t.Error("there is a client called other")
	}
}
