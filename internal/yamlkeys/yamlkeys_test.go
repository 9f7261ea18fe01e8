package yamlkeys_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/yamlkeys"
)

const sample = `# a comment
a: 1
"quoted: key": {x: [1, {y: 2}], z: 'it''s', } # flow
list:
  - name: é first
    text: |
      two
      lines
  -   name: second
      empty:
  - {only: here}
deep:
    deeper: {a: {b: {c: [[]]}}}
last: "done\
  folded"
`

func file(text string) source.File { return source.File{Path: "a.yaml", Bytes: []byte(text)} }

// value reads a file with the YAML library itself.
func value(t *testing.T, f source.File) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(f.Bytes, &v); err != nil {
		t.Fatalf("%v in\n%s", err, f.Bytes)
	}
	return v
}

// at goes down a path; it gives the mapping that holds the last name.
func at(v any, path []string) map[string]any {
	for _, name := range path[:len(path)-1] {
		switch held := v.(type) {
		case map[string]any:
			v = held[name]
		case []any:
			var i int
			_ = json.Unmarshal([]byte(name), &i)
			v = held[i]
		}
	}
	m, _ := v.(map[string]any)
	return m
}

// empty makes mappings without keys and nothing the same: a block mapping that lost its only key is nothing.
func empty(v any) any {
	switch held := v.(type) {
	case map[string]any:
		if len(held) == 0 {
			return nil
		}
		for name := range held {
			held[name] = empty(held[name])
		}
	case []any:
		for i := range held {
			held[i] = empty(held[i])
		}
	}
	return v
}

// TestWithout: a file without a key holds the same as its value without it, in as many lines.
func TestWithout(t *testing.T) {
	count := 0
	for _, mapping := range yamlkeys.Mappings(file(sample)) {
		for _, key := range mapping.Keys {
			count++
			want := value(t, file(sample))
			delete(at(want, key.Path), key.Name)
			changed := key.Without(file(sample))
			if diff := cmp.Diff(empty(want), empty(value(t, changed))); diff != "" {
				t.Errorf("%s: %s", key, diff)
			}
			if got := len(changed.Bytes); got != len(sample) {
				t.Errorf("%s: %d bytes, not %d", key, got, len(sample))
			}
		}
	}
	if count != 17 {
		t.Errorf("%d keys, not 17", count)
	}
}

// TestWith: a file with a key more holds the same and that key, at the line that is told.
func TestWith(t *testing.T) {
	for _, mapping := range yamlkeys.Mappings(file(sample)) {
		changed, line := mapping.With(file(sample), "new", "[{n: 1}]")
		want := value(t, file(sample))
		at(want, append(mapping.Path, "new"))["new"] = []any{map[string]any{"n": 1}}
		if diff := cmp.Diff(want, value(t, changed)); diff != "" {
			t.Errorf("%v: %s", mapping.Path, diff)
		}
		if text := strings.Split(string(changed.Bytes), "\n")[line-1]; !strings.Contains(text, "new: ") {
			t.Errorf("%v: line %d is %q", mapping.Path, line, text)
		}
	}
}

// TestAliases: what stands below an alias is listed where it is written, and nowhere else.
func TestAliases(t *testing.T) {
	var got []string
	for _, mapping := range yamlkeys.Mappings(file("a: &x {n: 1}\nb: *x\nc: {<<: *x, m: 2}\n")) {
		for _, key := range mapping.Keys {
			got = append(got, key.String()+"="+key.Value)
		}
	}
	want := []string{"a=&x {n: 1}", "c={<<: *x, m: 2}", "a/n=1", "c/m=2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
