package words

import "time"

// The page of an account and what it is about: the mail server, what is collected, what is deleted there.
func (w *Words) AccountHeading() string {
	return w.say("account.heading")
}
func (w *Words) AccountState() string {
	return w.say("account.state")
}
func (w *Words) MailHere(n int, size string) string {
	return w.count("account.here", n, "Size", size)
}
func (w *Words) NamedByHeaders() string {
	return w.say("account.named")
}
func (w *Words) LastCheck(checked string) string {
	return w.say("account.last-check", "Checked", checked)
}
func (w *Words) NextCheck(when string) string {
	return w.say("account.next-check", "When", when)
}
func (w *Words) NextCheckPause(when string) string {
	return w.say("account.next-check-pause", "When", when)
}
func (w *Words) NextCheckTry(when string) string {
	return w.say("account.next-check-try", "When", when)
}
func (w *Words) CheckingNow() string {
	return w.say("account.checking")
}
func (w *Words) OnServer() string {
	return w.say("account.on-server")
}
func (w *Words) OnServerText(server string) string {
	return w.say("account.on-server-text", "Server", server)
}
func (w *Words) RuleKeep() string {
	return w.say("account.rule-keep")
}
func (w *Words) RuleWith() string {
	return w.say("account.rule-with")
}
func (w *Words) RuleAfter() string {
	return w.say("account.rule-after")
}
func (w *Words) RuleAtOnce() string {
	return w.say("account.rule-at-once")
}
func (w *Words) RuleLarge() string {
	return w.say("account.rule-large")
}
func (w *Words) RuleDays() string {
	return w.say("account.rule-days")
}
func (w *Words) RuleSize() string {
	return w.say("account.rule-size")
}
func (w *Words) RuleSame() string {
	return w.say("account.rule-same")
}
func (w *Words) SaveChoice() string {
	return w.say("account.save")
}
func (w *Words) PolicyPending(when string) string {
	return w.say("account.pending", "When", when)
}
func (w *Words) PolicyStop() string {
	return w.say("account.stop")
}

// What happens to mail on its server.
func (w *Words) PolicyKeep() string             { return w.say("account.policy-keep") }
func (w *Words) PolicyWith() string             { return w.say("account.policy-with") }
func (w *Words) PolicyAfter(days int) string    { return w.count("account.policy-after", days) }
func (w *Words) PolicyAtOnce() string           { return w.say("account.policy-at-once") }
func (w *Words) PolicyLarge(size string) string { return w.say("account.policy-large", "Size", size) }

func (w *Words) DryRun(n int, size, server string) string {
	return w.count("account.dry-run", n, "Size", size, "Server", server)
}
func (w *Words) DryRunNone(server string) string {
	return w.say("account.dry-run-none", "Server", server)
}
func (w *Words) DryRunWhen() string {
	return w.say("account.dry-run-when")
}
func (w *Words) OtherCollector() string {
	return w.say("account.other-collector")
}
func (w *Words) TypeServer(server string) string {
	return w.say("account.type-server", "Server", server)
}
func (w *Words) TypeServerWrong(server string) string {
	return w.say("account.type-server-wrong", "Server", server)
}
func (w *Words) BeginDeleting() string {
	return w.say("account.begin")
}
func (w *Words) Cancel() string {
	return w.say("account.cancel")
}
func (w *Words) Intake() string {
	return w.say("account.intake")
}
func (w *Words) ScopeLabel() string {
	return w.say("account.scope")
}
func (w *Words) ScopeAll() string {
	return w.say("account.scope-all")
}
func (w *Words) ScopeDays() string {
	return w.say("account.scope-90")
}
func (w *Words) ScopeNow() string {
	return w.say("account.scope-now")
}
func (w *Words) RecentMail() string {
	return w.say("account.recent")
}
func (w *Words) MaxSizeLabel() string {
	return w.say("account.max-size")
}
func (w *Words) MaxSizeAny() string {
	return w.say("account.max-size-any")
}
func (w *Words) MaxSizeUpTo(size string) string {
	return w.say("account.max-size-up-to", "Size", size)
}
func (w *Words) IntervalLabel() string {
	return w.say("account.interval")
}

// EveryMinutes is how often something happens, EveryDefault that it does as often as on the whole site.
func (w *Words) EveryMinutes(n int) string {
	return w.count("account.every", n)
}
func (w *Words) EveryDefault(often string) string {
	return w.say("account.every-default", "Often", often)
}
func (w *Words) OnRequest() string {
	return w.say("account.on-request")
}
func (w *Words) NextCheckOnRequest() string {
	return w.say("account.next-check-on-request")
}
func (w *Words) Saved() string {
	return w.say("account.saved")
}
func (w *Words) RunsHeading() string {
	return w.say("account.runs")
}
func (w *Words) RunsNone() string {
	return w.say("account.runs-none")
}
func (w *Words) RunWhen() string {
	return w.say("account.run-when")
}
func (w *Words) RunTook() string {
	return w.say("account.run-took")
}
func (w *Words) RunListed() string {
	return w.say("account.run-listed")
}
func (w *Words) RunCollected() string {
	return w.say("account.run-collected")
}
func (w *Words) RunDeleted() string {
	return w.say("account.run-deleted")
}
func (w *Words) RunTaken() string {
	return w.say("account.run-taken")
}
func (w *Words) RunSize() string {
	return w.say("account.run-size")
}
func (w *Words) RunResult() string {
	return w.say("account.run-result")
}
func (w *Words) RunGood() string {
	return w.say("account.run-good")
}
func (w *Words) ReceiptsHeading() string {
	return w.say("account.receipts")
}
func (w *Words) ReceiptsText(n int) string {
	return w.count("account.receipts-text", n)
}
func (w *Words) ReceiptsNone() string {
	return w.say("account.receipts-none")
}
func (w *Words) DownloadReceipts() string {
	return w.say("account.receipts-download")
}
func (w *Words) TakenByOthers(n int) string {
	return w.count("account.taken", n)
}
func (w *Words) MissedByOthers(n int) string {
	return w.count("account.missed", n)
}
func (w *Words) FieldServer() string {
	return w.say("account.field-server")
}
func (w *Words) WhereServer(server string) string {
	return w.say("account.where-server", "Server", server)
}
func (w *Words) WhereDue(server, day string) string {
	return w.say("account.where-due", "Server", server, "Day", day)
}
func (w *Words) WhereHere() string {
	return w.say("account.where-here")
}
func (w *Words) WhereTaken(server, day string) string {
	return w.say("account.where-taken", "Server", server, "Day", day)
}
func (w *Words) WhereDeleted(server, day string) string {
	return w.say("account.where-deleted", "Server", server, "Day", day)
}
func (w *Words) HeaderOnly(size string) string {
	return w.say("account.header-only", "Size", size)
}
func (w *Words) HeaderComing() string {
	return w.say("account.header-coming")
}
func (w *Words) HeaderGone() string {
	return w.say("account.header-gone")
}
func (w *Words) DownloadWhole() string {
	return w.say("account.download-whole")
}
func (w *Words) EmptyTrash() string {
	return w.say("account.empty-trash")
}
func (w *Words) EmptyTrashAsk(n int) string {
	return w.count("account.empty-trash-ask", n)
}
func (w *Words) EmptyTrashText() string {
	return w.say("account.empty-trash-text")
}
func (w *Words) EmptyTrashDo() string {
	return w.say("account.empty-trash-do")
}
func (w *Words) TrashEmptied() string {
	return w.say("account.trash-emptied")
}

// Incident tells of a damaged file: kept, again and lost count messages.
func (w *Words) Incident(day string, kept, again, lost int, file string) string {
	return w.say("account.incident", "Day", day, "Kept", w.Number(kept), "Again", w.Number(again), "Lost", w.Number(lost), "File", file)
}

// UserFull tells that no more is collected, and FaultUserFull the same in a table.
func (w *Words) UserFull(size string) string { return w.say("account.user-full", "Size", size) }
func (w *Words) FaultUserFull() string       { return w.say("account.fault-user-full") }

// Took writes how long something took: "12 s", "3 min".
func (w *Words) Took(d time.Duration) string {
	if d < 2*time.Minute {
		return w.count("account.took-seconds", ceil(d, time.Second))
	}
	return w.count("account.took-minutes", ceil(d, time.Minute))
}

func (w *Words) FaultRefused() string {
	return w.say("account.fault-refused")
}
func (w *Words) FaultInUse() string {
	return w.say("account.fault-in-use")
}
func (w *Words) FaultLoginDelay() string {
	return w.say("account.fault-login-delay")
}
func (w *Words) FaultTemporary() string {
	return w.say("account.fault-temporary")
}
func (w *Words) FaultUnreachable() string {
	return w.say("account.fault-unreachable")
}
func (w *Words) FaultForbidden() string {
	return w.say("account.fault-forbidden")
}
func (w *Words) FaultTLS() string {
	return w.say("account.fault-tls")
}
func (w *Words) FaultProtocol() string {
	return w.say("account.fault-protocol")
}
func (w *Words) FaultNoUIDL() string {
	return w.say("account.fault-no-uidl")
}
func (w *Words) FaultDisk() string {
	return w.say("account.fault-disk")
}
func (w *Words) FaultInternal() string {
	return w.say("account.fault-internal")
}

// Several accounts.
func (w *Words) AccountsHeading() string    { return w.say("account.accounts") }
func (w *Words) AddAccount() string         { return w.say("account.add") }
func (w *Words) AddAccountText() string     { return w.say("account.add-text") }
func (w *Words) AccountThere() string       { return w.say("account.there") }
func (w *Words) RemoveAccount() string      { return w.say("account.remove") }
func (w *Words) RemoveAccountMail() string  { return w.say("account.remove-mail") }
func (w *Words) RemoveAccountKeep() string  { return w.say("account.remove-keep") }
func (w *Words) RemoveAccountErase() string { return w.say("account.remove-erase") }
func (w *Words) FaultNoPassword() string    { return w.say("account.fault-no-password") }
func (w *Words) ByAccount() string          { return w.say("account.by-account") }

// PasswordLost tells that the password of an account can no longer be opened.
func (w *Words) PasswordLost(account string) string {
	return w.say("account.password-lost", "Account", account)
}
func (w *Words) RemoveAccountAsk(account string) string {
	return w.say("account.remove-ask", "Account", account)
}
func (w *Words) RemoveAccountText(server string) string {
	return w.say("account.remove-text", "Server", server)
}
