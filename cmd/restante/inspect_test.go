package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const inspectedMessage = "From: Bo <bo@example.org>\r\nTo: ana@example.org\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nDate: Thu, 26 Nov 2026 10:00:00 +0100\r\nMessage-ID: <a@b>\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p onclick=x style=\"color:red\">MARKER</p>\r\n" +
	"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=run.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--b--\r\n"

// inspecting runs the command on files.
func inspecting(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	err := run(t.Context(), append([]string{"inspect"}, args...), &out, &errs)
	status = report(err, &errs)
	return out.String(), errs.String(), status
}

func TestInspectTellsScriptsWhatIsInAMessage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.eml")
	if err := os.WriteFile(file, []byte(inspectedMessage), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, status := inspecting(t, "--json", file, filepath.Join(t.TempDir(), "absent.eml"), file)
	if status != 1 || !strings.Contains(errs, "absent.eml") {
		t.Errorf("with a file that is not there it ends with %d: %s", status, errs)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want one a file that could be read: %s", len(lines), out)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil {
		t.Fatal(err)
	}
	want := `{"file":` + quoted(file) + `,"subject":"café","from":[{"name":"Bo","addr":"bo@example.org"}],"to":[{"name":"","addr":"ana@example.org"}],"cc":[],` +
		`"date":"2026-11-26T10:00:00+01:00","messageId":"a@b","text":"","html":"<p onclick=x style=\"color:red\">MARKER</p>",` +
		`"parts":[{"name":"run.exe","type":"application/octet-stream","size":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","inline":false,"contentId":""}],` +
		`"defects":[],"warnings":["run.exe can run as a program"]}`
	if lines[0] != want {
		t.Errorf("it says\n%s\nwant\n%s", lines[0], want)
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestInspectShowsTheViewsOfAMessage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.eml")
	if err := os.WriteFile(file, []byte(inspectedMessage), 0o600); err != nil {
		t.Fatal(err)
	}
	for view, want := range map[string]string{"reader": "<p>MARKER</p>", "original": `<p style="color:red">MARKER</p>`, "text": "MARKER"} {
		out, errs, status := inspecting(t, "--view", view, file)
		if status != 0 || !strings.Contains(out, want) || strings.Contains(out, "onclick") {
			t.Errorf("%s ends with %d: %s %s", view, status, out, errs)
		}
	}
	if out, _, status := inspecting(t, file); status != 0 || !strings.Contains(out, "café") || !strings.Contains(out, "run.exe") {
		t.Errorf("for people it says (%d) %s", status, out)
	}
	for _, wrong := range [][]string{{}, {"--view", "reader", file, file}, {"--view", "reader", "--json", file}, {"--view", "x", file}} {
		if _, errs, status := inspecting(t, wrong...); status != 2 || errs == "" {
			t.Errorf("%q ends with %d: %s", wrong, status, errs)
		}
	}
}
