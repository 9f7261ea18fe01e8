package jinja

import (
	"context"
	"errors"
	"fmt"

	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

// Value is a value of Python.
type Value = python.Value

// DefaultWork is the work that a template may do if Options do not say more: some seconds on a small machine.
const DefaultWork = 16 << 20

// Mode says what a template gives.
type Mode string

const (
	// Text is the text of the template, as Environment() renders it.
	Text Mode = "text"
	// Native is what NativeEnvironment() gives: the value of a template that writes one thing, otherwise its text; and where that, or the value, is a text
	// that reads as a literal of Python, what it stands for.
	Native Mode = "native"
	// Literal is what the text of the template, as in Text, says as JSON or as a literal of Python; otherwise the text, and None where nothing is written.
	Literal Mode = "literal"
	// Whole is the value of a template that is one expression and nothing else, a text included, and null for an undefined one; otherwise the text.
	Whole Mode = "value"
)

// Options of a rendering.
type Options struct {
	Mode Mode // Text where ""
	Work int  // DefaultWork where 0; a unit is a step, a byte of a text or a part of an item of a list
	// AnyCase are the dicts among the values whose keys are found in any case, each by the names that lead to it. One that is not there is none; where a list is, it
	// is that in each of its elements.
	AnyCase [][]string
}

// Error is why a template could not be rendered.
type Error struct {
	Class   string // Python's or Jinja's, or python.Unsupported or python.Limit
	Message string // holds no values, only words of the template
	Full    string // Python's own message, which may quote values
	Pos     syntax.Pos
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Pos, e.Class, e.Message) }

// AsError gives the error of Render in an error.
func AsError(err error) (*Error, bool) {
	var known *Error
	ok := errors.As(err, &known)
	return known, ok
}

// Render gives the text of a template, or its value, as the mode says. Values are the variables by name; the template may change the lists and dicts in them.
// The error is an *Error.
func Render(ctx context.Context, template *syntax.Template, values *python.Dict, options Options) (result Value, err error) {
	if options.Work == 0 {
		options.Work = DefaultWork
	}
	r := &run{meter: python.NewMeter(ctx, options.Work), native: options.Mode == Native, values: values, at: syntax.Pos{Line: 1, Column: 1}}
	for _, path := range options.AnyCase {
		inAnyCase(values, path)
	}
	err = r.protect(func() { result = r.template(template, options.Mode) })
	return result, err
}

// inAnyCase makes the keys of a dict, or of those of a list, be found in any case.
func inAnyCase(value Value, path []string) {
	switch v := value.(type) {
	case *python.List:
		for _, item := range v.Items {
			inAnyCase(item, path)
		}
	case *python.Dict:
		if len(path) == 0 {
			v.IgnoreCase()
		} else if member, ok := v.Get(path[0]); ok {
			inAnyCase(member, path[1:])
		}
	}
}

// RenderJSON is Render with values and result as JSON texts.
func RenderJSON(ctx context.Context, template *syntax.Template, values []byte, options Options) ([]byte, error) {
	read, err := python.FromJSON(values)
	if err != nil {
		return nil, err
	}
	dict, ok := read.(*python.Dict)
	if !ok {
		return nil, fmt.Errorf("the values are not an object")
	}
	result, err := Render(ctx, template, dict, options)
	if err != nil {
		return nil, err
	}
	r := &run{meter: python.NewMeter(ctx, DefaultWork), at: syntax.Pos{Line: 1, Column: 1}}
	var text []byte
	err = r.protect(func() { text = python.ToJSON(r.meter, result) })
	return text, err
}

// run is one rendering.
type run struct {
	meter      *python.Meter
	native     bool
	values     *python.Dict
	root       *scope
	hidden     hidden
	autoescape bool
	volatile   bool       // it depends on the values whether texts are escaped
	at         syntax.Pos // the node that is being evaluated
	sink       *sink
	folding    bool                 // an expression is worked out as Jinja's compiler does
	constant   map[syntax.Expr]bool // which expressions are constant, of those that were looked at
	classes    map[string]Value     // the globals, of those that were read
}

// protect makes an error of a failure.
func (r *run) protect(work func()) (err error) {
	defer func() {
		failure := recover()
		if failure == nil {
			return
		}
		known, ok := failure.(*python.Error)
		if !ok {
			panic(failure)
		}
		err = &Error{Class: known.Class, Message: known.Message, Full: known.Python(), Pos: r.at}
	}()
	work()
	return nil
}

func (r *run) template(template *syntax.Template, mode Mode) Value {
	r.hidden = findHidden(template)
	r.root = r.scope(template, nil)
	if expression := template.Expression(); expression != nil && mode == Whole {
		value := r.eval(expression, r.root)
		if isUndefined(value) {
			return nil
		}
		return value
	}
	r.sink = &sink{streams: r.native}
	r.body(template.Body, r.root)
	if mode == Literal {
		return r.meant(r.concat(r.sink))
	}
	return r.concat(r.sink)
}

// meant is what a text says as JSON or as a literal of Python, otherwise the text itself, and None for an empty one.
func (r *run) meant(of Value) Value {
	text, _ := python.Text(of)
	if text == "" {
		return nil
	}
	r.meter.Spend(len(text))
	if value, err := python.FromJSON([]byte(text)); err == nil {
		return value
	}
	if value, ok := python.LiteralEval(r.meter, text); ok {
		return value
	}
	return of
}

// sink collects what statements write.
type sink struct {
	pieces []Value
	// streams says that every piece is a text from the second one on, as the native environment makes its text: what is done to a list later does not
	// change it.
	streams bool
}

func (r *run) write(v Value) {
	r.meter.Items(1)
	s := r.sink
	s.pieces = append(s.pieces, v)
	if n := len(s.pieces); s.streams && n == 2 {
		s.pieces[0], s.pieces[1] = python.Str(r.meter, s.pieces[0]), python.Str(r.meter, v)
	} else if s.streams && n > 2 {
		s.pieces[n-1] = python.Str(r.meter, v)
	}
}

// capture gives what some work writes.
func (r *run) capture(work func()) *sink {
	outer := r.sink
	r.sink = &sink{}
	work()
	inner := r.sink
	r.sink = outer
	return inner
}

// concat makes one value of what was written.
func (r *run) concat(s *sink) Value {
	if r.native {
		return r.nativeConcat(s.pieces)
	}
	return python.Join(r.meter, "", python.NewList(s.pieces...))
}

// nativeConcat gives a single value as it is; of several, or of a text, what literal_eval makes of the text.
func (r *run) nativeConcat(pieces []Value) Value {
	if len(pieces) == 0 {
		return nil
	}
	raw := pieces[0]
	if len(pieces) == 1 {
		if _, isText := python.Text(raw); !isText {
			return raw
		}
	} else {
		texts := make([]Value, len(pieces))
		for i, piece := range pieces {
			texts[i] = python.Str(r.meter, piece)
		}
		raw = python.Join(r.meter, "", python.NewList(texts...))
	}
	text, _ := python.Text(raw)
	if value, ok := python.LiteralEval(r.meter, text); ok {
		return value
	}
	return raw
}

// scope holds the variables of a part of a template.
type scope struct {
	parent *scope
	vars   map[string]Value
}

// scope begins a scope for a part of the template.
func (r *run) scope(part any, parent *scope) *scope {
	s := &scope{parent: parent}
	for _, name := range r.hidden[part] {
		s.set(name, missing{})
	}
	return s
}

func (s *scope) set(name string, v Value) {
	if s.vars == nil {
		s.vars = map[string]Value{}
	}
	s.vars[name] = v
}

// lookup finds a variable.
func (r *run) lookup(name string, s *scope) (Value, bool) {
	for ; s != nil; s = s.parent {
		if v, ok := s.vars[name]; ok {
			_, isMissing := v.(missing)
			return v, !isMissing
		}
	}
	if v, ok := r.values.Get(name); ok {
		return v, true
	}
	return r.global(name)
}

// Constant gives the value of an expression that reads no variable and calls nothing; ok is false for any other, and for one that fails.
func Constant(node syntax.Expr) (value Value, ok bool) {
	if !isConstant(node) {
		return nil, false
	}
	const work = 1 << 16
	r := &run{meter: python.NewMeter(context.Background(), work), values: &python.Dict{}}
	err := r.protect(func() { value = r.eval(node, &scope{}) })
	return value, err == nil && hasSafeText(value)
}
