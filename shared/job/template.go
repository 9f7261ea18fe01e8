package job

import (
	"errors"

	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/strformat"
	"github.com/steploom/steploom/shared/task"
)

// piece is what a part became. data is the field whose text comes from a record, "" for the author's own.
type piece struct{ text, data string }

// message is what is wrong with a template, without the values that Python quotes.
func message(err error) string {
	if failure, ok := errors.AsType[*strformat.Error](err); ok {
		return failure.Message
	}
	return err.Error()
}

// fill makes the piece of a part of a URL's template.
func fill(p strformat.Part, values *pytext.Dict, ours map[string]bool) (piece, error) {
	if p.Field == nil {
		return piece{text: p.Text}, nil
	}
	text, err := p.Field.Format(values)
	if failure, ok := errors.AsType[*strformat.Error](err); ok {
		if failure.Key != "" {
			return piece{}, task.Errorf(task.StreamURL, "bad argument in URL: the record has no %s, which %s needs", failure.Key, p.Field)
		}
		return piece{}, task.Errorf(task.StreamURL, "url: %s: %s", p.Field, failure.Message)
	} else if err != nil {
		return piece{}, task.Errorf(task.StreamURL, "url: %s: %v", p.Field, err)
	}
	filled := piece{text: text}
	for _, name := range p.Field.Fields() {
		if !ours[name] {
			filled.data = name
		}
	}
	return filled, nil
}
