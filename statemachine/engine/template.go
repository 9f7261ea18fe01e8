package engine

import (
	"errors"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// value is a JSON value with its size as JSON text.
type value struct {
	data any
	size int
}

func sized(data any) value {
	size := sizeOf(data)
	if size >= notFinite {
		data = finite(data)
		size = sizeOf(data)
	}
	return value{data, size}
}

// template is a data field, compiled: a constant, an expression, a query of JSONPath mode, or a list or object that holds such.
type template struct {
	location   string
	constant   value
	expression *jsonata.Expression
	source     string
	query      *query
	reads      reading     // of the expression, or of all that are inside
	items      []*template // of a list
	keys       []string    // of an object
	layout     jsonata.Layout
	values     []*template
	kind       templateKind
}

type templateKind int

const (
	constantTemplate templateKind = iota
	expressionTemplate
	queryTemplate
	listTemplate
	objectTemplate
)

// language is the query language that templates are compiled in.
type language string

// template compiles the value of a data field. An absent field gives nil. Location is the field's name, to which keys are added as /key and
// positions as [i]; it is what failures name.
func (l language) template(location string, data any) (*template, error) {
	switch v := data.(type) {
	case nil:
		return nil, nil
	case asl.Null:
		return &template{location: location, constant: value{nil, 4}}, nil
	default:
		return l.value(location, normal(v))
	}
}

// constant is the template of data that is taken as it stands. Absent data gives nil.
func constant(location string, data any) *template {
	if data == nil {
		return nil
	}
	return &template{location: location, constant: sized(normal(data))}
}

// normal is a value with the number and object types that executions use.
func normal(data any) any {
	switch v := data.(type) {
	case nil, bool, float64, int64, string, []any, *jsonata.Object:
		return v
	case int:
		return float64(v)
	case asl.Null:
		return nil
	default:
		text, err := jsonata.Encode(v)
		if err != nil {
			return v
		}
		decoded, err := jsonata.Decode(text)
		if err != nil {
			return v
		}
		return decoded
	}
}

func (l language) value(location string, data any) (*template, error) {
	switch v := data.(type) {
	case string:
		return l.text(location, v)
	case []any:
		return l.list(location, v)
	case *jsonata.Object:
		return l.object(location, v)
	default:
		plain := normal(v)
		return &template{location: location, constant: sized(plain)}, nil
	}
}

func (l language) text(location, text string) (*template, error) {
	source, ok := asl.Source(text)
	if !ok || l == asl.JSONPath {
		return &template{location: location, constant: sized(text)}, nil
	}
	expression, err := jsonata.Compile(source, jsonata.AWS(), jsonata.WithLimits(jsonata.Limits{Memory: expressionMemory}))
	if err != nil {
		return nil, &DefinitionError{Location: location, Reason: err.Error()}
	}
	return &template{location: location, kind: expressionTemplate, expression: expression, source: source, reads: readingOf(source)}, nil
}

func (l language) list(location string, list []any) (*template, error) {
	t := &template{location: location, kind: listTemplate}
	plain := make([]any, len(list))
	fixed := true
	for i, item := range list {
		compiled, err := l.value(location+"["+strconv.Itoa(i)+"]", item)
		if err != nil {
			return nil, err
		}
		t.items = append(t.items, compiled)
		plain[i] = compiled.constant.data
		t.include(compiled)
		fixed = fixed && compiled.kind == constantTemplate
	}
	if fixed {
		return &template{location: location, constant: sized(plain)}, nil
	}
	return t, nil
}

// include adds what a part reads.
func (t *template) include(part *template) {
	t.reads.context = t.reads.context || part.reads.context
	t.reads.metadata = t.reads.metadata || part.reads.metadata
}

func (l language) object(location string, object *jsonata.Object) (*template, error) {
	t := &template{location: location, kind: objectTemplate}
	plain := jsonata.NewObject()
	fixed := true
	for key, field := range object.All() {
		key, compiled, err := l.member(location, key, field)
		if err != nil {
			return nil, err
		}
		t.keys = append(t.keys, key)
		t.values = append(t.values, compiled)
		plain.Set(key, compiled.constant.data)
		t.include(compiled)
		fixed = fixed && compiled.kind == constantTemplate
	}
	if fixed {
		return &template{location: location, constant: sized(plain)}, nil
	}
	t.layout = jsonata.NewLayout(t.keys...)
	return t, nil
}

// member compiles a member of an object. In JSONPath mode the value of a key that ends in .$ is a query, and the suffix is left out.
func (l language) member(location, key string, field any) (string, *template, error) {
	name, found := strings.CutSuffix(key, ".$")
	if !found || l != asl.JSONPath {
		compiled, err := l.value(location+"/"+key, field)
		return key, compiled, err
	}
	text, ok := field.(string)
	if !ok {
		return "", nil, &DefinitionError{Location: location + "/" + key, Reason: "the value of a field whose name ends in .$ must be a path or an intrinsic function"}
	}
	compiled, err := queried(key, text)
	return name, compiled, err
}

// evaluate gives the template's value in an environment.
func (t *template) evaluate(e *environment) (value, *failure) {
	switch t.kind {
	case expressionTemplate:
		data, failed := t.evaluateExpression(e)
		if failed != nil {
			return value{}, failed
		}
		return sized(data), nil
	case queryTemplate:
		return t.find(e)
	case listTemplate:
		return t.evaluateList(e)
	case objectTemplate:
		return t.evaluateObject(e)
	default:
		return t.constant, nil
	}
}

func (t *template) evaluateExpression(e *environment) (data any, failed *failure) {
	defer func() {
		if problem := recover(); problem != nil {
			data, failed = nil, t.fault(e, problem, debug.Stack())
		}
	}()
	e.need(t.reads.context)
	data, err := t.expression.Eval(e.frame.execution.context, nil, e)
	if err != nil {
		return nil, t.failed(e, err)
	}
	if jsonata.IsUndefined(data) {
		return nil, undefined(t.source, t.location)
	}
	if _, function := data.(*jsonata.Function); function {
		return nil, unsupported(t.source, t.location)
	}
	return data, nil
}

// failed is the failure that an expression's error makes.
func (t *template) failed(e *environment, err error) *failure {
	if fault, ok := errors.AsType[*jsonata.Fault](err); ok {
		return t.fault(e, fault.Problem, fault.Stack)
	}
	return thrown(t.source, t.location, err)
}

func (t *template) evaluateList(e *environment) (value, *failure) {
	list := make([]any, len(t.items))
	size := 2 + max(0, len(t.items)-1)
	for i, item := range t.items {
		v, failed := item.evaluate(e)
		if failed != nil {
			return value{}, failed
		}
		list[i] = v.data
		size += v.size
	}
	return value{list, size}, nil
}

func (t *template) evaluateObject(e *environment) (value, *failure) {
	values := make([]any, len(t.keys))
	size := 2 + max(0, len(t.keys)-1)
	for i, key := range t.keys {
		v, failed := t.values[i].evaluate(e)
		if failed != nil {
			return value{}, failed
		}
		values[i] = v.data
		size += textSize(key) + 1 + v.size
	}
	return value{t.layout.Object(values...), size}, nil
}
