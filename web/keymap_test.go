package web

import (
	"testing"
)

func FuzzKeymap(f *testing.F) {
	f.Add("d", "D")
	f.Add("", "#")
	f.Add("é", "none")
	f.Add("Ǆ", "\u0130")
	f.Fuzz(func(t *testing.T, archive, star string) {
		chosen := keymap{}
		for name, character := range map[string]string{"archive": archive, "star": star} {
			if character == "" || isKey(character) {
				chosen[name] = keyOf(character)
			}
		}
		setting := chosen.String()
		if !isKeymap(setting) {
			t.Fatalf("%q is kept and not understood", setting)
		}
		kept := (&visit{settings: map[string]string{setKeymap: setting}}).keymap()
		for _, a := range keyboardActions() {
			if kept.of(a) != chosen.of(a) {
				t.Errorf("%s has the key %q, and %q once it was kept", a.name, chosen.of(a), kept.of(a))
			}
		}
		if _, _, twice := kept.twice(); twice {
			return // what no form may choose
		}
		for pressed, does := range kept.moved() {
			for _, a := range keyboardActions() {
				if kept.of(a) == pressed && a.key != does {
					t.Errorf("%q presses %q, and it is the key of %s", pressed, does, a.name)
				}
			}
		}
	})
}
