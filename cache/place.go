package cache

// Place is where a message is; each is in exactly one. The numbers stand in the file and never change.
type Place int

// The places. Anywhere is no place of a message: it asks for all but trash and spam.
const (
	Anywhere Place = iota
	Inbox
	Archive
	Sent
	Drafts
	Spam
	Trash
)

// placeNames are the names in addresses and in the search language.
var placeNames = [...]string{"anywhere", "inbox", "archive", "sent", "drafts", "spam", "trash"}

// ParsePlace reads a name as [Place.String] gives it; ok is false for any other.
func ParsePlace(name string) (p Place, ok bool) {
	for i, n := range placeNames {
		if n == name {
			return Place(i), true
		}
	}
	return Anywhere, false
}

func (p Place) String() string {
	if p < 0 || int(p) >= len(placeNames) {
		return "unknown"
	}
	return placeNames[p]
}
