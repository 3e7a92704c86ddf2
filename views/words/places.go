package words

// Names of the places that a message can be in, and of the lists beside them.
func (w *Words) Inbox() string   { return w.say("place.inbox") }
func (w *Words) Starred() string { return w.say("place.starred") }
func (w *Words) Archive() string { return w.say("place.archive") }
func (w *Words) Sent() string    { return w.say("place.sent") }
func (w *Words) Drafts() string  { return w.say("place.drafts") }
func (w *Words) Spam() string    { return w.say("place.spam") }
func (w *Words) Trash() string   { return w.say("place.trash") }
func (w *Words) AllMail() string { return w.say("place.all") }

// Place returns the name of the place with that address part ("inbox",
// "archive", "all" …), and name itself if there is none.
func (w *Words) Place(name string) string {
	switch name {
	case "inbox":
		return w.Inbox()
	case "starred":
		return w.Starred()
	case "archive":
		return w.Archive()
	case "sent":
		return w.Sent()
	case "drafts":
		return w.Drafts()
	case "spam":
		return w.Spam()
	case "trash":
		return w.Trash()
	case "all":
		return w.AllMail()
	}
	return name
}

// PlaceUnread is a place's title with its unread messages: "Inbox (12)".
// With none it is the place alone.
func (w *Words) PlaceUnread(place string, unread int) string {
	if unread == 0 {
		return place
	}
	return w.say("place.unread", "Place", place, "Count", w.Number(unread))
}

// UnreadWord follows a number of unread messages for those who only hear it.
func (w *Words) UnreadWord() string { return w.say("place.unread-word") }
