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
	table := map[int][]any{}
	known := map[string]bool{}
	var places []int
	for _, item := range items {
		if text := canonical(item); !known[text] {
			known[text] = true
		} else {
			continue
		}
		h := uint32(javaHash(item))
		place := int((h ^ h>>16) & uint32(size-1))
		if len(table[place]) == 0 {
			places = append(places, place)
		}
		table[place] = append(table[place], item)
	}
	slices.Sort(places)
	unique := make([]any, 0, len(items))
	for _, place := range places {
		unique = append(unique, table[place]...)
	}
	return unique
}

// canonical is a text that equal values have in common.
func canonical(value any) string {
	switch value := value.(type) {
	case []any:
		texts := make([]string, len(value))
		for i, item := range value {
			texts[i] = canonical(item)
		}
		return "[" + strings.Join(texts, ",") + "]"
	case *jsonata.Object:
		var members []string
		for name, field := range value.All() {
			members = append(members, strconv.Quote(name)+":"+canonical(field))
		}
		slices.Sort(members)
		return "{" + strings.Join(members, ",") + "}"
	}
	text, _ := jsonata.Encode(value)
	return string(text)
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
