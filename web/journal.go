package web

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"restante/views"
)

const (
	logPath      = "/admin/log"
	paramGrave   = "grave"
	journalLines = 200     // that are remembered of each kind
	journalLine  = 2 << 10 // bytes of one
)

// Journal writes a log, and remembers the last lines of it, warnings and errors apart from the rest: so many requests are
// noted that they would soon be forgotten. It wants one line at a time, as [log/slog.TextHandler] writes them, and may be
// used by many goroutines.
type Journal struct {
	Out io.Writer // where the log goes

	mu          sync.Mutex
	written     int
	grave, rest []journalEntry // oldest first
}

// journalEntry is the nth line of a log.
type journalEntry struct {
	n    int
	text string
}

// Write implements [io.Writer].
func (j *Journal) Write(line []byte) (int, error) {
	j.note(strings.TrimSuffix(string(line[:min(len(line), journalLine)]), "\n"))
	return j.Out.Write(line)
}

func (j *Journal) note(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.written++
	list := &j.rest
	if isGrave(line) {
		list = &j.grave
	}
	if len(*list) == journalLines {
		*list = slices.Delete(*list, 0, 1)
	}
	*list = append(*list, journalEntry{j.written, line})
}

// isGrave reports whether a line is a warning or an error.
func isGrave(line string) bool {
	_, level, _ := strings.Cut(line, " level=")
	return strings.HasPrefix(level, "WARN") || strings.HasPrefix(level, "ERROR")
}

// Last returns the last lines, newest first; grave: warnings and errors alone.
func (j *Journal) Last(grave bool) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := slices.Clone(j.grave)
	if !grave {
		list = append(list, j.rest...)
	}
	slices.SortFunc(list, func(a, b journalEntry) int { return cmp.Compare(b.n, a.n) })
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = e.text
	}
	return lines
}

// siteLog answers the last lines of the log.
func (s site) siteLog(c echo.Context, v *visit) error {
	if s.About.Journal == nil {
		return echo.ErrNotFound
	}
	w, grave := s.Words, c.QueryParams().Has(paramGrave)
	p := views.LogPage{
		Shell: s.adminShell(v, w.SiteLog()), Text: strings.Join(s.About.Journal.Last(grave), "\n"),
		Others: []views.Link{{Href: with(logPath, paramGrave, "1"), Text: w.LogGrave()}, {Href: statusPath, Text: w.Status()}},
	}
	if grave {
		p.Others[0] = views.Link{Href: logPath, Text: w.LogWhole()}
	}
	return s.render(c, http.StatusOK, views.Log(p))
}
