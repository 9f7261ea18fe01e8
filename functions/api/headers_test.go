package api

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHeaderValues: names of files and addresses with other letters than ASCII's are written as their headers have them, and nothing in a file's name
// adds a parameter.
func TestHeaderValues(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"Content-Disposition", `attachment; filename="ž ü.csv"`, `attachment; filename="_ _.csv"; filename*=UTF-8''%C5%BE%20%C3%BC.csv`},
		{"Content-Disposition", `inline; filename=日本.pdf; size=3`, `inline; filename="__.pdf"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf; size=3`},
		{"content-disposition", `attachment; filename="a"; filename="evil.exe"`, `attachment; filename="a_; filename=_evil.exe"; filename*=UTF-8''a%22%3B%20filename%3D%22evil.exe`},
		{"content-disposition", `attachment; filename="a\"b"`, `attachment; filename="a_b"; filename*=UTF-8''a%22b`},
		{"content-disposition", `attachment; filename="unended ž`, `attachment; filename="unended _"; filename*=UTF-8''unended%20%C5%BE`},
		{"Content-Disposition", `attachment; filename="plain name.csv"; size=3`, `attachment; filename="plain name.csv"; size=3`},
		{"Content-Disposition", `attachment; FileName=plain.csv`, `attachment; FileName=plain.csv`},
		{"Content-Disposition", `attachment; filename="ž"; filename*=UTF-8''%C5%BE`, `attachment; filename="ž"; filename*=UTF-8''%C5%BE`},
		{"Content-Disposition", "inline", "inline"},
		{"Content-Disposition", `attachment; filename="a\"; filename*=UTF-8''evil.exe"`, `attachment; filename="a_; filename*=UTF-8''evil.exe"; filename*=UTF-8''a%22%3B%20filename%2A%3DUTF-8%27%27evil.exe`},
		{"Location", "/r/ž x/%20?a=b&c=d#e", "/r/%C5%BE%20x/%20?a=b&c=d#e"},
		{"Location", "https://h.example/a|b\"<>", "https://h.example/a%7Cb%22%3C%3E"},
		{"Location", "/a\r\nX-Evil: 1", "/a%20%20X-Evil:%201"},
		{"X-Name", "ž \"x\"", "ž \"x\""},
	} {
		output, err := json.Marshal(map[string]any{"statusCode": 200, "headers": map[string]any{test.name: test.value}})
		if err != nil {
			t.Fatal(err)
		}
		response, err := gateway{}.response(t.Context(), output)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range response.Headers {
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: %s\n%s", test.name, test.value, diff)
			}
		}
	}
}
