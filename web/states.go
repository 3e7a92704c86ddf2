package web

import (
	"errors"

	"restante/cache"
	"restante/cache/fetch"
	"restante/pop3client"
	"restante/views"
)

// notices are the states of the accounts that stay until they end.
func (s site) notices(v *visit) []views.Notice {
	var list []views.Notice
	for _, m := range v.accounts {
		if n, ok := s.faultNotice(v, m); ok {
			if s.Kiosk != nil {
				n.Link = "" // who signs in again gives the password anew
			}
			list = append(list, n)
		}
		if m.state.First && m.state.Phase != fetch.Idle && v.counters[cache.Inbox].Total > 0 {
			list = append(list, s.partialNotice(m))
		}
		if m.paused() {
			list = append(list, s.pausedNotice(v, m))
		}
		if m.state.Aside > 0 {
			list = append(list, views.Notice{Kind: "warn", Text: s.Words.NotRead(m.state.Aside)})
		}
		if m.state.Taken > 0 {
			list = append(list, views.Notice{Kind: "info", Text: s.Words.TakenByOthers(m.state.Taken)})
		}
		if m.state.Older > 0 {
			list = append(list, views.Notice{Kind: "info", Text: s.Words.OlderThanShown(m.state.Older)})
		}
		if m.state.Missed > 0 {
			list = append(list, views.Notice{Kind: "warn", Text: s.Words.MissedByOthers(m.state.Missed)})
		}
	}
	return list
}

// partialNotice says that older mail is still on its way.
func (s site) partialNotice(m mailbox) views.Notice {
	n := views.Notice{Kind: "info", Text: s.Words.StillCounting(), Link: m.path("/sync"), LinkText: s.Words.Details()}
	if m.state.Phase == fetch.Downloading {
		n.Text = s.Words.StillDownloading(m.state.Got, m.state.Total)
	}
	return n
}

// faultNotice says why new mail does not arrive; ok is false where it does.
func (s site) faultNotice(v *visit, m mailbox) (n views.Notice, ok bool) {
	w, server, st := s.Words, m.host(), m.state
	next := w.In(max(st.Next.Sub(s.Now()), 0))
	n = views.Notice{Kind: "warn", Choices: []views.Choice{{Action: "/sync", Text: w.TryNow(), Back: v.here("did")}}}
	switch st.Fault {
	case fetch.NoFault:
		return n, false
	case fetch.Refused:
		n = views.Notice{Kind: "danger", Text: w.PasswordRefused(server), Link: m.passwordPath(v), LinkText: w.EnterNewPassword()}
	case fetch.NoPassword:
		n = views.Notice{Kind: "danger", Text: w.PasswordLost(m.name()), Link: m.passwordPath(v), LinkText: w.EnterNewPassword()}
	case fetch.BadTLS:
		n.Kind, n.Text = "danger", w.CertificateProblem(server, s.certificateReason(st.Cause))
		if errors.Is(st.Cause, pop3client.ErrNoSTLS) {
			n.Text = w.NoEncryption(server)
		}
	case fetch.InUse:
		n.Kind, n.Text = "info", w.Locked(next)
	case fetch.LoginDelay:
		n.Kind, n.Text = "info", w.LoginDelayed(next)
	case fetch.Temporary:
		n.Text = w.NotReady(server, next)
		if st.Detail != "" {
			n.Text = w.ServerTrouble(server, st.Detail, next)
		}
	case fetch.Internal:
		n.Text = w.OurTrouble(next)
	case fetch.NoUIDL:
		n = views.Notice{Kind: "warn", Text: w.NoStableNames()}
	case fetch.UserFull:
		n = views.Notice{Kind: "warn", Text: w.UserFull(w.Size(s.Fleet.MaxSize))}
	case fetch.DiskFull:
		n = views.Notice{Kind: "danger", Text: w.DiskFull()}
	case fetch.Unreachable, fetch.Forbidden:
		n.Text = s.unreachable(v, m, next)
	default: // fetch.Protocol
		n.Text = w.Garbled(server, next)
		if st.Detail != "" {
			n.Text = w.ServerTrouble(server, st.Detail, next)
		}
	}
	return n, true
}

// unreachable says that no mail comes, and what is shown meanwhile.
func (s site) unreachable(v *visit, m mailbox, next string) string {
	switch st, server := m.state, m.host(); {
	case !st.Checked.IsZero():
		return s.Words.Unreachable(server, s.moment(st.Failing), s.moment(st.Checked), next)
	case v.counters[cache.Inbox].Total > 0:
		return s.Words.UnreachablePartly(server, next)
	default:
		return s.Words.UnreachableFirst(server, next)
	}
}
