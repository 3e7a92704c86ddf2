package words

// Title is the text of the title element: "Inbox (12) · Restante".
func (w *Words) Title(page string) string { return w.say("shell.title", "Page", page) }

// ErrorTitle marks a title whose page reports a mistake: "Error: Sign in".
func (w *Words) ErrorTitle(page string) string { return w.say("shell.error-title", "Page", page) }

// ResultTitle puts what was just done before a page's title: "Archived – Inbox".
func (w *Words) ResultTitle(result, page string) string {
	return w.say("shell.result-title", "Result", result, "Page", page)
}

// AppName is the product's name.
func (w *Words) AppName() string { return w.say("shell.name") }

// SkipToContent, SkipToList and SkipToMessage are the skip links.
func (w *Words) SkipToContent() string { return w.say("shell.skip-content") }
func (w *Words) SkipToList() string    { return w.say("shell.skip-list") }
func (w *Words) SkipToMessage() string { return w.say("shell.skip-message") }

// Mailboxes names the navigation.
func (w *Words) Mailboxes() string { return w.say("shell.mailboxes") }

// More is the page, and the menu, that holds what found no room elsewhere.
func (w *Words) More() string { return w.say("shell.more") }

// CheckMail is the button that looks for new mail now.
func (w *Words) CheckMail() string { return w.say("shell.check-mail") }

// SignOut is the button that ends the session.
func (w *Words) SignOut() string { return w.say("shell.sign-out") }

// SignedInAs says who reads: "Signed in as ana@example.org".
func (w *Words) SignedInAs(user string) string { return w.say("shell.signed-in-as", "User", user) }

// Demo is the sentence that stands on each page of a demonstration.
func (w *Words) Demo() string { return w.say("shell.demo") }
