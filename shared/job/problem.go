package job

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/diag"
)

// Problem is what is wrong, or strange, about a job.
type Problem struct {
	// Path leads to the place: keys as they are written, and indexes. Of a key that is missing it is the path of where it belongs.
	Path []any
	// Key tells that the key at the end of the path is meant, not its value.
	Key bool
	// Offset is the byte of the text there at which it lies, -1 for the whole.
	Offset   int
	Severity diag.Severity
	// Message says what is wrong, Why the reason and Fix the way out; the last two may be empty. None holds a credential.
	Message, Why, Fix string
}

// At is the path as people read it: datamap.id, topic[0]; "" for the job as a whole.
func (p Problem) At() string {
	var text strings.Builder
	for _, step := range p.Path {
		switch step := step.(type) {
		case int:
			text.WriteString("[" + strconv.Itoa(step) + "]")
		default:
			if text.Len() > 0 {
				text.WriteByte('.')
			}
			fmt.Fprint(&text, step)
		}
	}
	return text.String()
}

// String is the problem in one line.
func (p Problem) String() string {
	text := p.Message
	if at := p.At(); at != "" {
		text = at + ": " + text
	}
	for _, more := range []string{p.Why, p.Fix} {
		if more != "" {
			text += "; " + strings.TrimSuffix(more, ".")
		}
	}
	return text
}

// MarshalJSON writes {"severity", "path", "message"} with "offset", "why" and "fix" where there are some.
func (p Problem) MarshalJSON() ([]byte, error) {
	shape := struct {
		Severity string `json:"severity"`
		Path     string `json:"path"`
		Offset   *int   `json:"offset,omitempty"`
		Message  string `json:"message"`
		Why      string `json:"why,omitempty"`
		Fix      string `json:"fix,omitempty"`
	}{p.Severity.String(), p.At(), nil, p.Message, p.Why, p.Fix}
	if p.Offset >= 0 {
		shape.Offset = &p.Offset
	}
	return json.Marshal(shape)
}

// Refused tells whether a job with these problems cannot be taken: one of them is an error.
func Refused(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == diag.Error })
}
