package jqtext

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/itchyny/gojq"
)

// The most that one operation makes at once of little: a text repeated, a list whose element is set far beyond its end.
const (
	mostBytes    = 16 << 20
	mostElements = 1 << 20
)

// Names of what bounded puts into a program.
const (
	repeats = "_steploom_repeats" // repeats(l; r) fails where l * r is a text of more than mostBytes, and gives its input elsewhere
	indexes = "_steploom_indexes" // indexes(path) fails where a path holds an index of mostElements and more
	left    = "$_steploom_left"
	right   = "$_steploom_right"
	route   = "$_steploom_path"
)

// bounded looks, before an operation that can make much of little, at what it is given. Whatever else a program does takes memory little by little, so
// that who runs it can stop it.
func bounded(query *gojq.Query) []gojq.CompilerOption {
	walk(reflect.ValueOf(query), boundOperation, boundCall)
	return []gojq.CompilerOption{
		gojq.WithFunction(repeats, 2, 2, func(input any, v []any) any {
			text, times := v[0], v[1]
			if _, ok := text.(string); !ok {
				text, times = times, text
			}
			s, isText := text.(string)
			n, isNumber := gojq.ToFloat64(times)
			if isText && isNumber && float64(len(s))*n > mostBytes {
				return fmt.Errorf("a text of %d bytes is repeated %v times: more than %d bytes", len(s), n, mostBytes)
			}
			return input
		}),
		gojq.WithFunction(indexes, 1, 1, func(input any, v []any) any {
			path, _ := v[0].([]any)
			for _, step := range path {
				if n, isNumber := gojq.ToFloat64(step); isNumber && n >= mostElements {
					return fmt.Errorf("the index %v is set: more than %d elements", n, mostElements)
				}
			}
			return input
		}),
	}
}

// walk visits the queries and calls below a node of the syntax tree, the innermost first.
func walk(v reflect.Value, query func(*gojq.Query), call func(*gojq.Query)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		walk(v.Elem(), query, call)
		if q, ok := v.Interface().(*gojq.Query); ok {
			query(q)
			call(q)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), query, call)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), query, call)
		}
	}
}

// boundOperation rewrites what multiplies or sets.
func boundOperation(q *gojq.Query) {
	before := *q
	switch q.Op {
	case gojq.OpMul:
		if isSmall(before.Left) || isSmall(before.Right) {
			return
		}
		product := &gojq.Query{Left: variable(left), Op: gojq.OpMul, Right: variable(right)}
		*q = *bind(before.Right, right, bind(before.Left, left, pipe(function(repeats, variable(left), variable(right)), product)))
	case gojq.OpUpdateMul:
		product := pipe(function(repeats, identity(), variable(right)), &gojq.Query{Left: identity(), Op: gojq.OpMul, Right: variable(right)})
		*q = *bind(before.Right, right, guarded(before.Left, &gojq.Query{Left: before.Left, Op: gojq.OpModify, Right: product}))
	case gojq.OpAssign, gojq.OpModify, gojq.OpUpdateAdd, gojq.OpUpdateSub, gojq.OpUpdateDiv, gojq.OpUpdateMod, gojq.OpUpdateAlt:
		*q = *guarded(before.Left, &before)
	}
	q.FuncDefs, q.Meta, q.Imports = before.FuncDefs, before.Meta, before.Imports
}

// boundCall rewrites calls of functions that set.
func boundCall(q *gojq.Query) {
	if q.Term == nil || q.Term.Type != gojq.TermTypeFunc || len(q.Term.SuffixList) > 0 {
		return
	}
	before := *q
	switch call := q.Term.Func; {
	case call.Name == "setpath" && len(call.Args) == 2 && call.Args[0].String() != route:
		set := pipe(function(indexes, variable(route)), function("setpath", variable(route), variable(right)))
		*q = *bind(call.Args[1], right, bind(call.Args[0], route, set)) // the last argument varies slowest
	case call.Name == "pick" && len(call.Args) == 1:
		*q = *guarded(call.Args[0], &gojq.Query{Term: before.Term})
	}
	q.FuncDefs, q.Meta, q.Imports = before.FuncDefs, before.Meta, before.Imports
}

// guarded looks at the paths that an operation sets before it does, unless they are plainly small.
func guarded(paths, operation *gojq.Query) *gojq.Query {
	operation = &gojq.Query{Left: operation.Left, Op: operation.Op, Right: operation.Right, Term: operation.Term, Patterns: operation.Patterns}
	if !computes(paths) {
		return operation
	}
	look := &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeReduce, Reduce: &gojq.Reduce{
		Query: function("path", paths), Patterns: []*gojq.Pattern{{Name: route}}, Start: identity(), Update: function(indexes, variable(route)),
	}}}
	return pipe(look, operation)
}

// computes tells whether paths may hold an index that is not plainly small.
func computes(paths *gojq.Query) bool {
	found := false
	var look func(v reflect.Value)
	look = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if v.IsNil() {
				return
			}
			switch node := v.Interface().(type) {
			case *gojq.Func:
				found = true
			case *gojq.Index:
				found = found || node.Start != nil && !isSmall(node.Start) && !isText(node.Start) || node.End != nil
			}
			look(v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				look(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				look(v.Field(i))
			}
		}
	}
	look(reflect.ValueOf(paths))
	return found
}

// isSmall tells whether a query is a small number as it is written.
func isSmall(q *gojq.Query) bool {
	const small = 1000
	if q.Term == nil || q.Term.Type != gojq.TermTypeNumber || len(q.Term.SuffixList) > 0 {
		return false
	}
	n, err := strconv.ParseFloat(q.Term.Number, 64)
	return err == nil && n <= small
}

func isText(q *gojq.Query) bool { return q.Term != nil && q.Term.Type == gojq.TermTypeString }

func identity() *gojq.Query { return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeIdentity}} }

func variable(name string) *gojq.Query { return function(name) }

func function(name string, arguments ...*gojq.Query) *gojq.Query {
	return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: name, Args: arguments}}}
}

func pipe(first, second *gojq.Query) *gojq.Query {
	return &gojq.Query{Left: first, Op: gojq.OpPipe, Right: second}
}

func bind(value *gojq.Query, name string, body *gojq.Query) *gojq.Query {
	return &gojq.Query{Left: value, Op: gojq.OpPipe, Patterns: []*gojq.Pattern{{Name: name}}, Right: body}
}
