package intrinsic

import (
	"errors"
	"maps"
	"slices"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// Surroundings are what a call reads.
type Surroundings struct {
	Roots jsonpath.Roots
	// Random gives numbers from 0 up to, not including, 1, for States.MathRandom and States.UUID.
	Random func() float64
}

// Failure says that a call cannot be evaluated. Step Functions reports it as the cause of a States.Runtime error.
type Failure struct {
	// Reason is what AWS writes: There was an error while evaluating the intrinsic function: States.MathAdd($.a, 1). Invalid arguments in States.MathAdd
	Reason string
}

func (f *Failure) Error() string { return f.Reason }

// Evaluate gives the value of a call. An error is a *Failure. Parts of the result may be shared with the roots.
func (c *Call) Evaluate(from Surroundings) (any, error) {
	value, err := c.value(from)
	var failure *Failure
	switch {
	case errors.As(err, &failure):
		return nil, failure
	case err != nil:
		return nil, &Failure{Reason: "The function '" + c.text + "' had the following error: " + err.Error()}
	}
	return value, nil
}

// value evaluates a call. What is wrong with a path in it is told of the outermost call, what is wrong with its arguments of the call itself, by a *Failure.
func (c *Call) value(from Surroundings) (any, error) {
	arguments := make([]any, len(c.Arguments))
	for i, argument := range c.Arguments {
		var err error
		if arguments[i], err = value(argument, from); err != nil {
			return nil, err
		}
	}
	if !c.Fits() {
		return nil, c.failure(invalid(c))
	}
	a := &applied{call: c, values: arguments, random: from.Random, reason: invalid(c)}
	result, ok := functions[c.Name].apply(a)
	if !ok {
		return nil, c.failure(a.reason)
	}
	if left := maxValue; !fitsIn(&left, result) {
		return nil, c.failure(tooLarge)
	}
	return result, nil
}

// invalid is what AWS says of arguments of a wrong number, type or size.
func invalid(c *Call) string { return "Invalid arguments in " + prefix + c.Name }

func (c *Call) failure(reason string) *Failure {
	return &Failure{Reason: "There was an error while evaluating the intrinsic function: " + c.text + ". " + reason}
}

func value(argument Argument, from Surroundings) (any, error) {
	switch argument := argument.(type) {
	case *Call:
		return argument.value(from)
	case *Path:
		return found(argument.Path, from.Roots)
	case *Literal:
		return argument.Value, nil
	default:
		return nil, &jsonpath.Failure{Reason: "This argument cannot be evaluated"}
	}
}

// found gives what a path leads to. As on AWS, an error names the state's input and a path of the context object as one of the input.
func found(path *jsonpath.Path, roots jsonpath.Roots) (any, error) {
	value, err := path.Evaluate(roots)
	var missing *jsonpath.Missing
	if !errors.As(err, &missing) || missing.NoList {
		return value, err
	}
	input, failure := jsonata.Encode(roots.Document)
	if failure != nil {
		return nil, failure
	}
	written := path.String()
	if path.Root.Kind == jsonpath.Context {
		written = written[1:]
	}
	return nil, errors.New("The JsonPath argument for the field '" + written + "' could not be found in the input '" + string(input) + "'")
}

// Paths are all paths in a call, those of calls within it included.
func (c *Call) Paths() []*jsonpath.Path {
	var paths []*jsonpath.Path
	for _, argument := range c.Arguments {
		switch argument := argument.(type) {
		case *Call:
			paths = append(paths, argument.Paths()...)
		case *Path:
			paths = append(paths, argument.Path)
		}
	}
	return paths
}

// Fails says why a call, or one within it, fails whatever it is given, nil where that is not certain: it has a number of arguments that its function never
// takes, or is made of constants that it does not take. Step Functions creates a machine with such a call, and fails when it comes to it.
func (c *Call) Fails() *Failure {
	for _, argument := range c.Arguments {
		if inner, ok := argument.(*Call); ok {
			if failure := inner.Fails(); failure != nil {
				return failure
			}
		}
	}
	if !c.Fits() {
		return c.failure(invalid(c))
	}
	var failure *Failure
	if len(c.Paths()) == 0 {
		_, err := c.Evaluate(Surroundings{Random: func() float64 { return 0 }})
		errors.As(err, &failure)
	} else if _, template := c.Arguments[0].(*Literal); template && c.Name == "Format" {
		a := &applied{call: c, values: make([]any, len(c.Arguments))}
		if _, ok := format(a); !ok {
			failure = c.failure(a.reason)
		}
	}
	return failure
}

// Fits tells whether a call has as many arguments as its function takes. One that does not fails when it is reached.
func (c *Call) Fits() bool {
	function, n := functions[c.Name], len(c.Arguments)
	return n >= function.least && (function.most < 0 || n <= function.most)
}

// Names are the names of all intrinsic functions, sorted, with States.
func Names() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		names = append(names, prefix+name)
	}
	return names
}
