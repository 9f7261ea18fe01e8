package intrinsic

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// hashSet gives the different values of a list in the order in which a java.util.HashSet made from it holds them: by the places in its table, and in one
// place as they came.
func hashSet(items []any) []any {
	size := 16
	for size < len(items)*4/3+1 {
		size *= 2
	}
	type entry struct {
		place int
		item  any
	}
	entries := make([]entry, 0, len(items))
	known := make(map[string]bool, len(items))
	var text []byte
	for _, item := range items {
		if text = appendCanonical(text[:0], item); known[string(text)] {
			continue
		}
		known[string(text)] = true
		h := uint32(javaHash(item))
		entries = append(entries, entry{int((h ^ h>>16) & uint32(size-1)), item})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return a.place - b.place })
	unique := make([]any, len(entries))
	for i, e := range entries {
		unique[i] = e.item
	}
	return unique
}

// appendCanonical writes a text that equal values have in common behind the bytes of b.
func appendCanonical(b []byte, value any) []byte {
	switch value := value.(type) {
	case []any:
		b = append(b, '[')
		for _, item := range value {
			b = append(appendCanonical(b, item), ',')
		}
		return append(b, ']')
	case *jsonata.Object:
		var members []string
		for name, field := range value.All() {
			members = append(members, string(appendCanonical(append(strconv.AppendQuote(nil, name), ':'), field)))
		}
		slices.Sort(members)
		return append(append(append(b, '{'), strings.Join(members, ",")...), '}')
	}
	b, _ = jsonata.AppendJSON(b, value)
	return b
}

// javaHash is the hashCode of a value that Java has read from JSON.
func javaHash(value any) int32 {
	switch value := value.(type) {
	case nil:
		return 0
	case bool:
		if value {
			return 1231
		}
		return 1237
	case string:
		return textHash(value)
	case []any:
		h := int32(1)
		for _, item := range value {
			h = 31*h + javaHash(item)
		}
		return h
	case *jsonata.Object:
		h := int32(0)
		for name, field := range value.All() {
			h += textHash(name) ^ javaHash(field)
		}
		return h
	}
	if n, ok := jsonata.Integer(value); ok {
		if int64(int32(n)) == n {
			return int32(n)
		}
		return fold(uint64(n))
	}
	f, _ := jsonata.Float(value)
	return fold(math.Float64bits(f))
}

func fold(bits uint64) int32 { return int32(uint32(bits ^ bits>>32)) }

func textHash(text string) int32 {
	h := int32(0)
	for _, unit := range utf16.Encode([]rune(text)) {
		h = 31*h + int32(unit)
	}
	return h
}
