package words

// States of an account that stay on its pages until they end. since and saved
// are moments ("14:05"), next is a span ("in 4 min").

// StillDownloading says how far the first collection has come.
func (w *Words) StillDownloading(got, total int) string {
	return w.count("notice.partial", total, "Got", w.Number(got))
}

// FromList says which mailing list a message came from, FromAList where that has no name; LeaveByWriting how to leave it.
func (w *Words) FromList(list string) string { return w.say("notice.from-list", "List", list) }
func (w *Words) FromAList() string           { return w.say("notice.from-a-list") }
func (w *Words) LeaveByWriting(address string) string {
	return w.say("notice.leave-by-writing", "Address", address)
}
func (w *Words) Unsubscribe() string { return w.say("notice.unsubscribe") }

// ListLeft says that a mailing list has taken the wish to leave it, ListNotLeft that it has not.
func (w *Words) ListLeft() string    { return w.say("notice.list-left") }
func (w *Words) ListNotLeft() string { return w.say("notice.list-not-left") }

// Paused says that no mail is collected until somebody presses GoOn, PausedEarly what that means before all of it has been;
// Pause makes it so.
func (w *Words) Paused() string      { return w.say("notice.paused") }
func (w *Words) PausedEarly() string { return w.say("notice.paused-early") }
func (w *Words) GoOn() string        { return w.say("notice.go-on") }
func (w *Words) Pause() string       { return w.say("notice.pause") }

// StillCounting is StillDownloading before the server has counted its messages.
func (w *Words) StillCounting() string { return w.say("notice.counting") }

// Unreachable says since when, how old what is shown is, and what comes next.
func (w *Words) Unreachable(server, since, saved, next string) string {
	return w.say("notice.unreachable", "Server", server, "Since", since, "Saved", saved, "Next", next)
}

// UnreachableFirst is Unreachable where nothing was ever collected.
func (w *Words) UnreachableFirst(server, next string) string {
	return w.say("notice.unreachable-first", "Server", server, "Next", next)
}

// UnreachablePartly is Unreachable in the middle of the first collection.
func (w *Words) UnreachablePartly(server, next string) string {
	return w.say("notice.unreachable-partly", "Server", server, "Next", next)
}

// PasswordRefused stands until the new password was given.
func (w *Words) PasswordRefused(server string) string {
	return w.say("notice.password-refused", "Server", server)
}

// CertificateProblem takes a reason such as [Words.CertificateExpired], "" where
// none is known.
func (w *Words) CertificateProblem(server, reason string) string {
	if reason == "" {
		return w.say("notice.certificate-unexplained", "Server", server)
	}
	return w.say("notice.certificate", "Server", server, "Reason", reason)
}

// Locked is for a maildrop that another program has open (RFC 2449, IN-USE).
func (w *Words) Locked(next string) string { return w.say("notice.locked", "Next", next) }

// LoginDelayed is for a server that wants some time between sign-ins
// (RFC 2449, LOGIN-DELAY).
func (w *Words) LoginDelayed(next string) string { return w.say("notice.delayed", "Next", next) }

// ServerTrouble is for an answer that is neither of these; said is the
// server's own text.
func (w *Words) ServerTrouble(server, said, next string) string {
	return w.say("notice.trouble", "Server", server, "Said", said, "Next", next)
}

// NotReady is for a server that wants nobody to come in just now, and does not say why.
func (w *Words) NotReady(server, next string) string {
	return w.say("notice.not-ready", "Server", server, "Next", next)
}

// OurTrouble is for a fault of this program and not of the server.
func (w *Words) OurTrouble(next string) string { return w.say("notice.ours", "Next", next) }

// Garbled is for a server that breaks off in something that is not its protocol.
func (w *Words) Garbled(server, next string) string {
	return w.say("notice.garbled", "Server", server, "Next", next)
}

// DiskFull stops collecting, not reading.
func (w *Words) DiskFull() string { return w.say("notice.disk-full") }

// NoStableNames explains why nothing is collected (RFC 1939, UIDL is optional).
func (w *Words) NoStableNames() string { return w.say("notice.no-stable-names") }

// NotRead counts messages that could not be taken over; they stay on the server.
func (w *Words) NotRead(n int) string { return w.count("notice.not-read", n) }

// Links and buttons of notices.
func (w *Words) TryNow() string           { return w.say("notice.try-now") }
func (w *Words) Details() string          { return w.say("notice.details") }
func (w *Words) EnterNewPassword() string { return w.say("notice.enter-password") }
