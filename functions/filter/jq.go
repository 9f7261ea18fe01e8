package filter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/itchyny/gojq"

	"github.com/steploom/steploom/shared/jqtext"
	"github.com/steploom/steploom/shared/task"
)

// programs keeps compiled jq programs by their text and variables. Its zero value is empty.
type programs struct {
	mutex sync.Mutex
	known map[string]*gojq.Code
}

const programsKept = 64

func (f *filter) jq(ctx context.Context, request Request) (any, error) {
	inputs, err := inputsOf(request)
	if err != nil {
		return nil, err
	}
	names := slices.Sorted(maps.Keys(request.Args))
	code, err := f.programs.compile(request.Program, names, inputs)
	if err != nil {
		return nil, err
	}
	values := make([]any, len(names), len(names)+1)
	for i, name := range names {
		values[i] = request.Args[name]
	}
	values = append(values, map[string]any{"positional": []any{}, "named": named(request.Args)})
	var results []any
	for input, more := any(nil), true; more; {
		if !request.NullInput {
			if input, more = inputs.Next(); !more {
				break
			}
		}
		results, err = collect(results, code.RunWithContext(ctx, input, values...))
		if errors.Is(err, errHalted) {
			break
		} else if err != nil {
			return nil, err
		}
		more = !request.NullInput
	}
	return output(request, results)
}

// inputsOf are the inputs of a run, in their order.
func inputsOf(request Request) (gojq.Iter, error) {
	var input any
	decoder := json.NewDecoder(strings.NewReader(string(request.Input)))
	decoder.UseNumber()
	if err := decoder.Decode(&input); err != nil {
		return nil, task.Errorf(task.RequestInvalid, "input: %v", err)
	}
	inputs := []any{input}
	if list, isList := input.([]any); request.Stream && isList {
		inputs = list
	}
	if request.Slurp {
		inputs = []any{inputs}
	}
	return gojq.NewIter(inputs...), nil
}

// output makes one value of the results.
func output(request Request, results []any) (any, error) {
	last := len(results) - 1
	switch {
	case request.ExitStatus && (last < 0 || results[last] == nil || results[last] == false):
		return nil, task.Errorf(task.FilterFailed, "jq: the last result is false, null or missing, which exit status asks to be a failure")
	case request.Text != nil:
		return text(*request.Text, results)
	case request.Collect, last > 0:
		return encoded(results)
	case last < 0:
		return nil, nil
	}
	return encoded(results[0])
}

// text writes results as jq does with the options raw-output and join-output.
func text(how Text, results []any) (string, error) {
	lines := make([]string, len(results))
	for i, result := range results {
		line, isText := result.(string)
		if !isText {
			raw, err := encoded(result)
			if err != nil {
				return "", err
			}
			line = string(raw)
			if indented := (bytes.Buffer{}); how.Indent != "" && json.Indent(&indented, raw, "", how.Indent) == nil {
				line = indented.String()
			}
		}
		lines[i] = line
	}
	return strings.Join(lines, how.Between), nil
}

func named(args map[string]any) map[string]any {
	if args == nil {
		return map[string]any{}
	}
	return args
}

// encoded writes a value as jq does: infinities become the largest numbers, NaN null.
func encoded(value any) (json.RawMessage, error) {
	if list, ok := value.([]any); ok && list == nil {
		value = []any{}
	}
	if err := checkRoom(value); err != nil {
		return nil, err
	}
	text, err := gojq.Marshal(value)
	if err != nil {
		return nil, task.Errorf(task.FilterFailed, "%v", err)
	}
	return text, nil
}

// compile gives the compiled program. One that asks for further inputs is compiled for them.
func (p *programs) compile(program string, names []string, inputs gojq.Iter) (*gojq.Code, error) {
	if jqtext.ReadsInputs(program) {
		code, err := jqtext.Compile(program, names, inputs)
		return code, invalid(err)
	}
	key := strings.Join(append(names, program), "\x00")
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if code, ok := p.known[key]; ok {
		return code, nil
	}
	code, err := jqtext.Compile(program, names, nil)
	if err != nil {
		return nil, invalid(err)
	}
	if p.known == nil || len(p.known) >= programsKept {
		p.known = map[string]*gojq.Code{}
	}
	p.known[key] = code
	return code, nil
}

func invalid(err error) error {
	if err == nil {
		return nil
	}
	return task.Errorf(task.FilterInvalid, "%v", err)
}

// collect adds a program's results.
func collect(all []any, results gojq.Iter) ([]any, error) {
	for {
		value, ok := results.Next()
		if !ok {
			return all, nil
		}
		if err, failed := value.(error); failed {
			return all, jqError(err)
		}
		if len(all) == resultLimit {
			return nil, timedOut(fmt.Sprintf("the program has more than %d results", resultLimit))
		}
		all = append(all, value)
	}
}

// jqError names a failure; "halt" without a message ends a program without one.
func jqError(err error) error {
	var halt *gojq.HaltError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &halt) && halt.Value() == nil:
		return errHalted
	}
	return task.Errorf(task.FilterFailed, "jq: %v", err)
}

// errHalted ends a program, and what it gave before counts.
var errHalted = errors.New("halted")
