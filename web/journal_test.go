package web_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"restante/pop3client/pop3test"
	"restante/web"
)

// A log is written as ever; warnings are remembered however much else is noted after them, and nothing for ever.
func TestTheJournalRemembersTheLastLinesOfEachKind(t *testing.T) {
	var out bytes.Buffer
	j := &web.Journal{Out: &out}
	log := slog.New(slog.NewTextHandler(j, nil))
	log.Warn("the first", "n", 0)
	for i := range 1000 {
		log.Info("request", "n", i, "says", "of level=ERROR in words")
	}
	log.Error("the last", "n", strings.Repeat("x", 10_000))
	if n := strings.Count(out.String(), "\n"); n != 1002 {
		t.Errorf("the log has %d lines, want 1002", n)
	}
	grave, whole := j.Last(true), j.Last(false)
	if len(grave) != 2 || !strings.Contains(grave[0], "the last") || !strings.Contains(grave[1], "the first") || len(grave[0]) > 2<<10 {
		t.Errorf("%d warnings and errors are remembered: %.200q", len(grave), grave)
	}
	if len(whole) != 202 || !strings.Contains(whole[0], "the last") || !strings.Contains(whole[1], "n=999") || !strings.Contains(whole[201], "the first") {
		t.Errorf("%d lines are remembered, the first %.200q", len(whole), whole[:min(len(whole), 2)])
	}
}

// Who runs the site reads its log: all of it, or what is grave.
func TestAnOperatorReadsTheLog(t *testing.T) {
	var out bytes.Buffer
	j := &web.Journal{Out: &out}
	log := slog.New(slog.NewTextHandler(j, nil))
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.About.Journal = j })
	site := httptest.NewServer(h.site.AdminHandler())
	defer site.Close()
	b := h.browser()
	b.base = site.URL
	b.get("/admin/log").says("Nothing has been noted")
	log.Info("ready", "address", "<b>here</b>")
	log.Warn("the disk is slow")
	b.get("/admin/status").says("Log of this site")
	b.get("/admin/log").says("<b>here</b>", "the disk is slow", "Only warnings and errors")
	p := b.get("/admin/log?grave=1")
	p.says("the disk is slow", "The whole log")
	p.saysNot("here")
	h.site.About.Journal = nil
	b.get("/admin/status").saysNot("Log of this site")
	if p := b.get("/admin/log"); p.status != 404 {
		t.Errorf("without a journal: %d", p.status)
	}
}
