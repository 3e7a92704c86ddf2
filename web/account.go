package web

import (
	"cmp"
	"encoding/csv"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/views"
)

const (
	shownRuns     = 100
	receiptsAtOne = 500 // receipts read at a time
)

// account answers the page of an account.
func (s site) account(c echo.Context, v *visit, m mailbox) error {
	runs, err := v.box.Runs(v.ctx(), m.ID, shownRuns)
	if err != nil {
		return err
	}
	receipts, err := v.box.CountReceipts(v.ctx(), m.ID)
	if err != nil {
		return err
	}
	incidents, err := v.box.Incidents(v.ctx())
	if err != nil {
		return err
	}
	p := s.accountPage(v, m, runs, receipts)
	for _, i := range incidents {
		p.State = append(p.State, s.Words.Incident(s.Words.Day(i.At, s.Location), i.Kept, i.Again, i.Lost, i.Aside))
	}
	return s.render(c, http.StatusOK, views.Account(p))
}

func (s site) accountPage(v *visit, a mailbox, runs []cache.Run, receipts int) views.AccountPage {
	w := s.Words
	p := views.AccountPage{
		Shell: s.shell(v, w.AccountHeading(), "/more"), Server: a.name() + " · " + a.Server, Host: a.host(), State: s.accountState(a),
		Here: a.path(""), Password: a.passwordPath(v), Test: a.path("/test"), Policy: a.path("/policy"), Intake: a.path("/intake"), Receipts: w.ReceiptsNone(),
		Days: strconv.Itoa(cmp.Or(a.Policy.Days, 30)), Size: strconv.FormatInt(cmp.Or(a.Policy.Size/megabyte, 25), 10), Same: a.Policy.SameSession,
	}
	if a.ID != v.Account {
		p.Remove = a.path("/remove")
	}
	p.Notices = nil // the page itself says it
	if a.state.NamedByHeaders {
		p.State = append(p.State, w.NamedByHeaders())
	}
	if n, ok := s.faultNotice(v, a); ok {
		p.Problem = &n
	}
	if a.Policy.Rule != cache.Keep && a.Policy.From.After(s.Now()) {
		p.Pending = w.PolicyPending(w.In(a.Policy.From.Sub(s.Now())))
	}
	for _, r := range rules {
		p.Rules = append(p.Rules, views.RadioOption{Value: r.value, Text: r.text(w), Chosen: a.Policy.Rule == r.rule})
	}
	for _, o := range scopes {
		p.Scopes = append(p.Scopes, views.RadioOption{Value: strconv.Itoa(int(o.scope)), Text: o.text(w), Chosen: a.Scope == o.scope})
	}
	for _, mb := range maxSizes {
		text := w.MaxSizeAny()
		if mb > 0 {
			text = w.MaxSizeUpTo(w.Size(mb * megabyte))
		}
		p.MaxSizes = append(p.MaxSizes, views.RadioOption{Value: strconv.FormatInt(mb, 10), Text: text, Chosen: a.MaxSize == mb*megabyte})
	}
	p.Intervals = s.intervals(a)
	if fetch.Windowed(a.Server) {
		p.Recent = &views.CheckOption{Name: "recent", Text: w.RecentMail(), Chosen: a.Recent}
	}
	for _, r := range runs {
		p.Runs = append(p.Runs, s.run(r))
	}
	if receipts > 0 {
		p.Receipts, p.ReceiptsHref = w.ReceiptsText(receipts), a.path("/receipts.csv")
	}
	return p
}

// intervals are how often an account may be looked at: as often as the site does, less often, or when its person asks.
func (s site) intervals(a mailbox) (list []views.RadioOption) {
	w := s.Words
	usual := cmp.Or(s.Fleet.Interval, fetch.DefaultInterval)
	for _, every := range intervals {
		text := w.EveryMinutes(int(every / time.Minute))
		switch {
		case every == 0:
			text = w.EveryDefault(w.EveryMinutes(int(usual / time.Minute)))
		case every == cache.OnRequest:
			text = w.OnRequest()
		case every <= usual && every != a.Every:
			continue
		}
		list = append(list, views.RadioOption{Value: strconv.Itoa(int(every / time.Minute)), Text: text, Chosen: a.Every == every})
	}
	return list
}

// accountState says how much mail of an account is here, when it was last looked at and when it is next.
func (s site) accountState(m mailbox) []string {
	w, st := s.Words, m.state
	here := w.MailHere(m.Total, w.Size(m.Octets))
	last := w.NotCheckedYet()
	if !st.Checked.IsZero() {
		last = w.LastCheck(w.Ago(max(s.Now().Sub(st.Checked), 0)))
	}
	return []string{here, last, s.nextCheck(st)}
}

// nextCheck says when an account is looked at next, and why then.
func (s site) nextCheck(st fetch.State) string {
	w, when := s.Words, s.Words.In(max(st.Next.Sub(s.Now()), 0))
	switch {
	case st.Phase != fetch.Idle:
		return w.CheckingNow()
	case st.Fault != fetch.NoFault:
		return w.NextCheckTry(when)
	case st.Paused:
		return w.NextCheckPause(when)
	case st.Resting:
		return w.NextCheckOnRequest()
	}
	return w.NextCheck(when)
}

// run is a line of the table of checks.
func (s site) run(r cache.Run) views.RunLine {
	w := s.Words
	number := func(n int) string {
		if n == 0 {
			return "–"
		}
		return w.Number(n)
	}
	when := s.time(r.Started)
	when.Full = s.moment(r.Started)
	c := views.RunLine{
		When: when, Took: w.Took(r.Ended.Sub(r.Started)), Listed: w.Number(r.Listed), Collected: number(r.Collected), Size: w.Size(r.Bytes),
		Deleted: number(r.Deleted), Taken: number(r.Taken + r.Missed), Result: w.RunGood(),
	}
	if r.Fault != "" {
		c.Result, c.ResultDetail = s.faultName(fetch.Fault(r.Fault)), r.Detail
	}
	return c
}

// faultName is a fault in a few words.
func (s site) faultName(f fetch.Fault) string {
	w := s.Words
	return cmp.Or(map[fetch.Fault]string{
		fetch.Refused: w.FaultRefused(), fetch.InUse: w.FaultInUse(), fetch.LoginDelay: w.FaultLoginDelay(), fetch.Temporary: w.FaultTemporary(),
		fetch.Unreachable: w.FaultUnreachable(), fetch.Forbidden: w.FaultForbidden(), fetch.BadTLS: w.FaultTLS(), fetch.Protocol: w.FaultProtocol(),
		fetch.NoUIDL: w.FaultNoUIDL(), fetch.DiskFull: w.FaultDisk(), fetch.UserFull: w.FaultUserFull(), fetch.NoPassword: w.FaultNoPassword(),
	}[f], w.FaultInternal())
}

// receipts sends the receipts of an account as a table that spreadsheets read.
func (s site) receipts(c echo.Context, v *visit, m mailbox) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="receipts.csv"`)
	out := csv.NewWriter(c.Response())
	if err := out.Write([]string{"uidl", "size", "sha256", "stored", "verified", "deleted"}); err != nil {
		return err
	}
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	for before := int64(0); ; {
		list, err := v.box.Receipts(v.ctx(), m.ID, before, receiptsAtOne)
		if err != nil {
			return err
		}
		for _, r := range list {
			before = r.ID
			// A unique id is the server's, and a cell that begins with a sign could be a formula.
			err := out.Write([]string{"id " + strconv.QuoteToASCII(string(r.UIDL)), strconv.FormatInt(r.Size, 10), hex.EncodeToString(r.SHA256), date(r.Stored), date(r.Verified), date(r.Deleted)})
			if err != nil {
				return err
			}
		}
		if len(list) < receiptsAtOne {
			out.Flush()
			return out.Error()
		}
	}
}
