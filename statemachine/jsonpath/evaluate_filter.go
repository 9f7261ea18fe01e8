package jsonpath

import "github.com/steploom/steploom/statemachine/jsonata"

// filter goes on at the elements of a list that a condition accepts, or at an object.
func (w *walk) filter(i int, step *Filter, value any) error {
	var candidates []any
	switch value := value.(type) {
	case *jsonata.Object:
		candidates = []any{value}
	case []any:
		candidates = value
	default:
		if !w.definite(i) {
			return nil
		}
		shown, err := w.shown(value)
		if err != nil {
			return err
		}
		return &Failure{Reason: "Filter: [?] can not be applied to primitives. Current context is: " + shown}
	}
	for _, candidate := range candidates {
		ok, err := w.accepts(step, candidate)
		if err != nil {
			return err
		}
		if ok {
			if err := w.take(i+1, candidate); err != nil {
				return err
			}
		}
	}
	return nil
}

// accepts tells whether a filter's condition holds for a value. Where a comparison cannot be made it does not, whatever the rest of the filter says.
func (e *evaluation) accepts(step *Filter, value any) (bool, error) {
	holds, err := e.holds(step.Condition, value)
	if failure, ok := err.(*Failure); ok && failure.Limit {
		return false, err
	}
	return holds && err == nil, nil
}

func (e *evaluation) holds(c Condition, value any) (bool, error) {
	if err := e.visit(1); err != nil {
		return false, err
	}
	switch c := c.(type) {
	case *Or:
		left, err := e.holds(c.Left, value)
		if left || err != nil {
			return left, err
		}
		return e.holds(c.Right, value)
	case *And:
		left, err := e.holds(c.Left, value)
		if !left || err != nil {
			return false, err
		}
		return e.holds(c.Right, value)
	case *Not:
		inner, err := e.holds(c.Operand, value)
		return !inner, err
	case *Exists:
		return e.exists(c.Path, value)
	case *Comparison:
		return e.compares(c, value)
	default:
		return false, &Failure{Reason: "This condition cannot be read"}
	}
}

// exists tells whether a path leads somewhere; in Step Functions, to something else than null. As in Jayway, one that begins with $ looks into the element as if it began with @, and no object on the way
// of a path that finds several values may lack a field.
func (e *evaluation) exists(p *Path, element any) (bool, error) {
	start := element
	if p.Root.Kind != Document {
		var err error
		if start, err = e.start(p.Root, element); err != nil {
			return false, nil
		}
	}
	found, err := e.found(p, start, strict)
	if _, missing := err.(*Missing); missing {
		return false, nil
	}
	null := p.flavour == StepFunctions && err == nil && p.Definite() && found[len(found)-1] == nil
	return err == nil && !null, err
}

func (e *evaluation) compares(c *Comparison, element any) (bool, error) {
	left, err := e.operand(c.Left, element)
	if err != nil {
		return false, err
	}
	right, err := e.operand(c.Right, element)
	if err != nil {
		return false, err
	}
	return e.compare(left, c.Operator, right)
}

// side is one side of a comparison. Its value is jsonata.Undefined where a path leads nowhere.
type side struct {
	value   any
	literal *Literal
	regex   *Regex
}

func (e *evaluation) operand(o Operand, element any) (side, error) {
	switch o := o.(type) {
	case *Path:
		start, err := e.start(o.Root, element)
		if value, ok := direct(o.Steps, start); ok && err == nil {
			return side{value: value}, e.visit(len(o.Steps) + 1)
		}
		if err == nil {
			var found []any
			if found, err = e.found(o, start, lenient); err == nil && !o.Definite() {
				return side{value: found}, nil
			} else if err == nil {
				return side{value: found[len(found)-1]}, nil
			}
		}
		if _, missing := err.(*Missing); missing {
			return side{value: jsonata.Undefined}, nil
		}
		return side{}, err
	case *Literal:
		value, err := e.literal(o)
		return side{value: value, literal: o}, err
	case *Regex:
		return side{value: jsonata.Undefined, regex: o}, nil
	default:
		return side{}, &Failure{Reason: "The value of a placeholder is not known"}
	}
}

// literal gives the value of a literal in the form of package jsonata.
func (e *evaluation) literal(l *Literal) (any, error) {
	switch value := l.Value.(type) {
	case nil, bool, string:
		return value, nil
	}
	if value, ok := e.literals[l]; ok {
		return value, nil
	}
	value, err := jsonata.ValueOf(l.Value)
	if err != nil {
		return nil, &Failure{Reason: err.Error()}
	}
	if e.literals == nil {
		e.literals = map[*Literal]any{}
	}
	e.literals[l] = value
	return value, nil
}
