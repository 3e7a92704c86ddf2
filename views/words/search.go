package words

// The search box: its label, the example inside, its button.
func (w *Words) SearchMail() string    { return w.say("search.label") }
func (w *Words) SearchExample() string { return w.say("search.example") }
func (w *Words) Search() string        { return w.say("search.button") }

// SearchFor is the title of a result: "Search: ana".
func (w *Words) SearchFor(query string) string { return w.say("search.title", "Query", query) }

// SearchResults is the heading above the rows.
func (w *Words) SearchResults() string { return w.say("search.heading") }

// Results counts exactly, MoreThan where counting stopped: "more than 1,000".
func (w *Words) Results(n int) string  { return w.count("search.results", n) }
func (w *Words) MoreThan(n int) string { return w.count("search.more-than", n) }

// UnknownOperator tells what was not understood; DidYouMean has a guess, and
// both keep their colon: "I do not know “form:”. Did you mean “from:”?"
func (w *Words) UnknownOperator(operator string) string {
	return w.say("search.unknown", "Operator", operator)
}
func (w *Words) DidYouMean(operator, guess string) string {
	return w.say("search.did-you-mean", "Operator", operator, "Guess", guess)
}

// BadValue tells of a value that its operator cannot use: before:someday.
func (w *Words) BadValue(term string) string { return w.say("search.bad-value", "Term", term) }

// TooManyTerms tells that only the first terms were searched.
func (w *Words) TooManyTerms() string { return w.say("search.too-many") }

// AllResults is the choice to act on everything that was found; AllOfMore where counting stopped.
func (w *Words) AllResults(n int) string { return w.count("search.all", n) }
func (w *Words) AllOfMore(n int) string  { return w.count("search.all-of-more", n) }

// AllIn is the choice to act on everything in the place that is shown; AllInOfMore where one action may touch only some of it.
func (w *Words) AllIn(n int) string       { return w.count("search.all-in", n) }
func (w *Words) AllInOfMore(n int) string { return w.count("search.all-in-of-more", n) }

// Renewing tells that a search may miss messages that are read anew after an update.
func (w *Words) Renewing(n int) string { return w.count("search.renewing", n) }

// The conditions of a search, each a link that removes it; and the links to its two orders.
func (w *Words) SearchFilters() string { return w.say("search.filters") }
func (w *Words) RemoveFilter() string  { return w.say("search.remove") }
func (w *Words) BestFirst() string     { return w.say("search.best-first") }
func (w *Words) ByDate() string        { return w.say("search.newest-first") }

// Ways from a list to a part of it, and from a search that finds nothing.
func (w *Words) ShowOnly() string      { return w.say("search.only") }
func (w *Words) OnlyUnread() string    { return w.say("search.only-unread") }
func (w *Words) OnlyWithFiles() string { return w.say("search.only-files") }
func (w *Words) OnlyThisYear() string  { return w.say("search.only-year") }
func (w *Words) OnlyKnown() string     { return w.say("search.only-known") }

// OnlyFrom is what of a search has come from one sender.
func (w *Words) OnlyFrom(name string) string { return w.say("search.only-from", "Name", name) }

// SearchEverywhere also looks in trash and spam.
func (w *Words) SearchEverywhere() string { return w.say("search.everywhere") }

// The help page, and what each of its examples finds.
func (w *Words) SearchHelp() string         { return w.say("search.help") }
func (w *Words) SearchHelpText() string     { return w.say("search.help-text") }
func (w *Words) ExampleWrite() string       { return w.say("search.column-write") }
func (w *Words) ExampleFinds() string       { return w.say("search.column-finds") }
func (w *Words) ExampleWords() string       { return w.say("search.ex-words") }
func (w *Words) ExamplePhrase() string      { return w.say("search.ex-phrase") }
func (w *Words) ExampleNot() string         { return w.say("search.ex-not") }
func (w *Words) ExampleFrom() string        { return w.say("search.ex-from") }
func (w *Words) ExampleTo() string          { return w.say("search.ex-to") }
func (w *Words) ExampleSubject() string     { return w.say("search.ex-subject") }
func (w *Words) ExampleAttachment() string  { return w.say("search.ex-attachment") }
func (w *Words) ExampleUnread() string      { return w.say("search.ex-unread") }
func (w *Words) ExampleRead() string        { return w.say("search.ex-read") }
func (w *Words) ExampleStarred() string     { return w.say("search.ex-starred") }
func (w *Words) ExamplePlace() string       { return w.say("search.ex-place") }
func (w *Words) ExampleBefore() string      { return w.say("search.ex-before") }
func (w *Words) ExampleAfter() string       { return w.say("search.ex-after") }
func (w *Words) ExampleOn() string          { return w.say("search.ex-on") }
func (w *Words) ExampleLarger() string      { return w.say("search.ex-larger") }
func (w *Words) ExampleSmaller() string     { return w.say("search.ex-smaller") }
func (w *Words) ExampleEither() string      { return w.say("search.ex-either") }
func (w *Words) ExampleGroup() string       { return w.say("search.ex-group") }
func (w *Words) ExampleCc() string          { return w.say("search.ex-cc") }
func (w *Words) ExampleBody() string        { return w.say("search.ex-body") }
func (w *Words) ExampleFilename() string    { return w.say("search.ex-filename") }
func (w *Words) ExampleKinds() string       { return w.say("search.ex-kinds") }
func (w *Words) ExampleState() string       { return w.say("search.ex-state") }
func (w *Words) ExampleHere() string        { return w.say("search.ex-here") }
func (w *Words) ExampleMuted() string       { return w.say("search.ex-muted") }
func (w *Words) ExampleKnown() string       { return w.say("search.ex-known") }
func (w *Words) ExampleLabel() string       { return w.say("search.ex-label") }
func (w *Words) ExampleList() string        { return w.say("search.ex-list") }
func (w *Words) ExampleAge() string         { return w.say("search.ex-age") }
func (w *Words) ExampleAccount() string     { return w.say("search.ex-account") }
func (w *Words) ExampleMessageID() string   { return w.say("search.ex-message-id") }
func (w *Words) ExampleCombination() string { return w.say("search.ex-combination") }

// The form that asks for a search piece by piece, and the choices in it.
func (w *Words) MoreFilters() string   { return w.say("search.filter-more") }
func (w *Words) FilterWords() string   { return w.say("search.filter-words") }
func (w *Words) FilterNot() string     { return w.say("search.filter-not") }
func (w *Words) FilterFrom() string    { return w.say("search.filter-from") }
func (w *Words) FilterTo() string      { return w.say("search.filter-to") }
func (w *Words) FilterSubject() string { return w.say("search.filter-subject") }
func (w *Words) FilterAfter() string   { return w.say("search.filter-after") }
func (w *Words) FilterBefore() string  { return w.say("search.filter-before") }
func (w *Words) FilterHas() string     { return w.say("search.filter-has") }
func (w *Words) FilterLarger() string  { return w.say("search.filter-larger") }
func (w *Words) FilterIn() string      { return w.say("search.filter-in") }
func (w *Words) AnySize() string       { return w.say("search.any-size") }
func (w *Words) AnyContent() string    { return w.say("search.any-content") }
func (w *Words) AnyPlace() string      { return w.say("search.any-place") }
func (w *Words) EveryPlace() string    { return w.say("search.everywhere-too") }
func (w *Words) Invitations() string   { return w.say("search.invitations") }
func (w *Words) WithLinks() string     { return w.say("search.with-links") }
