package engine

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/intrinsic"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// query is a path or an intrinsic function of JSONPath mode, compiled.
type query struct {
	text  string
	path  *jsonpath.Path
	call  *intrinsic.Call // instead of the path
	whole bool            // the path is $: all there is
	about bool            // it reads the context object
}

// queried compiles a field whose value is the text of a query.
func queried(location, text string) (*template, error) {
	q := &query{text: text}
	var err error
	if intrinsic.Is(text) {
		q.call, err = intrinsic.Parse(text)
	} else {
		q.path, err = jsonpath.Parse(text, jsonpath.StepFunctions)
	}
	if err != nil {
		return nil, &DefinitionError{Location: location, Reason: err.Error()}
	}
	q.whole, q.about = text == "$", strings.Contains(text, "$$")
	return &template{location: location, kind: queryTemplate, query: q, reads: reading{context: q.about, metadata: !q.slim()}}, nil
}

// slim tells that the query needs no more of the result of lambda:invoke than the fields of slimEnvelope.
func (q *query) slim() bool {
	if q.path == nil || len(q.path.Steps) == 0 || strings.Contains(q.text, "?") { // a filter may begin at the root again
		return false
	}
	field, ok := q.path.Steps[0].(*jsonpath.Child)
	return q.path.Root.Kind != jsonpath.Document || ok && len(field.Names) == 1 && slices.Contains(slimFields, field.Names[0])
}

// find gives what the template's query leads to.
func (t *template) find(e *environment) (value, *failure) {
	whole := t.query.whole
	if whole && (e.root().data != nil || !t.isMember()) {
		return e.root(), nil
	}
	data, err := t.query.evaluate(e)
	var missing *jsonpath.Missing
	switch {
	case whole:
		return value{}, e.frame.runtime("%s", jsonpath.NullDocument)
	case errors.As(err, &missing) && missing.Element && t.isMember():
		return sized(nil), nil
	case err != nil:
		return value{}, t.notFound(e, err)
	}
	if size := sizeWithin(data, maxFound); size <= maxFound {
		return value{data, size}, nil
	}
	return value{}, e.frame.runtime("The JSONPath '%s' specified for the field '%s' gives more than %d bytes", t.query.text, t.location, maxFound)
}

// isMember tells that the query is that of a member of a payload template. There the service takes null for an element beyond the end of a list, and does
// not take $ where all there is is null.
func (t *template) isMember() bool { return strings.HasSuffix(t.location, ".$") }

func (q *query) evaluate(e *environment) (any, error) {
	if q.call != nil {
		return q.call.Evaluate(intrinsic.Surroundings{Roots: e.roots(q.about), Random: e.Random})
	}
	return q.path.Evaluate(e.roots(q.about))
}

// notFound is the failure of a query, in the words that the service has for the field it stands in.
func (t *template) notFound(e *environment, err error) *failure {
	f := e.frame
	var missing *jsonpath.Missing
	switch {
	case t.query.call != nil, errors.As(err, &missing) && missing.Null:
		return f.runtime("%s", err.Error())
	case t.location == "SecondsPath" || t.location == "TimestampPath":
		return f.runtime("The %s parameter does not reference an input value: %s", t.location, t.query.text)
	case t.location == "ItemsPath" && errors.As(err, &missing):
		return &failure{name: asl.ErrorReferencePathConflict, cause: fmt.Sprintf("Unable to apply step %q to input %s", missing.Step, jsonText(t.query.searched(e)))}
	case isField(t.location):
		return f.runtime("Invalid path '%s' : %s", t.query.text, err.Error())
	case errors.As(err, &missing):
		return f.runtime("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", t.query.text, t.location, jsonText(t.query.searched(e)))
	default:
		return f.runtime("%s", err.Error())
	}
}

// searched is the value in which a path begins, as messages show it.
func (q *query) searched(e *environment) any {
	if roots := e.roots(q.about); q.path.Root.Kind == jsonpath.Context {
		return roots.Context
	}
	return e.root().data
}

// isField tells that a location is a field whose value is a path, of which the service tells what Jayway JsonPath says. The others are members of
// payload templates, ErrorPath and CausePath.
func isField(location string) bool {
	return strings.HasSuffix(location, "Path") && location != "ErrorPath" && location != "CausePath"
}

// runtime is a failure of the interpreter in the frame's state.
func (f *frame) runtime(format string, arguments ...any) *failure {
	return interpreterFailure("%s"+format, append([]any{f.prefix()}, arguments...)...)
}

// wholeFound takes what a path leads to as a whole number within bounds; a text that reads as one counts, too.
func (t *template) wholeFound(e *environment, data any, low, high int) (int, *failure) {
	number, ok := numberFound(data)
	switch {
	case !ok || number != math.Trunc(number):
		return 0, t.badNumber(e, "integer", data)
	case number < float64(low) && t.location == "SecondsPath":
		return 0, e.frame.runtime("The SecondsPath parameter references a negative value: %s == %s", t.query.text, plainText(data))
	case number < float64(low) && t.location == "ToleratedFailureCountPath":
		return 0, e.frame.runtime("ToleratedFailureCount cannot be negative.")
	case number < float64(low) || number > float64(high):
		return 0, e.frame.runtime("The %s field refers to value \"%s\" which is not between %d and %d: %s", t.location, plainText(data), low, high, t.query.text)
	}
	return clamped(number), nil
}

func numberFound(data any) (float64, bool) {
	if text, ok := data.(string); ok {
		number, err := strconv.ParseFloat(text, 64)
		return number, err == nil && !math.IsInf(number, 0) && !math.IsNaN(number)
	}
	return jsonata.Float(data)
}

// badNumber is the failure of a field that holds a path to something else than the number it needs.
func (t *template) badNumber(e *environment, kind string, data any) *failure {
	if t.location == "SecondsPath" {
		return e.frame.runtime("The SecondsPath parameter cannot be parsed as a long value: %s == %s", t.query.text, plainText(data))
	}
	return e.frame.runtime(`The %s field refers to value "%s" which is not a valid %s: %s`, t.location, plainText(data), kind, t.query.text)
}

// plainText is a text as it is and anything else as JSON.
func plainText(data any) string {
	if text, ok := data.(string); ok {
		return text
	}
	return jsonText(data)
}
