package requests

import (
	"net/url"
	"slices"
	"strings"
)

// MaxRedirects is how many redirects a session follows; the next one is a TooManyRedirects.
const MaxRedirects = 30

// Redirects tells whether a session follows an answer to its Location.
func Redirects(status int, location string) bool {
	return location != "" && slices.Contains([]int{301, 302, 303, 307, 308}, status)
}

// RedirectMethod gives the method of the request that follows a redirect with a status: GET after 303 and 302 except for HEAD, and after 301 for POST.
func RedirectMethod(method string, status int) string {
	if (status == 303 || status == 302) && method != "HEAD" || status == 301 && method == "POST" {
		return "GET"
	}
	return method
}

// KeepsBody tells whether the request that follows a redirect has the body of the first, and the headers that describe it.
func KeepsBody(status int) bool { return status == 307 || status == 308 }

// StripsAuth tells whether the Authorization header stays behind on the way from one URL to another: the host is another one, or the port or the scheme,
// except for http to https with their usual ports.
func StripsAuth(from, to *url.URL) bool {
	if !strings.EqualFold(from.Hostname(), to.Hostname()) {
		return true
	}
	usual := map[string]string{"http": "80", "https": "443"}
	port := func(u *url.URL) string {
		if u.Port() == "" {
			return usual[u.Scheme]
		}
		return u.Port()
	}
	if from.Scheme == "http" && port(from) == "80" && to.Scheme == "https" && port(to) == "443" {
		return false
	}
	return port(from) != port(to) || from.Scheme != to.Scheme
}

// Location gives the URL that an answer to a request of a URL leads to. The fragment of the first is kept where the second has none.
func Location(from *url.URL, location string) (*url.URL, error) {
	target, err := url.Parse(location)
	if err != nil {
		return nil, err
	}
	to := from.ResolveReference(target)
	if to.Fragment == "" {
		to.Fragment, to.RawFragment = from.Fragment, from.RawFragment
	}
	return to, nil
}
