package words

// UnreadOf counts a place: "12 unread of 4,318", "4,318 messages, all read".
func (w *Words) UnreadOf(unread, total int) string {
	if unread == 0 {
		return w.count("list.all-read", total)
	}
	return w.count("list.unread-of", total, "Unread", w.Number(unread))
}

// Conversations counts conversations: "1 conversation", "4,318 conversations".
func (w *Words) Conversations(n int) string { return w.count("list.conversations", n) }

// Messages counts messages: "1 message", "4,318 messages".
func (w *Words) Messages(n int) string { return w.count("list.messages", n) }

// MessageList names the list of rows.
func (w *Words) MessageList() string { return w.say("list.name") }

// Selected names the toolbar that acts on the ticked rows.
func (w *Words) Selected() string { return w.say("list.selected") }

// Select labels a row's checkbox: Select "Dinner" from Ana.
func (w *Words) Select(subject, who string) string {
	return w.say("list.select", "Subject", subject, "Who", who)
}

// StarThis labels a star button: Star "Dinner". Its state is aria-pressed, so
// the words stay the same.
func (w *Words) StarThis(subject string) string { return w.say("list.star", "Subject", subject) }

// Unread is the hidden twin of the unread dot.
func (w *Words) Unread() string { return w.say("list.unread") }

// NotHereYet is the hidden twin of the arrow of a message of which only the header is here.
func (w *Words) NotHereYet() string { return w.say("list.not-here-yet") }

// HasAttachment is the hidden twin of the paper clip; the others are those of the icons beside it.
func (w *Words) HasAttachment() string { return w.say("list.has-attachment") }
func (w *Words) HasInvite() string     { return w.say("list.has-invite") }
func (w *Words) IsEncrypted() string   { return w.say("list.encrypted") }
func (w *Words) IsReplied() string     { return w.say("list.replied") }
func (w *Words) OnlyHere() string      { return w.say("list.only-here") }

// InConversation is said after the number of messages in a row's conversation.
func (w *Words) InConversation() string { return w.say("list.in-conversation") }

// NoSubject and NoSender stand where a message has none.
func (w *Words) NoSubject() string { return w.say("list.no-subject") }
func (w *Words) NoSender() string  { return w.say("list.no-sender") }

// Me stands for the reader among a conversation's people.
func (w *Words) Me() string { return w.say("list.me") }

// Pages names the links to other pages of a list; Newer and Older are they.
func (w *Words) Pages() string { return w.say("list.pages") }
func (w *Words) Newer() string { return w.say("list.newer") }
func (w *Words) Older() string { return w.say("list.older") }

// EndOfList closes the last page; oldest is a date: "3 May 2011".
func (w *Words) EndOfList(oldest string) string { return w.say("list.end", "Oldest", oldest) }
