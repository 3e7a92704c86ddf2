package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"restante/views/words"
)

// noKey stands in the setting for what nothing presses.
const noKey = "none"

// keyed is something that a key does.
type keyed struct {
	name string   // in the setting
	key  string   // as in aria-keyshortcuts and in the script; one character, or Shift+ and a capital letter
	also []string // as a person calls others that do the same
	text say
}

// keyboardActions are what a person may choose another key for.
func keyboardActions() []keyed {
	type w = *words.Words
	return []keyed{
		{"next", "j", nil, w.KeyNext}, {"previous", "k", nil, w.KeyPrevious}, {"open", "o", []string{"Enter"}, w.KeyOpen}, {"back", "u", []string{"Esc"}, w.KeyBack},
		{"select", "x", nil, w.KeySelect}, {"select-to", "Shift+X", nil, w.KeySelectTo},
		{"archive", "e", []string{"y"}, w.DoArchive}, {"trash", "#", []string{"Delete"}, w.DoDelete}, {"spam", "!", nil, w.DoSpam}, {"star", "s", nil, w.DoStar},
		{"read", "Shift+I", nil, w.DoMarkRead}, {"unread", "Shift+U", nil, w.DoMarkUnread}, {"label", "l", []string{"v"}, w.DoLabel}, {"mute", "m", nil, w.DoMute},
		{"archive-newer", "[", nil, w.KeyArchiveNewer}, {"archive-older", "]", nil, w.KeyArchiveOlder},
		{"undo", "z", nil, w.DoUndo}, {"next-part", "n", nil, w.KeyNextInConversation}, {"previous-part", "p", nil, w.KeyPreviousInConversation},
		{"view", "t", nil, w.KeyView}, {"images", "i", nil, w.KeyImages}, {"headers", "Shift+H", nil, w.ViewHeaders},
		{"check", "Shift+R", nil, w.CheckMail}, {"search", "/", nil, w.Search}, {"help", "?", nil, w.KeysHelp},
	}
}

// keymap is which key a person wants something to have, by the name of that; "" is none. What is not in it has its own.
type keymap map[string]string

// isKeymap reports whether a setting is what String writes.
func isKeymap(setting string) bool {
	words := strings.Fields(setting)
	for i := 1; i < len(words); i += 2 {
		if words[i] != noKey && !isKey(character(words[i])) {
			return false
		}
	}
	return len(words)%2 == 0
}

// keymap is what the person of a visit has chosen.
func (v *visit) keymap() keymap {
	m := keymap{}
	for pair := range slices.Chunk(strings.Fields(v.settings[setKeymap]), 2) {
		if m[pair[0]] = pair[1]; pair[1] == noKey {
			m[pair[0]] = ""
		}
	}
	return m
}

// String is the map as it stands in a person's file: names and keys in turn, with a blank between.
func (m keymap) String() string {
	var list []string
	for _, a := range keyboardActions() {
		if key, ok := m[a.name]; ok && key != a.key {
			if key == "" {
				key = noKey
			}
			list = append(list, a.name, key)
		}
	}
	return strings.Join(list, " ")
}

// of is the key of something.
func (m keymap) of(a keyed) string {
	if key, ok := m[a.name]; ok {
		return key
	}
	return a.key
}

// moved are the keys that mean others than their own: what is pressed, and what that does as its own key; "" is nothing.
func (m keymap) moved() map[string]string {
	moved := map[string]string{}
	for _, a := range keyboardActions() {
		if key := m.of(a); key != a.key {
			if key != "" {
				moved[key] = a.key
			}
			if _, taken := moved[a.key]; !taken {
				moved[a.key] = ""
			}
		}
	}
	return moved
}

// twice are the places of two actions that have the same key.
func (m keymap) twice() (first, second int, found bool) {
	has := map[string]int{}
	for i, a := range keyboardActions() {
		key := m.of(a)
		if first, taken := has[key]; taken && key != "" {
			return first, i, true
		}
		has[key] = i
	}
	return 0, 0, false
}

// isKey reports whether a character can be pressed, and begins no others: g and * do.
func isKey(character string) bool {
	r, size := utf8.DecodeRuneInString(character)
	return size > 0 && size == len(character) && r != utf8.RuneError && unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) && r <= 0xffff && r != 'g' && r != '*'
}

// character is what is written to press a key.
func character(key string) string {
	if key, ok := strings.CutPrefix(key, "Shift+"); ok && key != "" {
		return key
	}
	return key
}

// keyOf is the key that a character is written with.
func keyOf(character string) string {
	if r, _ := utf8.DecodeRuneInString(character); r != unicode.ToLower(r) {
		return "Shift+" + character
	}
	return character
}

// spoken is a key as a person calls it.
func spoken(key string) string {
	if capital, ok := strings.CutPrefix(key, "Shift+"); ok && capital != "" {
		return "Shift " + strings.ToLower(capital)
	}
	return key
}
