package format

import (
	"errors"
	"net/url"
	"strings"
)

// decodeForm reads application/x-www-form-urlencoded (URL Standard §5.1): name order kept, a repeated name is a list, bytes that are not UTF-8 are
// U+FFFD. A form without a single pair is null, as an empty body is.
func decodeForm(text string, m *meter) (any, error) {
	form := builder{meter: m}
	for pair := range strings.SplitSeq(text, "&") {
		if pair == "" {
			continue
		}
		name, value, err := decodePair(pair)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(form.append(name, value), m.takeText(value)); err != nil {
			return nil, err
		}
	}
	if form.object == nil {
		return nil, m.ctx.Err()
	}
	return form.object, nil
}

func decodePair(pair string) (name, value string, err error) {
	rawName, rawValue, _ := strings.Cut(pair, "=")
	if name, err = url.QueryUnescape(rawName); err != nil {
		return "", "", err
	}
	value, err = url.QueryUnescape(rawValue)
	return strings.ToValidUTF8(name, replacement), strings.ToValidUTF8(value, replacement), err
}

func encodeForm(value any) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	pairs, err := Pairs(value)
	if err != nil {
		return "", err
	}
	encoded := make([]string, len(pairs))
	for i, pair := range pairs {
		encoded[i] = url.QueryEscape(pair.Name) + "=" + url.QueryEscape(pair.Value)
	}
	return strings.Join(encoded, "&"), nil
}

// Pair is a name and a text.
type Pair struct{ Name, Value string }

// Pairs flattens an object into names and texts, in order: a list repeats its name, null is left out, what is not a
// string is JSON text.
func Pairs(value any) ([]Pair, error) {
	all, ok := members(value)
	if !ok {
		return nil, errors.New("needs an object")
	}
	var pairs []Pair
	for name, member := range all {
		values, isList := items(member)
		if !isList {
			values = []any{member}
		}
		for _, item := range values {
			if item == nil {
				continue
			}
			text, err := TextOf(item)
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, Pair{name, text})
		}
	}
	return pairs, nil
}
