package expr_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/expr"
)

func TestEncodeURL(t *testing.T) {
	for _, test := range []struct{ before, text, want string }{
		{"", "https://api.test/echo?q=a b", "https://api.test/echo?q=a%20b"},
		{"", "https://api.test/straße/日本?q=ü", "https://api.test/stra%C3%9Fe/%E6%97%A5%E6%9C%AC?q=%C3%BC"},
		{"", "https://bücher.test/bücher", "https://bücher.test/b%C3%BCcher"},
		{"", "https://api.test", "https://api.test"},
		{"", "https://api.test?q=é", "https://api.test?q=%C3%A9"},
		{"https://api.test", "/a b", "/a%20b"},
		{"https://api.te", "st/a b", "st/a%20b"},
		{"https://api.test/", "a b|c", "a%20b%7Cc"},
		{"https://api.test/", "100%", "100%25"},
		{"https://api.test/", "a%20b%2Gc%", "a%20b%252Gc%25"},
		{"https://api.test/", "x?filter[a]=1&b=(2)+3;d=e:f@g!$'*,", "x?filter[a]=1&b=(2)+3;d=e:f@g!$'*,"},
		{"https://api.test/", "tab\tquote\"<>\\^`{}", "tab%09quote%22%3C%3E%5C%5E%60%7B%7D"},
		{"https://api.test/", "", ""},
	} {
		if got := expr.EncodeURL(test.before, test.text); got != test.want {
			t.Errorf("%q behind %q gives %q, want %q", test.text, test.before, got, test.want)
		}
	}
}

// FuzzEncodeURL: what is encoded is a URL, means the same, and is not encoded twice.
func FuzzEncodeURL(f *testing.F) {
	for _, seed := range []string{"a b", "100%", "é?x=[1]", "a%2fb#c", "\x00\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const host = "https://api.test/"
		encoded := expr.EncodeURL(host, text)
		if again := expr.EncodeURL(host, encoded); again != encoded {
			t.Errorf("%q becomes %q, then %q", text, encoded, again)
		}
		if _, err := url.Parse(host + encoded); err != nil {
			t.Errorf("%q becomes %q: %v", text, encoded, err)
		}
		if decoded, err := url.PathUnescape(encoded); err != nil || !strings.Contains(text, "%") && decoded != text {
			t.Errorf("%q becomes %q, which means %q (%v)", text, encoded, decoded, err)
		}
	})
}
