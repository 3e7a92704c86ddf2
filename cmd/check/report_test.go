package main

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What go test -json says of four packages: one passes, one has a failing test, one does not compile, one has no tests.
const stream = `
{"Action":"start","Package":"restante/good"}
{"Action":"output","Package":"restante/good","Output":"-test.shuffle 11\n"}
{"Action":"run","Package":"restante/good","Test":"TestA"}
{"Action":"output","Package":"restante/good","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"restante/good","Test":"TestA","Output":"    a_test.go:3: said by a test that passes\n"}
{"Action":"pass","Package":"restante/good","Test":"TestA","Elapsed":0}
{"Action":"output","Package":"restante/good","Test":"TestS","Output":"    a_test.go:7: first a remark\n"}
{"Action":"output","Package":"restante/good","Test":"TestS","Output":"    a_test.go:9: corpus absent at ../shared: not run\n"}
{"Action":"output","Package":"restante/good","Test":"TestS","Output":"--- SKIP: TestS (0.00s)\n"}
{"Action":"skip","Package":"restante/good","Test":"TestS","Elapsed":0}
{"Action":"output","Package":"restante/good","Test":"TestS/two","Output":"    b_test.go:1: corpus absent at ../shared: not run\n"}
{"Action":"skip","Package":"restante/good","Test":"TestS/two","Elapsed":0}
{"Action":"skip","Package":"restante/good","Test":"TestSilent","Elapsed":0}
{"Action":"output","Package":"restante/good","Output":"PASS\n"}
{"Action":"output","Package":"restante/good","Output":"ok  \trestante/good\t1.234s\n"}
{"Action":"pass","Package":"restante/good","Elapsed":1.234}
{"Action":"output","Package":"restante/bad","Output":"-test.shuffle 22\n"}
{"Action":"output","Package":"restante/bad","Test":"TestFine","Output":"=== RUN   TestFine\n"}
{"Action":"output","Package":"restante/bad","Test":"TestWrong","Output":"=== RUN   TestWrong\n"}
{"Action":"pass","Package":"restante/bad","Test":"TestFine","Elapsed":0}
{"Action":"output","Package":"restante/bad","Test":"TestWrong","Output":"    c_test.go:5: got 1, want 2\n"}
{"Action":"fail","Package":"restante/bad","Test":"TestWrong","Elapsed":0}
{"Action":"output","Package":"restante/bad","Output":"FAIL\n"}
{"Action":"output","Package":"restante/bad","Output":"FAIL\trestante/bad\t0.100s\n"}
{"Action":"fail","Package":"restante/bad","Elapsed":0.1}
{"ImportPath":"restante/broken","Action":"build-output","Output":"broken/x.go:1:1: undefined: y\n"}
{"ImportPath":"restante/broken","Action":"build-fail"}
{"Action":"output","Package":"restante/broken","Output":"FAIL\trestante/broken [build failed]\n"}
{"Action":"fail","Package":"restante/broken","Elapsed":0,"FailedBuild":"restante/broken"}
{"Action":"output","Package":"restante/none","Output":"?   \trestante/none\t[no test files]\n"}
{"Action":"skip","Package":"restante/none","Elapsed":0}
`

func read(t *testing.T) (*report, string) {
	t.Helper()
	var out strings.Builder
	r := newReport(&out)
	lines := bufio.NewScanner(strings.NewReader(strings.TrimSpace(stream)))
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		r.add(e)
	}
	return r, out.String()
}

func TestAReportKeepsTheSummaryOfGoTest(t *testing.T) {
	r, _ := read(t)
	want := []string{
		"ok  \trestante/good\t1.234s\n",
		"FAIL\trestante/bad\t0.100s\n",
		"FAIL\trestante/broken [build failed]\n",
		"?   \trestante/none\t[no test files]\n",
	}
	if diff := cmp.Diff(want, r.summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

func TestAReportShowsWhatFailedAndOnlyThat(t *testing.T) {
	_, out := read(t)
	const want = `     1.2 s  restante/good
=== RUN   TestWrong
    c_test.go:5: got 1, want 2
-test.shuffle 22
FAIL
broken/x.go:1:1: undefined: y
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestAReportNamesWhatWasSkippedAndWhy(t *testing.T) {
	r, _ := read(t)
	want := []string{"corpus absent at ../shared: not run (2 tests)", "a test that gives no reason"}
	if diff := cmp.Diff(want, r.skips()); diff != "" {
		t.Errorf("skips (-want +got):\n%s", diff)
	}
}

func TestWhyAPackageFailedIsKeptForTheEnd(t *testing.T) {
	r, _ := read(t)
	var got []string
	for _, f := range r.failed {
		got = append(got, f.said...)
	}
	if diff := cmp.Diff([]string{"TestWrong:     c_test.go:5: got 1, want 2\n"}, got); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

func TestAFailureIsRepeatedInTheSameOrder(t *testing.T) {
	r, _ := read(t)
	var got []string
	for _, f := range r.failed {
		got = append(got, f.repeat([]string{"test", "-shuffle=on", "-race"}))
	}
	want := []string{"test -shuffle=22 -race restante/bad", "test -shuffle=on -race restante/broken"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("repeat (-want +got):\n%s", diff)
	}
}
