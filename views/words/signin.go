package words

// The sign-in page and its fields.
func (w *Words) SignIn() string           { return w.say("signin.sign-in") }
func (w *Words) ReadYourMail() string     { return w.say("signin.heading") }
func (w *Words) ServerLabel() string      { return w.say("signin.server-label") }
func (w *Words) MailServer() string       { return w.say("signin.mail-server") }
func (w *Words) MailServerHint() string   { return w.say("signin.mail-server-hint") }
func (w *Words) UserName() string         { return w.say("signin.user-name") }
func (w *Words) Password() string         { return w.say("signin.password") }
func (w *Words) ServersOwnWords() string  { return w.say("signin.own-words") }
func (w *Words) SignInFailed() string     { return w.say("signin.failed") }
func (w *Words) SignInImpossible() string { return w.say("signin.impossible") }
func (w *Words) CheckWhatYouWrote() string {
	return w.say("signin.check-input")
}

// Information above the form.
func (w *Words) SessionEnded() string { return w.say("signin.session-ended") }
func (w *Words) SignInFirst() string  { return w.say("signin.first") }

// DemoSignIn tells the name and the password of the demonstration.
func (w *Words) DemoSignIn(user, password string) string {
	return w.say("signin.demo", "User", user, "Password", password)
}

// PlainHTTP warns that this page itself came unencrypted.
func (w *Words) PlainHTTP() string { return w.say("signin.plain-http") }

// InsecureServer warns that the password goes to the mail server unencrypted.
func (w *Words) InsecureServer(server string) string {
	return w.say("signin.insecure-server", "Server", server)
}

// UserDomainHint says what may be left out of a user name.
func (w *Words) UserDomainHint(domain string) string {
	return w.say("signin.user-domain", "Domain", domain)
}

// SignInWith takes the name of a provider that vouches for people.
func (w *Words) SignInWith(provider string) string { return w.say("signin.with", "Provider", provider) }
func (w *Words) OrMailbox() string                 { return w.say("signin.or-mailbox") }
func (w *Words) NotVouched() string                { return w.say("signin.not-vouched") }
func (w *Words) NotBegun() string                  { return w.say("signin.not-begun") }
func (w *Words) NobodyHere() string                { return w.say("signin.nobody") }

// What somebody sees who has no mail account yet.
func (w *Words) NoAccounts() string     { return w.say("empty.no-accounts") }
func (w *Words) NoAccountsText() string { return w.say("empty.no-accounts-text") }

// MailServerLookedFor is the hint where the server may be left out.
func (w *Words) MailServerLookedFor() string { return w.say("signin.looked-for") }
func (w *Words) NoServerFound() string       { return w.say("signin.not-found") }
func (w *Words) FoundTooOften(in string) string {
	return w.say("signin.found-too-often", "In", in)
}

// Which server was found, as its owner says, as lists say, or because it answers.
func (w *Words) FoundPublished(server string) string {
	return w.say("signin.found-published", "Server", server)
}
func (w *Words) FoundListed(server string) string {
	return w.say("signin.found-listed", "Server", server)
}
func (w *Words) FoundGuessed(server string) string {
	return w.say("signin.found-guessed", "Server", server)
}

// Reasons why a sign-in did not succeed, each with what to do. server is the
// name of the mail server.
func (w *Words) WrongPassword(server string) string {
	return w.say("signin.wrong-password", "Server", server)
}
func (w *Words) CannotReach(server string) string {
	return w.say("signin.cannot-reach", "Server", server)
}
func (w *Words) NoAnswerInTime(server string) string {
	return w.say("signin.no-answer", "Server", server)
}

// CertificateInvalid takes one of the reasons below, "" where none is known.
func (w *Words) CertificateInvalid(server, reason string) string {
	if reason == "" {
		return w.say("signin.certificate-unexplained", "Server", server)
	}
	return w.say("signin.certificate", "Server", server, "Reason", reason)
}
func (w *Words) NoEncryption(server string) string {
	return w.say("signin.no-encryption", "Server", server)
}
func (w *Words) NotAPOP3Server(server string) string {
	return w.say("signin.not-pop3", "Server", server)
}
func (w *Words) ServerRefused(server string) string {
	return w.say("signin.refused", "Server", server)
}
func (w *Words) ServerNotReady(server string) string {
	return w.say("signin.not-ready", "Server", server)
}
func (w *Words) MailboxInUse(server string) string {
	return w.say("signin.in-use", "Server", server)
}
func (w *Words) LoginTooSoon(server string) string {
	return w.say("signin.too-soon", "Server", server)
}
func (w *Words) NotAllowedHere(user string) string {
	return w.say("signin.not-allowed", "User", user)
}

// TriedTooOften tells when the next try may be.
func (w *Words) TriedTooOften(in string) string { return w.say("signin.too-often", "In", in) }

func (w *Words) UserNameMissing() string { return w.say("signin.user-missing") }
func (w *Words) PasswordMissing() string { return w.say("signin.password-missing") }
func (w *Words) ServerMissing() string   { return w.say("signin.server-missing") }

// ServerNotUnderstood is for an address that does not parse; reason says what
// is allowed. ServerForbidden is for one that may not be dialled from here.
func (w *Words) ServerNotUnderstood(reason string) string {
	return w.say("signin.server-not-understood", "Reason", reason)
}
func (w *Words) ServerForbidden(server string) string {
	return w.say("signin.server-forbidden", "Server", server)
}

// What is wrong with a certificate, to be put in brackets after it.
func (w *Words) CertificateExpired(ago string) string {
	return w.say("certificate.expired", "Ago", ago)
}
func (w *Words) CertificateNotYetValid() string { return w.say("certificate.not-yet") }
func (w *Words) CertificateOtherName() string   { return w.say("certificate.other-name") }
func (w *Words) CertificateUnknownAuthority() string {
	return w.say("certificate.unknown-authority")
}
func (w *Words) CertificateUnreadable() string { return w.say("certificate.unreadable") }
