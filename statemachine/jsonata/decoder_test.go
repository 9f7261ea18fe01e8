package jsonata

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestDecoder: what a Decoder has read before changes nothing of what it reads, and what it reads changes nothing of what it has read.
func TestDecoder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string { return jsonTextOf(t, 4) })
		decoder := NewDecoder()
		var values []any
		var texts []string
		for _, src := range rapid.SliceOfN(text, 1, 12).Draw(t, "texts") {
			if rapid.IntRange(0, 9).Draw(t, "cut") == 0 {
				src = src[:len(src)/2]
			}
			want, wantErr := Decode([]byte(src))
			got, err := decoder.Decode([]byte(src))
			if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
				t.Fatalf("%s: %v, want %v", src, err, wantErr)
			}
			if err != nil {
				continue
			}
			written, _ := Encode(want)
			values, texts = append(values, got), append(texts, string(written))
			if o, ok := got.(*Object); ok && rapid.Bool().Draw(t, "write") {
				o.Set("a", "written")
				o.Set("new", true)
				changed, _ := Encode(o)
				texts[len(texts)-1] = string(changed)
			}
		}
		for i, value := range values {
			if written, err := Encode(value); err != nil || string(written) != texts[i] {
				t.Fatalf("%s, %v, want %s", written, err, texts[i])
			}
		}
	})
}

// jsonTextOf draws a JSON text with few keys, so that objects are alike, or almost.
func jsonTextOf(t *rapid.T, depth int) string {
	kind := rapid.IntRange(0, 4).Draw(t, "kind")
	switch {
	case depth == 0 || kind < 2:
		return rapid.SampledFrom([]string{"1", `"x"`, "null", "true", "-0.5", "{}", "[]"}).Draw(t, "scalar")
	case kind == 2:
		var items []string
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			items = append(items, jsonTextOf(t, depth-1))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	var members []string
	for _, key := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 5).Draw(t, "keys") {
		members = append(members, `"`+key+`": `+jsonTextOf(t, depth-1))
	}
	return "{" + strings.Join(members, ", ") + "}"
}
