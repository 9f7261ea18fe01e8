package asl

import (
	"math"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// Value is a field that takes a constant or an expression that computes one: TimeoutSeconds: 30, or "{% $seconds %}". The zero Value is an absent
// field.
type Value[T bool | float64 | string] struct {
	constant   T
	expression string // with its delimiters; "" for a constant
	present    bool
}

// The fields that are a number, a text or a boolean, or compute one.
type (
	Number  = Value[float64]
	Text    = Value[string]
	Boolean = Value[bool]
)

// Constant is a field with a constant.
func Constant[T bool | float64 | string](constant T) Value[T] {
	return Value[T]{constant: constant, present: true}
}

// Computed is a field with an expression.
func Computed[T bool | float64 | string](node jsonata.Node) Value[T] {
	return Value[T]{expression: Expression(node), present: true}
}

// ValueOf reads a field from JSON data as the model has it: nil is an absent field, a text between delimiters an expression, a bool, number or other
// text a constant. ok is false for data that such a field cannot have.
func ValueOf[T bool | float64 | string](data any) (value Value[T], ok bool) {
	if data == nil {
		return Value[T]{}, true
	}
	if text, isText := data.(string); isText {
		if _, computed := Source(text); computed {
			return Value[T]{expression: text, present: true}, true
		}
	}
	constant, ok := constantOf[T](data)
	return Value[T]{constant: constant, present: ok}, ok
}

// constantOf is data as a constant of a type; whole numbers of any Go type are numbers.
func constantOf[T bool | float64 | string](data any) (constant T, ok bool) {
	if constant, ok = data.(T); ok {
		return constant, true
	}
	number, isNumber := any(&constant).(*float64)
	if _, isText := data.(string); !isNumber || isText {
		return constant, false
	}
	*number, ok = jsonata.Float(data)
	return constant, ok && !math.IsInf(*number, 0) && !math.IsNaN(*number)
}

// IsPresent tells whether there is such a field.
func (v Value[T]) IsPresent() bool { return v.present }

// Constant is the field's constant; ok is false for an expression and for an absent field.
func (v Value[T]) Constant() (constant T, ok bool) {
	return v.constant, v.present && v.expression == ""
}

// Data is the field as JSON data: nil when it is absent, the constant, or the expression's text with its delimiters.
func (v Value[T]) Data() any {
	switch {
	case !v.present:
		return nil
	case v.expression != "":
		return v.expression
	}
	return v.constant
}

// Equal tells whether two fields are written alike.
func (v Value[T]) Equal(other Value[T]) bool { return v == other }
