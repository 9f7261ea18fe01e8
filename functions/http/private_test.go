package http

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/task"
)

func TestIsPrivate(t *testing.T) {
	for _, address := range []string{
		"127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0.0.0.0", "0.1.2.3", "100.64.0.1", "198.18.0.1",
		"224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.0.192", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "::ffff:127.0.0.1",
		"::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b::169.254.169.254", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1", "100::1",
	} {
		if !isPrivate(netip.MustParseAddr(address)) {
			t.Errorf("%s is not private", address)
		}
	}
	for _, address := range []string{"1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1", "100.128.0.1", "169.253.0.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::", "::ffff:8.8.8.8"} {
		if isPrivate(netip.MustParseAddr(address)) {
			t.Errorf("%s is private", address)
		}
	}
}

// TestPrivateRedirects: a server sends on to places that it must not reach, by all the names they have.
func TestPrivateRedirects(t *testing.T) {
	reached := 0
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { reached++; w.Write([]byte("inside")) }))
	defer inner.Close()
	_, port, _ := net.SplitHostPort(inner.Listener.Addr().String())
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/here":
			http.Redirect(w, r, "/there", http.StatusFound)
		case "/there":
			w.Write([]byte("here"))
		default:
			w.Header().Set("Location", r.URL.Query().Get("to"))
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
	})
	for _, host := range []string{"127.0.0.1", "localhost", "127.0.0.2", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "LOCALHOST"} {
		target := "http://" + host + ":" + port + "/"
		_, err := send(t, New(Config{}), `{"url":"%s/?to=%s"}`, url, target)
		if err == nil || err.Name != task.HttpRedirect && err.Name != task.HttpConnect {
			t.Errorf("%s: got %v", host, err)
		}
		if strings.HasPrefix(host, "127.0.0.1") || host == "localhost" {
			wantError(t, err, task.HttpRedirect, "private")
		}
	}
	if reached > 0 {
		t.Errorf("it is reached %d times", reached)
	}
	response, err := send(t, New(Config{}), `{"url":"%s/?to=%s","privateRedirects":true}`, url, inner.URL)
	if err != nil || response.Body != "inside" {
		t.Errorf("where the workflow allows it: %+v, %v", response, err)
	}
	response, err = send(t, New(Config{}), `{"url":"%s/here"}`, url)
	if err != nil || response.Body != "here" {
		t.Errorf("to the same server: %+v, %v", response, err)
	}
	// a connection that is open already is not used
	f := New(Config{})
	if _, err := send(t, f, `{"url":"%s"}`, inner.URL); err != nil {
		t.Fatal(err)
	}
	_, err = send(t, f, `{"url":"%s/?to=%s"}`, url, inner.URL)
	wantError(t, err, task.HttpRedirect, "private")
	// where a stand-in takes the place of a host, redirects to that host lead to the stand-in
	stub := New(Config{Endpoints: []task.Endpoint{{From: "api.example.com", To: url}, {From: "other.example.com", To: inner.URL}}})
	response, err = send(t, stub, `{"url":"http://api.example.com/?to=http://other.example.com/"}`)
	if err != nil || response.Body != "inside" {
		t.Errorf("stand-ins: %+v, %v", response, err)
	}
}

// TestDial: it is the address that counts, not the name that led to it.
func TestDial(t *testing.T) {
	for _, address := range []string{"127.0.0.1:80", "[::1]:80", "[::ffff:10.0.0.1]:80", "[fe80::1%eth0]:80", "0.0.0.0:80", "169.254.169.254:80"} {
		if refusePrivate("tcp", address, nil) == nil {
			t.Errorf("%s is connected to", address)
		}
	}
	if err := refusePrivate("tcp", "1.1.1.1:443", nil); err != nil {
		t.Error(err)
	}
}

// TestRedirectsFromPublicAddresses: what the workflow allows holds only where it began in private.
func TestRedirectsFromPublicAddresses(t *testing.T) {
	hop := httptest.NewRequest("GET", "http://10.0.0.1/x", nil)
	hop.Response = &http.Response{Request: httptest.NewRequest("GET", "http://public.example/", nil)}
	same := httptest.NewRequest("GET", "http://public.example/y", nil)
	same.Response = hop.Response
	for _, test := range []struct {
		hop                          *http.Request
		mayBePrivate, private, allow bool
	}{
		{hop, true, true, true}, {hop, true, false, false}, {hop, false, true, false}, {same, false, true, true}, {same, false, false, false},
	} {
		way := &journey{mayBePrivate: test.mayBePrivate}
		way.private.Store(test.private)
		if way.allows(test.hop) != test.allow {
			t.Errorf("%+v", test)
		}
	}
	if err := lookup(context.Background(), "localhost"); err == nil {
		t.Error("behind a proxy localhost passes")
	}
}

func TestPathSegments(t *testing.T) {
	seen := ""
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen = r.URL.EscapedPath() })
	for _, path := range []string{"/a/../b", "/..", "/.", "/a/%2e%2E/b", "/a/.%2e", "/a/..%2Fb", "/a%2F..", "/a/%2e/", "/..%5Cb", "/a/./b", "/a/..?q=1", "/a/..#f"} {
		_, err := send(t, New(Config{}), `{"url":"%s%s"}`, url, path)
		wantError(t, err, task.RequestInvalid, "segment")
	}
	for _, path := range []string{"/a..b/.c/d../...", "/%252e%252e/", "//a//", "/a%2Fb", "/"} {
		if _, err := send(t, New(Config{}), `{"url":"%s%s?p=../x"}`, url, path); err != nil || seen != path {
			t.Errorf("%s: %v, %s", path, err, seen)
		}
	}
}
