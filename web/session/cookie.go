package session

import (
	"net/http"

	"restante/cache/vault"
)

// The cookie's name says how the session began. A browser takes the first one
// only by HTTPS, for this host alone and for all its paths, so that neither a
// neighbour host nor anybody on a plain line can plant one (RFC 6265bis,
// section 4.1.3.2).
const (
	secureName = "__Host-sid"
	plainName  = "sid"
)

func cookieName(secure bool) string {
	if secure {
		return secureName
	}
	return plainName
}

// cookie hands a token to the browser.
func cookie(token vault.Token, limits Limits, secure bool) *http.Cookie {
	c := &http.Cookie{
		Name: cookieName(secure), Value: token.Cookie(), Path: "/",
		Secure: secure, HttpOnly: true, SameSite: limits.SameSite,
	}
	if limits.Lasting {
		// The registry decides when a session ends. The cookie need only last
		// as long as any could, and then is not set again with every page.
		c.MaxAge = int(limits.Absolute.Seconds())
	}
	return c
}

// turnName is of a cookie that means nothing. It changes with every page: a
// browser that has one changed since does not bring an old page back from its
// memory, whatever its cache may keep (ui.md D6).
func turnName(secure bool) string {
	if secure {
		return "__Host-turn"
	}
	return "turn"
}

// Turn is that cookie, with another value than before.
func Turn(value string, secure bool) *http.Cookie {
	return &http.Cookie{Name: turnName(secure), Value: value, Path: "/", Secure: secure, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

// contrastName is of a cookie that says that somebody in a kiosk wants high contrast.
func contrastName(secure bool) string {
	if secure {
		return "__Host-contrast"
	}
	return "contrast"
}

// Contrast is that cookie, which goes with the session.
func Contrast(secure bool) *http.Cookie {
	return &http.Cookie{Name: contrastName(secure), Value: "1", Path: "/", Secure: secure, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

// WantsContrast reports whether a request has it.
func WantsContrast(r *http.Request, secure bool) bool {
	_, err := r.Cookie(contrastName(secure))
	return err == nil
}

// Clear returns the cookies that make a browser forget its session, however it
// began.
func Clear() []*http.Cookie {
	var cookies []*http.Cookie
	for _, secure := range []bool{true, false} {
		turn := Turn("", secure)
		turn.MaxAge = -1
		contrast := Contrast(secure)
		contrast.Value, contrast.MaxAge = "", -1
		cookies = append(cookies, turn, contrast, &http.Cookie{
			Name: cookieName(secure), Path: "/", MaxAge: -1,
			Secure: secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		})
	}
	return cookies
}

// token reads the cookie that belongs to the way the request came. By HTTPS the
// plain one does not count: anybody on a plain line could have planted it.
func (k *Keeper) token(r *http.Request) (vault.Token, error) {
	secure := r.TLS != nil
	if k.Secure != nil {
		secure = k.Secure(r)
	}
	c, err := r.Cookie(cookieName(secure))
	if err != nil {
		return vault.Token{}, ErrNone
	}
	token, err := vault.ParseToken(c.Value)
	if err != nil {
		return vault.Token{}, ErrNone
	}
	return token, nil
}
