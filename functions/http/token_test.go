package http

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// TestTokenFetchedOnce: whoever needs a token while it is fetched gets that one, for the server may take only the newest.
func TestTokenFetchedOnce(t *testing.T) {
	var all tokens
	var others sync.WaitGroup
	fetched := 0
	fetch := func() (*oauth2.Token, error) {
		fetched++ // one at a time: the race detector watches it
		return &oauth2.Token{AccessToken: "t" + string(rune('0'+fetched))}, nil
	}
	first, err := all.get(t.Context(), "key", func() (*oauth2.Token, error) {
		for range 8 {
			others.Go(func() {
				if token, err := all.get(t.Context(), "key", fetch); err != nil || token.AccessToken != "t1" {
					t.Errorf("%v %v", token, err)
				}
			})
		}
		return fetch()
	})
	others.Wait()
	if err != nil || first.AccessToken != "t1" || fetched != 1 {
		t.Errorf("%v %v, %d fetched", first, err, fetched)
	}
}

// TestTokenThatCannotBeFetched: who waits behind a fetch that fails fetches itself, and no longer waits than it may.
func TestTokenThatCannotBeFetched(t *testing.T) {
	var all tokens
	failed := errors.New("no")
	_, err := all.get(t.Context(), "key", func() (*oauth2.Token, error) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := all.get(gone, "key", nil); !errors.Is(err, context.Canceled) {
			t.Errorf("waits on: %v", err)
		}
		if token, err := all.get(t.Context(), "other", func() (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "o"}, nil }); err != nil || token.AccessToken != "o" {
			t.Errorf("%v %v", token, err)
		}
		return nil, failed
	})
	if !errors.Is(err, failed) {
		t.Error(err)
	}
	token, err := all.get(t.Context(), "key", func() (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "t"}, nil })
	if err != nil || token.AccessToken != "t" {
		t.Errorf("%v %v", token, err)
	}
}

// TestForgottenToken: the token that a server refused is dropped, and not the one that another request has fetched since.
func TestForgottenToken(t *testing.T) {
	var all tokens
	auth := Auth{TokenURL: "https://auth.example/token"}
	get := func(next string) string {
		t.Helper()
		token, err := all.get(t.Context(), auth.tokenKey(), func() (*oauth2.Token, error) {
			return &oauth2.Token{AccessToken: next, Expiry: time.Now().Add(time.Hour)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return token.AccessToken
	}
	refuse := func(token string) {
		all.forget(auth, &http.Request{Header: http.Header{"Authorization": {"Bearer " + token}}})
	}
	refuse("nothing")
	if got := get("a"); got != "a" {
		t.Errorf("first %s", got)
	}
	refuse("a")
	if got := get("b"); got != "b" {
		t.Errorf("the refused token is used again: %s", got)
	}
	refuse("a")
	if got := get("c"); got != "b" {
		t.Errorf("the newer token is dropped: %s", got)
	}
}
