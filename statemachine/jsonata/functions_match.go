package jsonata

import (
	"math"
	"strings"
)

// limitOf reads the limit argument; a negative one is an error.
func limitOf(args []any, i int, code string) (limit float64, limited bool, err error) {
	limit, limited, err = amount(args, i)
	if err == nil && limit < 0 {
		err = &Error{Code: code, Value: limit, index: i + 1}
	}
	return limit, limited, err
}

func matchAll(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	fn, err := callable(args, 1)
	if err != nil {
		return nil, err
	}
	limit, limited, err := limitOf(args, 2, "D3040")
	if err != nil || limited && limit == 0 {
		return newSequence(), err
	}
	var matches []any
	_, err = st.eachMatch(fn, s, limit, limited, func(m *found) error {
		st.nested = true
		matches = append(matches, (&Object{keys: matchKeys, shared: true, values: []any{m.matched(), m.start, m.groupList()}}).compact())
		return nil
	})
	return newSequence(matches...), err
}

var matchKeys = []string{"match", "index", "groups"}

func contains(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	if fn, ok := at(args, 1).(*Function); ok {
		return st.matches(fn, s)
	}
	token, err := neededText(args, 1)
	return err == nil && strings.Contains(s, token), err
}

func split(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	limit, limited, err := limitOf(args, 2, "D3020")
	if err != nil || limited && limit == 0 {
		return []any{}, err
	}
	if fn, ok := at(args, 1).(*Function); ok {
		return splitMatches(st, s, fn, limit, limited)
	}
	separator, err := neededText(args, 1)
	if err != nil {
		return nil, err
	}
	parts := splitText(s, separator)
	if limited {
		parts = parts[:min(uint32(len(parts)), toUint32(limit))]
	}
	return parts, st.items(2 * len(parts))
}

// toUint32 is the conversion that JavaScript applies to the limit of String.prototype.split.
func toUint32(n float64) uint32 {
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return 0
	}
	n = math.Mod(math.Trunc(n), 1<<32)
	if n < 0 {
		n += 1 << 32
	}
	return uint32(n)
}

// neededText is text for an argument whose absence the reference meets with an exception of JavaScript's.
func neededText(args []any, i int) (string, error) {
	s, given, err := text(args, i)
	if err == nil && !given {
		err = &Error{Code: "T0410", Value: Undefined, index: i + 1}
	}
	return s, err
}

// splitText is String.prototype.split; an empty separator separates code units.
func splitText(s, separator string) []any {
	if separator == "" {
		return textUnits(s)
	}
	parts := strings.Split(s, separator)
	items := make([]any, len(parts))
	for i, part := range parts {
		items[i] = part
	}
	return items
}

// textUnits are the UTF-16 code units of a text, each a text of its own.
func textUnits(s string) []any {
	units := toUnits(s)
	items := make([]any, len(units))
	for i := range units {
		items[i] = fromUnits(units[i : i+1])
	}
	return items
}

func splitMatches(st *state, s string, fn *Function, limit float64, limited bool) (any, error) {
	whole := newSubject(s)
	parts := []any{}
	start := 0.0
	count, err := st.eachMatch(fn, s, limit, limited, func(m *found) error {
		parts = append(parts, whole.between(start, m.start))
		start = m.end
		return nil
	})
	if err == nil && (!limited || float64(count) < limit) {
		parts = append(parts, whole.between(start, whole.size))
	}
	return parts, err
}

func replace(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	pattern := at(args, 1)
	if pattern == "" {
		return nil, &Error{Code: "D3010", Value: pattern, index: 2}
	}
	limit, limited, err := limitOf(args, 3, "D3011")
	if err != nil {
		return nil, err
	}
	if limited && limit == 0 {
		return s, nil
	}
	if fn, ok := pattern.(*Function); ok {
		return replaceMatches(st, s, fn, at(args, 2), limit, limited)
	}
	token, err := neededText(args, 1)
	if err != nil || !strings.Contains(s, token) {
		return s, err
	}
	replacement, given, err := text(args, 2)
	if err != nil {
		return nil, &Error{Code: "D3012", Value: at(args, 2)}
	}
	if !given {
		replacement = "undefined" // what JavaScript makes of it
	}
	times := -1
	if limited {
		times = int(math.Min(math.Ceil(limit), math.MaxInt32))
	}
	if grown := strings.Count(s, token) * max(0, len(replacement)-len(token)); grown > 0 {
		if err := st.allocate(grown); err != nil {
			return nil, err
		}
	}
	return strings.Replace(s, token, replacement, times), st.allocate(len(s))
}

func replaceMatches(st *state, s string, fn *Function, replacement any, limit float64, limited bool) (any, error) {
	whole := newSubject(s)
	mark := len(st.buffer)
	position := 0.0
	count, err := st.eachMatch(fn, s, limit, limited, func(m *found) error {
		st.buffer = appendText(st.buffer, whole.between(position, m.start))
		position = m.start + m.size()
		return st.substitute(replacement, m)
	})
	st.buffer = appendText(st.buffer, whole.between(position, whole.size))
	replaced := string(st.buffer[mark:])
	st.buffer = st.buffer[:mark]
	switch {
	case err != nil:
		return nil, err
	case count == 0:
		return s, nil
	}
	return replaced, st.allocate(len(replaced))
}

// substitute writes the replacement of one match.
func (st *state) substitute(replacement any, m *found) error {
	if template, ok := replacement.(string); ok {
		before := len(st.buffer)
		st.buffer = expandGroups(st.buffer, template, m)
		return st.allocate(len(st.buffer) - before + 16)
	}
	fn, ok := replacement.(*Function)
	if !ok {
		return &Error{Code: "D3012", Value: replacement}
	}
	v, err := st.call(fn, m.object(st))
	if err != nil {
		return err
	}
	s, ok := v.(string)
	if !ok {
		return &Error{Code: "D3012", Value: v}
	}
	st.buffer = appendText(st.buffer, s)
	return st.allocate(len(s) + 16)
}

// expandGroups appends a replacement text in which $0, $1 … and $$ have been replaced.
func expandGroups(b []byte, template string, m *found) []byte {
	for {
		before, after, dollar := strings.Cut(template, "$")
		b = appendText(b, before)
		if !dollar {
			return b
		}
		switch {
		case strings.HasPrefix(after, "$"):
			b = append(b, '$')
			after = after[1:]
		case strings.HasPrefix(after, "0"):
			b = appendText(b, m.matchedText())
			after = after[1:]
		default:
			var text string
			text, after = expandGroup(after, m)
			b = appendText(b, text)
		}
		template = after
	}
}

// expandGroup reads a group number, as many digits as the number of groups has, and answers the group's text and the rest.
func expandGroup(template string, m *found) (text, rest string) {
	digits, groups := 1, m.groupCount()
	if groups >= 10 {
		digits = int(math.Floor(math.Log(float64(groups))*math.Log10E)) + 1
	}
	index, width := leadingNumber(template, digits)
	if digits > 1 && index > groups {
		index, width = leadingNumber(template, digits-1)
	}
	if width == 0 {
		return "$", template
	}
	if index > 0 && index <= groups {
		text = m.groupText(index - 1)
	}
	return text, template[min(len(template), digitCount(index)):]
}

// digitCount is how many digits a number has.
func digitCount(n int) int {
	count := 1
	for ; n >= 10; n /= 10 {
		count++
	}
	return count
}

func leadingNumber(s string, most int) (value, width int) {
	for width < most && width < len(s) && isDigit(s[width]) {
		value = value*10 + int(s[width]-'0')
		width++
	}
	return value, width
}
