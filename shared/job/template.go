package job

import (
	"errors"
	"strings"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/strformat"
	"github.com/steploom/steploom/shared/task"
)

// part is a part of a URL's template: a replacement field, or text between two.
type part struct {
	text   string
	field  *strformat.Template // nil of text
	offset int
}

// piece is what a part became. data is the field whose text comes from a record, "" for the author's own.
type piece struct{ text, data string }

// templateError is why a template cannot be read, and where.
type templateError struct {
	offset  int
	message string
}

func (e *templateError) Error() string { return e.message }

// cut reads a template of str.format, part by part. Its errors are a *templateError.
func cut(template string) ([]part, error) {
	var parts []part
	var text strings.Builder
	flush := func(at int) {
		if text.Len() > 0 {
			parts = append(parts, part{text: text.String(), offset: at - text.Len()})
			text.Reset()
		}
	}
	for i := 0; i < len(template); i++ {
		brace := template[i]
		switch {
		case brace != '{' && brace != '}':
			text.WriteByte(brace)
		case i+1 < len(template) && template[i+1] == brace:
			text.WriteByte(brace)
			i++
		case brace == '}':
			return nil, &templateError{i, "a single } stands in the template: write }} for the character"}
		default:
			flush(i)
			end := closing(template, i)
			if end < 0 {
				return nil, &templateError{i, "the { has no }: write {{ for the character"}
			}
			field, err := strformat.Parse(template[i : end+1])
			if err != nil {
				return nil, &templateError{i, message(err)}
			}
			parts = append(parts, part{field: field, offset: i})
			i = end
		}
	}
	flush(len(template))
	if _, err := strformat.Parse(template); err != nil {
		return nil, &templateError{0, message(err)}
	}
	return parts, nil
}

// message is what is wrong with a template, without the values that Python quotes.
func message(err error) string {
	if failure, ok := errors.AsType[*strformat.Error](err); ok {
		return failure.Message
	}
	return err.Error()
}

// closing is where the field that begins at a place ends: fields in format specifications lie inside.
func closing(template string, begin int) int {
	depth := 0
	for i := begin; i < len(template); i++ {
		switch template[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// filled makes the piece of a part.
func (p part) filled(values *pytext.Dict, ours map[string]bool) (piece, error) {
	if p.field == nil {
		return piece{text: p.text}, nil
	}
	text, err := p.field.Format(values)
	if failure, ok := errors.AsType[*strformat.Error](err); ok {
		if failure.Key != "" {
			return piece{}, task.Errorf(task.StreamURL, "bad argument in URL: the record has no %s, which %s needs", failure.Key, p.field)
		}
		return piece{}, task.Errorf(task.StreamURL, "url: %s: %s", p.field, failure.Message)
	} else if err != nil {
		return piece{}, task.Errorf(task.StreamURL, "url: %s: %v", p.field, err)
	}
	filled := piece{text: text}
	for _, name := range p.field.Fields() {
		if !ours[name] {
			filled.data = name
		}
	}
	return filled, nil
}
