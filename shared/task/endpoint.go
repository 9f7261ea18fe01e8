package task

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// Endpoint redirects requests: those whose URL is at or below From go to To, the rest of the path kept.
// From is "host", "host:port" or a URL prefix ("https://api.example.com/v1"); To is a base URL.
type Endpoint struct{ From, To string }

// Endpoints reads EndpointsVariable: FROM=TO pairs separated by spaces or commas. Longer From first.
func (e Environment) Endpoints() ([]Endpoint, error) {
	var endpoints []Endpoint
	for _, pair := range strings.FieldsFunc(e.Value(EndpointsVariable), isSeparator) {
		endpoint, err := ParseEndpoint(pair)
		if err != nil {
			return nil, err
		}
		endpoints = append(endpoints, endpoint)
	}
	return SortEndpoints(endpoints), nil
}

func isSeparator(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' }

// ParseEndpoint reads "FROM=TO".
func ParseEndpoint(text string) (Endpoint, error) {
	from, to, ok := strings.Cut(text, "=")
	if !ok || from == "" || !strings.Contains(to, "://") {
		return Endpoint{}, Errorf(RequestInvalid, "endpoint %q is not FROM=TO with a URL as TO", text)
	}
	return Endpoint{From: strings.TrimSuffix(from, "/"), To: strings.TrimSuffix(to, "/")}, nil
}

// SortEndpoints puts the most specific redirect first.
func SortEndpoints(endpoints []Endpoint) []Endpoint {
	return slices.SortedStableFunc(slices.Values(endpoints), func(a, b Endpoint) int {
		return cmp.Compare(len(b.From), len(a.From))
	})
}

// Redirected gives the URL that takes the place of u: the first endpoint that matches wins.
func Redirected(u *url.URL, endpoints []Endpoint) (*url.URL, bool) {
	for _, endpoint := range endpoints {
		rest, ok := below(u, endpoint.From)
		if !ok {
			continue
		}
		target, err := url.Parse(endpoint.To + rest)
		if err != nil {
			continue
		}
		target.RawQuery = u.RawQuery
		return target, true
	}
	return nil, false
}

// below gives the escaped path of u under a host, host:port or URL prefix.
func below(u *url.URL, from string) (rest string, ok bool) {
	if !strings.Contains(from, "://") {
		return u.EscapedPath(), strings.EqualFold(from, u.Host) || strings.EqualFold(from, u.Hostname())
	}
	rest, ok = strings.CutPrefix(u.Scheme+"://"+u.Host+u.EscapedPath(), strings.TrimSuffix(from, "/"))
	return rest, ok && (rest == "" || rest[0] == '/')
}
