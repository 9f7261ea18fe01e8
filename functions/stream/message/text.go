package message

import (
	"cmp"
	"errors"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

const byteOrderMark = "\ufeff"

func decodeText(value []byte) (string, error) {
	if !utf8.Valid(value) {
		return "", invalid("the value is neither Avro nor text: it is not UTF-8")
	}
	return string(value), nil
}

func decodeJSON(value []byte) (any, error) {
	text, err := decodeText(value)
	if err != nil {
		return nil, invalid("the value is not JSON: it is not UTF-8")
	}
	return parseJSON(text)
}

// decodePlain reads JSON, or text where it is none.
func decodePlain(value []byte) (any, error) {
	text, err := decodeText(value)
	if err != nil || !beginsJSON(text) {
		return text, err
	}
	parsed, err := parseJSON(text)
	if errors.Is(err, &task.Error{Name: task.StreamInvalid}) {
		return text, nil
	}
	return parsed, err
}

// beginsJSON reports whether a text begins as a JSON value does.
func beginsJSON(text string) bool {
	text = strings.TrimLeft(strings.TrimPrefix(text, byteOrderMark), " \t\n\r")
	return text != "" && strings.ContainsRune(`{["-0123456789tfnNI`, rune(text[0]))
}

// parseJSON reads a JSON value that JSON can carry.
func parseJSON(text string) (any, error) {
	text = strings.TrimPrefix(text, byteOrderMark)
	if err := measure(text); err != nil {
		return nil, err
	}
	value, err := pytext.Decode(text)
	if err != nil {
		return nil, unreadable(err)
	}
	return value, carried(value)
}

// unreadable is the failure of json.loads: the text is no JSON, or a whole number has more digits than Python reads.
func unreadable(err error) error {
	var exception *pytext.Error
	if errors.As(err, &exception) && exception.Class != "json.decoder.JSONDecodeError" {
		return task.Errorf(task.StreamValueUnsupported, "the JSON value cannot be read: %s", exception.Message)
	}
	return invalid("the value is not JSON: %s", strings.TrimPrefix(err.Error(), "json.decoder.JSONDecodeError: "))
}

// measure holds JSON text to the limits before anything is made of it. Text that is no JSON may be measured wrong in favour of an error.
func measure(text string) error {
	budget, depth := newBudget(), 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = closingQuote(text, i)
		case '{', '[':
			depth++
			if err := budget.spend(depth); err != nil {
				return err
			}
		case '}', ']':
			depth--
		case ',', ':':
			if err := budget.spend(0); err != nil {
				return err
			}
		}
	}
	return nil
}

// closingQuote is the place of the quotation mark that ends the string beginning at a place, or the end of the text.
func closingQuote(text string, begin int) int {
	for i := begin + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(text)
}

// carried reports what JSON in UTF-8 cannot carry.
func carried(value any) error {
	switch value := value.(type) {
	case float64:
		return finite(value)
	case string:
		return encodable(value)
	case []any:
		for _, element := range value {
			if err := carried(element); err != nil {
				return err
			}
		}
	case *pytext.Dict:
		for _, item := range value.Items() {
			if err := cmp.Or(carried(item.Key), carried(item.Value)); err != nil {
				return err
			}
		}
	}
	return nil
}

func finite(number float64) error {
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return task.Errorf(task.StreamValueUnsupported, "a number is %s, which JSON cannot carry", pytext.Float(number))
	}
	return nil
}

func encodable(text string) error {
	if !utf8.ValidString(text) {
		return task.Errorf(task.StreamValueUnsupported, "a text has half of a surrogate pair, which JSON in UTF-8 cannot carry")
	}
	return nil
}
