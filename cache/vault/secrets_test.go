package vault

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"
)

// printers write v in every way that a program might by accident.
func printers() map[string]func(any) string {
	all := map[string]func(any) string{
		"Sprint":   func(v any) string { return fmt.Sprint(v) },
		"Sprintln": func(v any) string { return fmt.Sprintln(v) },
		"Errorf":   func(v any) string { return fmt.Errorf("sign in: %v", v).Error() },
		"json": func(v any) string {
			b, err := json.Marshal(v)
			return fmt.Sprint(string(b), err)
		},
		"json map": func(v any) string {
			b, err := json.Marshal(map[string]any{"x": []any{v}})
			return fmt.Sprint(string(b), err)
		},
		"xml": func(v any) string {
			b, err := xml.Marshal(v)
			return fmt.Sprint(string(b), err)
		},
		"gob": func(v any) string {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).Encode(v)
			return fmt.Sprint(b.String(), err)
		},
		"template": func(v any) string {
			var b bytes.Buffer
			err := template.Must(template.New("").Parse(`{{.}} {{printf "%s %q" . .}} <script>{{.}}</script>`)).Execute(&b, v)
			return fmt.Sprint(b.String(), err)
		},
		"slog text": func(v any) string {
			var b bytes.Buffer
			slog.New(slog.NewTextHandler(&b, nil)).Info("m", "v", v, slog.Group("g", "v", v))
			return b.String()
		},
		"slog json": func(v any) string {
			var b bytes.Buffer
			slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "v", v, slog.Group("g", "v", v))
			return b.String()
		},
	}
	for _, flags := range []string{"", "+", "#", "0", " ", "-40", ".60"} {
		for _, verb := range "vsqxXdboOcUeEfFgGtTpwz" {
			format := "%" + flags + string(verb)
			all[format] = func(v any) string { return fmt.Sprintf(format, v) }
		}
	}
	return all
}

// traces are the forms in which the bytes of a secret could appear.
func traces(secret []byte) []string {
	list := strings.Trim(fmt.Sprint(secret), "[]") // 1 2 3
	return []string{
		string(secret), fmt.Sprintf("%q", secret), list, strings.ReplaceAll(list, " ", ","),
		hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
		base64.StdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret),
		strings.Trim(strings.TrimPrefix(fmt.Sprintf("%#v", secret), "[]byte"), "{}"), // 0x1, 0x2
		strings.Trim(fmt.Sprintf("%b", secret), "[]"), strings.Trim(fmt.Sprintf("%o", secret), "[]"),
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	password := NewPassword("correct horse battery")
	key, token := NewKey(), NewToken()
	k, tok := key.secret(), token.secret()
	for _, secret := range []struct {
		name  string
		value any
		bytes []byte
	}{
		{"Password", password, []byte("correct horse battery")},
		{"Key", key, k[:]},
		{"Token", token, tok[:]},
		{"*Password", &password, []byte("correct horse battery")},
		{"*Key", &key, k[:]},
		{"*Token", &token, tok[:]},
		{"exported fields", struct {
			P Password
			K Key
		}{password, key}, []byte("correct horse battery")},
		// fmt calls no methods on these.
		{"unexported password", struct{ p Password }{password}, []byte("correct horse battery")},
		{"unexported key", struct{ k Key }{key}, k[:]},
		{"unexported token", struct{ t []Token }{[]Token{token}}, tok[:]},
		{"unexported string", struct{ p *Password }{&password}, []byte("correct horse battery")},
		{"unexported pointer", struct{ k *Key }{&key}, k[:]},
	} {
		for how, print := range printers() {
			got := print(secret.value)
			for _, trace := range traces(secret.bytes) {
				if strings.Contains(got, trace) {
					t.Errorf("%s printed by %s: %s", secret.name, how, got)
				}
			}
		}
	}
}

func TestSecretsPrintAsStars(t *testing.T) {
	for name, value := range map[string]any{"Password": NewPassword("x"), "Key": NewKey(), "Token": NewToken(), "zero": Password{}} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(format, value); got != "***" {
				t.Errorf("%s printed by %s = %s, want ***", name, format, got)
			}
		}
		if got := printers()["json"](value); got != `"***"<nil>` {
			t.Errorf("%s in JSON = %s", name, got)
		}
		if got := printers()["slog text"](value); !strings.Contains(got, "v=***") {
			t.Errorf("%s in a log: %s", name, got)
		}
	}
}

// Each trace must be one that its search would find.
func TestTracesFindAPrintedSecret(t *testing.T) {
	type open struct{ b []byte }
	secret := []byte("correct horse battery")
	for how, print := range map[string]func(any) string{
		"%v": printers()["%v"], "%x": printers()["%x"], "%b": printers()["%b"], "%o": printers()["%o"], "%#v": printers()["%#v"],
		"%s": printers()["%s"], "%q": printers()["%q"],
	} {
		got, found := print(open{secret}), false
		for _, trace := range traces(secret) {
			found = found || strings.Contains(got, trace)
		}
		if !found {
			t.Errorf("a secret printed by %s is not found in %s", how, got)
		}
	}
}

func TestKeysAreEqualToThemselvesOnly(t *testing.T) {
	a, b := NewKey(), NewKey()
	if copied := a; !a.Equal(copied) || a.Equal(b) || a.Equal(Key{}) || (Key{}).Equal(a) || (Key{}).Equal(Key{}) {
		t.Error("keys compare wrongly")
	}
	if a.IsZero() || !(Key{}).IsZero() {
		t.Error("a key that was drawn is zero, or the zero key is not")
	}
}

func TestAKeyHas32Bytes(t *testing.T) {
	b := bytes.Repeat([]byte{7}, 32)
	k, err := KeyFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := KeyFrom(b); err != nil || !again.Equal(k) {
		t.Errorf("the same bytes make another key: %v", err)
	}
	b[0] = 8 // the key is a copy
	if again, err := KeyFrom(b); err != nil || again.Equal(k) {
		t.Errorf("other bytes make the same key: %v", err)
	}
	for _, n := range []int{0, 31, 33} {
		if _, err := KeyFrom(make([]byte, n)); err == nil {
			t.Errorf("%d bytes make a key", n)
		}
	}
}

func TestPasswordsAreKeptByteForByte(t *testing.T) {
	for _, s := range []string{"", " a b ", "pässwörd", "a\x00\xff\r\n"} {
		p := NewPassword(s)
		if p.Reveal() != s || p.IsZero() != (s == "") {
			t.Errorf("password %q became %q, zero: %v", s, p.Reveal(), p.IsZero())
		}
	}
	if p := (Password{}); p.Reveal() != "" || !p.IsZero() {
		t.Error("the zero Password is not the empty one")
	}
}
