package cache

import "testing"

func TestASenderIsTrustedUntilThatIsTakenBack(t *testing.T) {
	dir := t.TempDir()
	b := openBox(t, dir)
	trusts := func(addr string, want bool) {
		t.Helper()
		if got, err := b.Trusts(t.Context(), addr); err != nil || got != want {
			t.Errorf("trusts %q: %v (%v), want %v", addr, got, err, want)
		}
	}
	trust := func(addr string, always bool) {
		t.Helper()
		if err := b.Trust(t.Context(), addr, always); err != nil {
			t.Fatal(err)
		}
	}
	trusts("bo@example.org", false)
	trust("Bo@Example.org", true)
	trust("bo@example.org", true)
	trust("", true)
	trusts("bo@EXAMPLE.org", true)
	trusts("", false)
	trusts("bo@example.or", false)
	trust("bo@example.org", false)
	trusts("bo@example.org", false)
	trust("bo@example.org", true)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = openBox(t, dir)
	trusts("bo@example.org", true)
}

func TestTheViewOfASenderIsKept(t *testing.T) {
	b := openBox(t, t.TempDir())
	ctx := t.Context()
	for _, step := range []struct{ addr, view, want string }{
		{"Ana@example.org", "original", "original"}, {"ana@EXAMPLE.org", "text", "text"}, {"ana@example.org", "", ""}, {"", "text", ""},
	} {
		if err := b.Prefer(ctx, step.addr, step.view); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Preferred(ctx, "ana@example.org"); err != nil || got != step.want {
			t.Errorf("after %+v it is %q (%v)", step, got, err)
		}
	}
}

func TestWhetherASenderWroteBefore(t *testing.T) {
	b := newFixture(t)
	ids := b.add(
		letter("Ana <ana@example.org>", "one", "x", noon.AddDate(0, 0, -3)),
		letter("Bo <bo@example.org>", "two", "y ana@example.org", noon.AddDate(0, 0, -2)),
		letter("ANA@Example.org", "three", "z", noon.AddDate(0, 0, -1)),
	)
	first, other, second := ids[0], ids[1], ids[2]
	for _, c := range []struct {
		addr string
		id   ID
		want bool
	}{{"ana@example.org", first, false}, {"bo@example.org", other, false}, {"Ana@example.org", second, true}, {"ana@example", second, false}, {"", second, false}} {
		if got, err := b.WroteBefore(t.Context(), c.addr, c.id); err != nil || got != c.want {
			t.Errorf("%s before %d: %v (%v), want %v", c.addr, c.id, got, err, c.want)
		}
	}
}
