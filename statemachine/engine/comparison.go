package engine

import (
	"errors"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/choice"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// test is what a choice rule in JSONPath mode asks, compiled: a comparison, or several tests.
type test struct {
	all, any []*test
	not      *test
	variable *query
	operator string
	operand  any
	path     *query // to the operand, of an operator that ends in Path
}

func (s *stateCompiler) test(prefix string, t *asl.Test) *test {
	switch {
	case t == nil || !s.jsonPath():
		return nil
	case t.Not != nil:
		return &test{not: s.test(prefix+"Not/", t.Not)}
	case t.And != nil:
		return &test{all: s.tests(prefix+"And", t.And)}
	case t.Or != nil:
		return &test{any: s.tests(prefix+"Or", t.Or)}
	}
	made := &test{operator: t.Operator, operand: normal(t.Operand), variable: s.query(prefix+"Variable", t.Variable)}
	if plain, ok := strings.CutSuffix(t.Operator, "Path"); ok {
		text, _ := t.Operand.(string)
		made.operator, made.path = plain, s.query(prefix+t.Operator, text)
	}
	return made
}

func (s *stateCompiler) tests(prefix string, list []asl.Test) []*test {
	made := make([]*test, len(list))
	for i := range list {
		made[i] = s.test(prefix+"["+strconv.Itoa(i)+"]/", &list[i])
	}
	return made
}

// query compiles a path of a test.
func (s *stateCompiler) query(location, text string) *query {
	t, err := queried(location, text)
	if err != nil {
		if s.err == nil {
			s.err = err
		}
		return nil
	}
	s.timed = s.timed || t.reads.context
	return t.query
}

// holds evaluates the test. What comes after the deciding part is not looked at.
func (t *test) holds(e *environment) (bool, *failure) {
	switch {
	case t.not != nil:
		holds, failed := t.not.holds(e)
		return !holds, failed
	case t.all != nil:
		return decided(t.all, false, e)
	case t.any != nil:
		return decided(t.any, true, e)
	default:
		return t.compare(e)
	}
}

// decided evaluates tests until one is as given, which is then the answer.
func decided(tests []*test, by bool, e *environment) (bool, *failure) {
	for _, t := range tests {
		holds, failed := t.holds(e)
		if failed != nil || holds == by {
			return holds, failed
		}
	}
	return !by, nil
}

func (t *test) compare(e *environment) (bool, *failure) {
	found, present, failed := t.variable.look(e)
	if failed != nil {
		return false, failed
	}
	if t.operator == "IsPresent" {
		return present == (t.operand == true), nil
	}
	if !present {
		return false, t.variable.invalid(e)
	}
	operand := t.operand
	if t.path != nil {
		if operand, present, failed = t.path.look(e); failed != nil {
			return false, failed
		}
		if !present {
			return false, t.path.invalid(e)
		}
	}
	return choice.Holds(t.operator, found, operand), nil
}

// look gives what the query leads to, if there is something.
func (q *query) look(e *environment) (data any, present bool, failed *failure) {
	data, err := q.evaluate(e)
	var missing *jsonpath.Missing
	switch {
	case err == nil:
		return data, true, nil
	case errors.As(err, &missing):
		return nil, false, nil
	default:
		return nil, false, e.frame.runtime("Invalid path '%s' : %s", q.text, err.Error())
	}
}

func (q *query) invalid(e *environment) *failure {
	return e.frame.runtime("Invalid path '%s': The choice state's condition path references an invalid value.", q.text)
}
