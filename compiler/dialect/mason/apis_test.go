package mason_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/dialect/mason"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/format"
)

// TestAPIsWithCredentials: an address of SYSTEM_APIS that holds a credential begins a url and is nothing else, and other addresses come without it.
func TestAPIsWithCredentials(t *testing.T) {
	const settings = "system_apis: {user: 'https://u:s3cr3t@h.example', key: 'https://h.example/v1?api_key=s3cr3t', open: 'https://o.example'}"
	for _, test := range []struct {
		url, body string
		refused   bool
	}{
		{"{{ SYSTEM_APIS.user }}/x", "{{ SYSTEM_APIS.open }}", false},
		{"{{ SYSTEM_APIS['key'] }}&a=1", "{% set a = 1 %}{{ SYSTEM_APIS.open }}", false},
		{"https://h.example/{{ SYSTEM_APIS.user }}", "x", true},
		{"{{ SYSTEM_APIS.user|lower }}", "x", true},
		{"https://h.example/", "{{ SYSTEM_APIS.user }}", true},
		{"https://h.example/", "{{ SYSTEM_APIS['key']|upper }}", true},
		{"https://h.example/", "{{ SYSTEM_APIS }}", true},
		{"https://h.example/", "{% for name in SYSTEM_APIS %}{{ name }}{% endfor %}", true},
		{"https://h.example/", "{{ SYSTEM_APIS['us' ~ 'er'] }}", true},
	} {
		text, err := format.EncodeJSON(map[string]any{"name": "w", "steps": []any{
			map[string]any{"name": "one", "apispec": map[string]any{"url": test.url, "method": "post", "json_body": map[string]any{"a": test.body}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		workflow, found := mason.Dialect().Parse(source.Files{{Path: "steploom.yaml", Bytes: []byte(settings)}, {Path: "w.json", Bytes: text}})
		if found.HasErrors() != test.refused || test.refused && found[0].Code != "MAS011" {
			t.Errorf("%s, %s: %v of %v", test.url, test.body, found, workflow)
		}
		for _, d := range found {
			if told := fmt.Sprint(d); strings.Contains(told, "s3cr3t") {
				t.Errorf("%s", told)
			}
		}
	}
}
