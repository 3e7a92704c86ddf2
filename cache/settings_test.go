package cache

import (
	"maps"
	"testing"
)

func TestSettingsAreKept(t *testing.T) {
	f := newFixture(t)
	has := func(want map[string]string) {
		t.Helper()
		if got, err := f.Settings(t.Context()); err != nil || !maps.Equal(got, want) {
			t.Errorf("the settings are %v (%v), want %v", got, err, want)
		}
	}
	change := func(changes map[string]string) {
		t.Helper()
		if err := f.ChangeSettings(t.Context(), changes); err != nil {
			t.Fatal(err)
		}
	}
	has(map[string]string{})
	change(map[string]string{"theme": "dark", "density": "compact"})
	change(map[string]string{"theme": "light"})
	has(map[string]string{"theme": "light", "density": "compact"})
	change(map[string]string{"density": "", "never": ""})
	has(map[string]string{"theme": "light"})
}
