package jsonpath

import (
	"fmt"
	"math"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file evaluates the functions of paths: length() size() keys() sum() avg() min() max() stddev() concat() append() first() last() index(n).

// call applies a function to a value.
func (w *walk) call(i int, function *Function, value any) (any, error) {
	arguments := make([]any, len(function.Arguments))
	for n, argument := range function.Arguments {
		var err error
		if arguments[n], err = w.argument(argument); err != nil {
			return nil, err
		}
	}
	if length := function.Name == "length" || function.Name == "size"; length && len(arguments) > 0 {
		value = arguments[0]
	}
	return w.apply(function.Name, value, arguments)
}

// argument gives the value of an argument. Its paths begin at the root.
func (e *evaluation) argument(o Operand) (any, error) {
	switch o := o.(type) {
	case *Path:
		return e.path(o, e.roots.Document)
	case *Literal:
		return e.literal(o)
	default:
		return nil, &Failure{Reason: "This cannot be the argument of a function"}
	}
}

// aggregate applies the function at the end of a path with .. once to the list of all that the path before it finds.
func (e *evaluation) aggregate(p *Path, start any) (any, error) {
	last := len(p.Steps) - 1
	function := p.Steps[last].(*Function)
	if length := function.Name == "length" || function.Name == "size"; length {
		w := &walk{evaluation: e, path: p, steps: append(p.Steps[:last:last], &Wildcard{Span: function.Span}), sure: 0}
		err := w.take(0, start)
		return float64(len(w.found)), err
	}
	w := &walk{evaluation: e, path: p, steps: p.Steps[:last], sure: 0}
	if err := w.take(0, start); err != nil {
		return nil, err
	}
	return e.apply(function.Name, start, []any{append([]any{}, w.found...)})
}

func (e *evaluation) apply(name string, value any, arguments []any) (any, error) {
	items, _ := value.([]any)
	if err := e.visit(len(items) + len(arguments)); err != nil {
		return nil, err
	}
	switch name {
	case "length", "size":
		return length(value), nil
	case "keys":
		return keys(value), nil
	case "sum", "avg", "min", "max", "stddev":
		return aggregated(name, numbersOf(append([]any{value}, arguments...)))
	case "concat":
		return e.concatenated(append([]any{onlyTexts(items)}, arguments...))
	case "append":
		return appended(value, arguments), nil
	case "first":
		return at(items, 0)
	case "last":
		return at(items, -1)
	case "index":
		if len(arguments) != 1 {
			return nil, &Failure{Reason: "index() takes one number"}
		}
		n, ok := jsonata.Integer(arguments[0])
		if !ok || n > maxIndex || n < -maxIndex {
			return nil, &Failure{Reason: "index() takes one whole number"}
		}
		return at(items, int(n))
	default:
		return nil, &Failure{Reason: fmt.Sprintf("Function with name: %s does not exist.", name)}
	}
}

// length is the number of elements of a list or of fields of an object, null for anything else.
func length(value any) any {
	switch value := value.(type) {
	case []any:
		return float64(len(value))
	case *jsonata.Object:
		return float64(value.Len())
	}
	return nil
}

// keys are the names of an object's fields, null for anything else.
func keys(value any) any {
	object, ok := value.(*jsonata.Object)
	if !ok {
		return nil
	}
	names := make([]any, 0, object.Len())
	for name := range object.Keys() {
		names = append(names, name)
	}
	return names
}

// numbersOf gives the numbers among values and in lists among them.
func numbersOf(values []any) []float64 {
	var numbers []float64
	for i, value := range values {
		list, isList := value.([]any)
		if !isList && i > 0 {
			list = []any{value}
		}
		for _, item := range list {
			if f, ok := jsonata.Float(item); ok {
				numbers = append(numbers, f)
			}
		}
	}
	return numbers
}

func aggregated(name string, numbers []float64) (any, error) {
	if len(numbers) == 0 {
		return nil, &Failure{Reason: "Aggregation function attempted to calculate value using empty array"}
	}
	n, sum, squares := float64(len(numbers)), 0.0, 0.0
	smallest, largest := math.MaxFloat64, math.SmallestNonzeroFloat64 // Jayway begins with the smallest number above zero
	for _, number := range numbers {
		sum, squares = sum+number, squares+number*number
		smallest, largest = min(smallest, number), max(largest, number)
	}
	result := map[string]float64{"sum": sum, "avg": sum / n, "min": smallest, "max": largest, "stddev": math.Sqrt(squares/n - sum*sum/n/n)}[name]
	if math.IsInf(result, 0) || math.IsNaN(result) {
		return nil, &Failure{Reason: "The result of " + name + "() is no number"}
	}
	return result, nil
}

func onlyTexts(items []any) []any {
	var texts []any
	for _, item := range items {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// concatenated joins the texts of everything among values and in lists among them.
func (e *evaluation) concatenated(values []any) (any, error) {
	var text []byte
	for _, value := range values {
		list, isList := value.([]any)
		if !isList {
			list = []any{value}
		}
		for _, item := range list {
			text = append(text, matched(item)...)
		}
	}
	return string(text), e.visit(len(text) / bytesPerVisit)
}

// bytesPerVisit is how much text may be made instead of looking at one value.
const bytesPerVisit = 8

// appended adds each argument to a list as one element; what is no list stays as it is.
func appended(value any, arguments []any) any {
	items, ok := value.([]any)
	if !ok {
		return value
	}
	return append(append(make([]any, 0, len(items)+len(arguments)), items...), arguments...)
}

// at gives an element of a list. Jayway does not find the first one counted from the end.
func at(items []any, index int) (any, error) {
	place := index
	if index < 0 {
		if place += len(items); place == 0 {
			place = -1
		}
	}
	if place < 0 || place >= len(items) {
		return nil, &Failure{Reason: fmt.Sprintf("Target index:%d larger than object count:%d", index, len(items))}
	}
	return items[place], nil
}
