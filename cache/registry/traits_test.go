package registry_test

import (
	"testing"
	"time"

	"restante/cache/registry"
)

func TestTraitsBelongToAServer(t *testing.T) {
	r := fresh(t)
	const server = "pop3s://mail.example.org"
	for _, trait := range []registry.Trait{
		{Name: "top", Value: "no", Seen: noon},
		{Name: "uidl", Value: "long", Seen: noon},
		{Name: "top", Value: "yes", Seen: noon.Add(time.Hour)},
	} {
		if err := r.PutTrait(t.Context(), server, trait); err != nil {
			t.Fatal(err)
		}
	}
	got, err := r.Traits(t.Context(), server)
	equal(t, "traits", got, err, map[string]registry.Trait{
		"top": {Name: "top", Value: "yes", Seen: noon.Add(time.Hour)}, "uidl": {Name: "uidl", Value: "long", Seen: noon},
	})
	got, err = r.Traits(t.Context(), "pop3s://other.example.org")
	equal(t, "traits of an unknown server", got, err, map[string]registry.Trait{})
}
