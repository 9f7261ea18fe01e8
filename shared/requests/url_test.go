package requests

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzSplit holds what takes URLs apart without patterns against the patterns of urllib3 and RFC 3986 appendix B.
func FuzzSplit(f *testing.F) {
	for _, text := range []string{"", ":", "/", "a:", "1a:b", "http://example.com:80/a?b#c", "HTTP://u:p@[::1]:8/x", `http://a\b/c`, "//h?q#f#g?h", "x.y+z-1:p", "a_b:c",
		"http://h:0/", "h:00080", "h:65536", "h:", "a%41.b", "a b", "a\x7f", "\xff:", "a\xffb://c", "?#", "http:/a//b", "é.de:1", "127.0.0.1:123456"} {
		f.Add(text)
	}
	uri := regexp.MustCompile(`(?s)^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^\\/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$`)
	start := regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+-]*:`)
	bad := regexp.MustCompile(`[\x00-\x20\x7f]`)
	f.Fuzz(func(t *testing.T, text string) {
		u, authority := split(text)
		want := uri.FindStringSubmatch(text)
		if got := []string{u.scheme, authority, u.path, u.query, u.fragment}; strings.Join(got, "\x00") != strings.Join(append([]string{strings.ToLower(want[1])}, want[2:]...), "\x00") {
			t.Errorf("%q is %q, not %q", text, got, want[1:])
		}
		if scheme, rest, found := cutScheme(text, "+-"); found != start.MatchString(text) || found && scheme+":"+rest != text || !found && rest != text {
			t.Errorf("%q has the scheme %q", text, scheme)
		}
		if got := badHostChar(text); got != bad.FindString(text) {
			t.Errorf("%q has %q", text, got)
		}
		host, port, plain := plainHost(text)
		if match := hostAndPort().FindStringSubmatch(text); plain && (match == nil || match[1] != host || match[2] != port) {
			t.Errorf("%q is %q and %q, not %q", text, host, port, match)
		}
	})
}
