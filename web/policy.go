package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/views"
	"restante/views/words"
)

// cooling is how long a policy that deletes waits before it begins.
const cooling = 24 * time.Hour

const (
	megabyte = 1_000_000 // as sizes are written

	// The most that the form accepts.
	maxDays   = 3650
	maxSizeMB = 1000
)

// ruleChoice is a rule with its name in forms.
type ruleChoice struct {
	value string
	rule  cache.Rule
	text  func(*words.Words) string
}

// rules are what may happen on the server.
var rules = []ruleChoice{
	{"keep", cache.Keep, (*words.Words).RuleKeep},
	{"with", cache.DeleteWith, (*words.Words).RuleWith},
	{"after", cache.DeleteAfter, (*words.Words).RuleAfter},
	{"once", cache.DeleteAtOnce, (*words.Words).RuleAtOnce},
	{"large", cache.DeleteLarge, (*words.Words).RuleLarge},
}

// scopes are what of a mailbox that is new may be collected.
var scopes = []struct {
	scope cache.Scope
	text  func(*words.Words) string
}{
	{cache.Everything, (*words.Words).ScopeAll},
	{90, (*words.Words).ScopeDays},
	{cache.FromNow, (*words.Words).ScopeNow},
}

// maxSizes are from which size on only the header is collected, in MB; 0: no limit.
var maxSizes = []int64{0, 1, 5, 25}

// intervals are how often an account may be looked at, in minutes.
var intervals = []time.Duration{0, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, cache.OnRequest}

// policyOf reads the form of the rules.
func policyOf(form url.Values) (p cache.Policy, err error) {
	i := slices.IndexFunc(rules, func(r ruleChoice) bool { return r.value == form.Get("rule") })
	if i < 0 {
		return p, errBadForm
	}
	p.Rule, p.SameSession = rules[i].rule, form.Get("same") == "1"
	switch p.Rule {
	case cache.DeleteAfter:
		if p.Days, err = strconv.Atoi(form.Get("days")); err != nil || p.Days < 1 || p.Days > maxDays {
			return p, errBadForm
		}
	case cache.DeleteLarge:
		mb, err := strconv.ParseInt(form.Get("size"), 10, 32)
		if err != nil || mb < 1 || mb > maxSizeMB {
			return p, errBadForm
		}
		p.Size = mb * megabyte
	}
	return p, nil
}

// policy changes what happens on the server. A rule that deletes is first tried dry, and begins only once the name of the
// server has been typed, and a day later.
func (s site) policy(c echo.Context, v *visit, m mailbox) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	p, err := policyOf(form)
	if err != nil {
		return err
	}
	if p.Rule == cache.Keep {
		return s.setPolicy(c, v, m, cache.Policy{})
	}
	if typed := strings.TrimSpace(form.Get("confirm")); strings.EqualFold(typed, m.host()) {
		p.From = s.Now().Add(cooling)
		return s.setPolicy(c, v, m, p)
	}
	page, err := s.dryRun(v, m, p, form)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.Ask(page))
}

func (s site) setPolicy(c echo.Context, v *visit, m mailbox, p cache.Policy) error {
	if err := v.box.SetPolicy(v.ctx(), m.ID, p); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(m.path(""), "did", didSaved))
}

// onServer is what happens to mail on its server, in a sentence.
func (s site) onServer(p cache.Policy) string {
	w := s.Words
	switch p.Rule {
	case cache.DeleteWith:
		return w.PolicyWith()
	case cache.DeleteAfter:
		return w.PolicyAfter(p.Days)
	case cache.DeleteAtOnce:
		return w.PolicyAtOnce()
	case cache.DeleteLarge:
		return w.PolicyLarge(w.Size(p.Size))
	}
	return w.PolicyKeep()
}

// dryRun says what a rule would delete, and asks for the name of the server.
func (s site) dryRun(v *visit, m mailbox, p cache.Policy, form url.Values) (views.AskPage, error) {
	w, server := s.Words, m.host()
	n, bytes, err := v.box.DryRun(v.ctx(), m.ID, p)
	if err != nil {
		return views.AskPage{}, err
	}
	page := views.AskPage{
		Shell: s.shell(v, w.OnServer(), "/more"), Back: m.path(""), BackText: w.Back(), Heading: w.OnServer(),
		Text: []string{w.DryRun(n, w.Size(bytes), server), s.onServer(p), w.DryRunWhen()}, Action: m.path("/policy"),
		Label: w.TypeServer(server), Button: w.BeginDeleting(),
	}
	if n == 0 {
		page.Text[0] = w.DryRunNone(server)
	}
	others, err := s.People.Collectors(v.ctx(), registry.Mailbox{Server: m.Server, User: m.User})
	if err != nil {
		return views.AskPage{}, err
	}
	if len(others) > 1 {
		page.Text = append(page.Text, w.OtherCollector())
	}
	for _, name := range []string{"rule", "days", "size", "same"} {
		if value := form.Get(name); value != "" {
			page.Fields = append(page.Fields, views.Hidden{Name: name, Value: value})
		}
	}
	if form.Has("confirm") {
		page.Error = &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.TypeServerWrong(server), Field: "confirm"}
	}
	return page, nil
}

// intake changes what is collected.
func (s site) intake(c echo.Context, v *visit, m mailbox) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	scope, err := strconv.Atoi(form.Get("scope"))
	if err != nil || scope < int(cache.FromNow) || scope > maxDays {
		return errBadForm
	}
	mb, err := strconv.ParseInt(form.Get("max"), 10, 32)
	if err != nil || mb < 0 || mb > maxSizeMB {
		return errBadForm
	}
	every, err := strconv.Atoi(form.Get("every"))
	if err != nil || !slices.Contains(intervals, time.Duration(every)*time.Minute) {
		return errBadForm
	}
	if err := v.box.SetEvery(v.ctx(), m.ID, time.Duration(every)*time.Minute); err != nil {
		return err
	}
	if err := v.box.SetIntake(v.ctx(), m.ID, cache.Scope(scope), mb*megabyte); err != nil {
		return err
	}
	if err := v.box.SetRecent(v.ctx(), m.ID, form.Get("recent") == "1" && fetch.Windowed(m.Server)); err != nil {
		return err
	}
	s.Fleet.Kick(v.Person)
	return c.Redirect(http.StatusSeeOther, with(m.path(""), "did", didSaved))
}
