package main

import (
	"errors"
	"net/http/httptest"
	"testing"

	"restante/pop3client/dial"
)

// What is asked in a person's name is asked on the internet, whatever a message says: never of what lies in the network of
// the site.
func TestMailingListsAreOnTheInternet(t *testing.T) {
	inside := httptest.NewTLSServer(nil)
	defer inside.Close()
	for _, address := range []string{"https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", inside.URL} {
		resp, err := lists().Post(address, "text/plain", nil)
		if err == nil {
			resp.Body.Close()
		}
		if !errors.Is(err, dial.ErrForbidden) {
			t.Errorf("asking %s: %v", address, err)
		}
	}
}
