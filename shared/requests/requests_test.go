package requests_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/conformance"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/requests"
)

// TestRequestsEncoding compares prepared requests with those of requests.
func TestRequestsEncoding(t *testing.T) {
	reached, lines := 0, conformance.Lines(t, "oracles/requests.jsonl")
	for _, line := range lines {
		decoded, err := pytext.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		row := decoded.(*pytext.Dict)
		got, err := requests.Prepare(requestOf(row))
		if diff := cmp.Diff(wanted(row), shown(got, err)); diff != "" {
			t.Errorf("%.250s\n%s", line, diff)
			continue
		}
		reached++
	}
	t.Logf("%s: %d of %d", t.Name(), reached, len(lines))
}

func member(row *pytext.Dict, name string) any {
	value, _ := row.Get(name)
	return value
}

// requestOf makes the tuples of a row that JSON writes as lists.
func requestOf(row *pytext.Dict) requests.Request {
	request := requests.Request{
		Method: member(row, "method"), URL: member(row, "url"), Params: pairs(member(row, "params")), Data: pairs(member(row, "data")),
		JSON: member(row, "json"), Headers: member(row, "headers"), Auth: member(row, "auth"),
	}
	if auth, isList := request.Auth.([]any); isList {
		request.Auth = pytext.Tuple(auth)
	}
	return request
}

func pairs(v any) any {
	list, _ := v.([]any)
	for i, element := range list {
		if pair, isPair := element.([]any); isPair {
			list[i] = pytext.Tuple(pair)
		}
	}
	return v
}

func shown(got requests.Prepared, err error) string {
	if err != nil {
		return err.Error()
	}
	headers := &pytext.Dict{}
	for _, header := range got.Headers {
		_ = headers.Set(header.Name, header.Value)
	}
	return fmt.Sprintf("%s %s\n%s\n%s", pytext.Str(got.Method), got.URL, pytext.Repr(headers), pytext.Repr(got.Body))
}

func wanted(row *pytext.Dict) string {
	if failure, failed := member(row, "error").(*pytext.Dict); failed {
		return pytext.Str(member(failure, "class")) + ": " + pytext.Str(member(failure, "message"))
	}
	result := member(row, "result").(*pytext.Dict)
	body := pytext.Repr(member(result, "body"))
	if other, isOther := member(result, "body").(*pytext.Dict); isOther {
		body = pytext.Str(member(other, "python_repr"))
	}
	return fmt.Sprintf("%s %s\n%s\n%s", pytext.Str(member(result, "method")), pytext.Str(member(result, "url")), pytext.Repr(member(result, "headers")), body)
}

// TestLocation follows redirects of all kinds.
func TestLocation(t *testing.T) {
	for _, row := range [][3]string{
		{"http://h/a/b?q=1#f", "/next", "http://h/next#f"},
		{"http://h/a/b", "next?x=1", "http://h/a/next?x=1"},
		{"http://h/a/b", "../c", "http://h/c"},
		{"https://h/a", "//other/b", "https://other/b"},
		{"http://h/a#f", "http://o:81/b#g", "http://o:81/b#g"},
		{"http://h/a", "/c%20d", "http://h/c%20d"},
		{"http://h/a", "/é", "http://h/%C3%A9"},
		{"http://h/a", "/a b", "http://h/a%20b"},
	} {
		from, err := url.Parse(row[0])
		if err != nil {
			t.Fatal(err)
		}
		to, err := requests.Location(from, row[1])
		if err != nil || to.String() != row[2] {
			t.Errorf("%s %s: %v, %v", row[0], row[1], to, err)
		}
	}
}

func TestStripsAuth(t *testing.T) {
	for _, row := range []struct {
		from, to string
		want     bool
	}{
		{"http://h/", "http://h/x", false}, {"http://h/", "http://H:80/", false}, {"http://h/", "https://h/", false}, {"http://h:80/", "https://h:443/", false},
		{"https://h/", "http://h/", true}, {"http://h/", "http://o/", true}, {"http://h/", "http://h:81/", true}, {"http://h:81/", "https://h/", true}, {"https://h:443/", "https://h/", false},
	} {
		from, _ := url.Parse(row.from)
		to, _ := url.Parse(row.to)
		if got := requests.StripsAuth(from, to); got != row.want {
			t.Errorf("%s to %s: %v", row.from, row.to, got)
		}
	}
}

// FuzzPrepare looks for requests that prepare otherwise when they are prepared again.
func FuzzPrepare(f *testing.F) {
	for _, line := range []string{"http://u:p@X/a b?c=%zz#é", "http://[fe80::1%25eth0]:80/../a", "http://münchen.de/", "https://x:00443/%41", "http:///", "HTTP+unix://%2F", "http://a%41%7f/", "http://x\\y"} {
		f.Add(line, `{"a": [1, "b c", null]}`, "X: y")
	}
	f.Fuzz(func(t *testing.T, address, params, header string) {
		decoded, err := pytext.Decode(params)
		if err != nil {
			return
		}
		got, err := requests.Prepare(requests.Request{Method: "POST", URL: address, Params: decoded, Data: decoded, Headers: pytext.NewDict("X", header)})
		if err != nil {
			return
		}
		again, err := requests.Prepare(requests.Request{Method: "POST", URL: got.URL})
		if err == nil && again.URL != got.URL {
			third, _ := requests.Prepare(requests.Request{Method: "POST", URL: again.URL})
			if third.URL != again.URL {
				t.Errorf("%q becomes %q, %q and %q", address, got.URL, again.URL, third.URL)
			}
		}
	})
}

// TestCharacters: what requests 2.32.5 makes of characters beyond ASCII, and of URLs that its jar of cookies cannot read.
func TestCharacters(t *testing.T) {
	const invalid = "requests.exceptions.InvalidHeader: Invalid leading whitespace, reserved character(s), or return character(s) in header "
	for _, row := range []struct{ method, url, name, value, want string }{
		{"ß", "http://h/", "A", "v", "SS http://h/\n{'A': 'v', 'Content-Length': '0'}\nNone"},
		{"GET", "http://İ.de/", "A", "v", "GET http://xn--i-9bb.de/\n{'A': 'v'}\nNone"},
		{"GET", "http://h/", "A", "\x0bv", invalid + `value: '\x0bv'`},
		{"GET", "http://h/", "A", "\u0085v", invalid + `value: '\x85v'`},
		{"GET", "http://h/", "A", "\u3000v", invalid + `value: '\u3000v'`},
		{"GET", "http://h/", "\u00a0A", "v", invalid + `name: '\xa0A'`},
		{"GET", "http://h/", "A", "v\u00a0w", "GET http://h/\n{'A': 'v\\xa0w'}\nNone"},
		{"GET", "ws://h]", "A", "v", "ValueError: Invalid IPv6 URL"},
	} {
		got, err := requests.Prepare(requests.Request{
			Method: row.method, URL: row.url, Headers: pytext.NewDict(row.name, row.value), Auth: pytext.Tuple{"u", "p"}[:0],
		})
		if text := shown(got, err); text != row.want {
			t.Errorf("%q\ngot  %s\nwant %s", row, text, row.want)
		}
	}
}
