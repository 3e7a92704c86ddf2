package words

import "time"

// Headings of the page of headers, and what stands under them.
func (w *Words) WayOfMessage() string { return w.say("headers.way") }
func (w *Words) HeaderLines() string  { return w.say("headers.lines") }
func (w *Words) HeaderCut() string    { return w.say("headers.cut") }

// WhoSentIt heads what servers found out about that.
func (w *Words) WhoSentIt() string            { return w.say("headers.checks") }
func (w *Words) Checked(server string) string { return w.say("headers.checked", "Server", server) }
func (w *Words) Unchecked() string            { return w.say("headers.unchecked") }
func (w *Words) NothingChecked(server string) string {
	return w.say("headers.nothing-checked", "Server", server)
}

// Claimed names servers that a message says have checked it, and that nobody
// believes.
func (w *Words) Claimed(servers string) string { return w.say("headers.claimed", "Servers", servers) }

// CheckResult writes what a check came to (RFC 8601, section 2.7); the domain
// may be "".
func (w *Words) CheckResult(method, result, domain string) string {
	switch result {
	case "pass":
		result = w.say("headers.result-pass")
	case "fail":
		result = w.say("headers.result-fail")
	case "softfail":
		result = w.say("headers.result-softfail")
	case "neutral":
		result = w.say("headers.result-neutral")
	case "none":
		result = w.say("headers.result-none")
	case "temperror", "permerror":
		result = w.say("headers.result-error")
	}
	if domain == "" {
		return w.say("headers.check", "Method", method, "Result", result)
	}
	return w.say("headers.check-for", "Method", method, "Result", result, "Domain", domain)
}

// CheckAbout says what a check is about.
func (w *Words) CheckAbout(method string) string {
	switch method {
	case "spf":
		return w.say("headers.about-spf")
	case "dkim":
		return w.say("headers.about-dkim")
	case "dmarc":
		return w.say("headers.about-dmarc")
	case "arc":
		return w.say("headers.about-arc")
	}
	return w.say("headers.about", "Method", method)
}

// Later writes how long a server took, rounded down: "3 seconds later". Less
// than nothing means that a clock is wrong.
func (w *Words) Later(d time.Duration) string {
	switch {
	case d < 0:
		return w.say("headers.earlier")
	case d < time.Minute:
		return w.count("headers.later-seconds", int(d/time.Second))
	case d < time.Hour:
		return w.count("headers.later-minutes", int(d/time.Minute))
	case d < 24*time.Hour:
		return w.count("headers.later-hours", int(d/time.Hour))
	}
	return w.count("headers.later-days", int(d/(24*time.Hour)))
}
