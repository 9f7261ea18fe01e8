package filter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/itchyny/gojq"

	"github.com/steploom/steploom/shared/task"
)

// programs keeps compiled jq programs by their text and variables. Its zero value is empty.
type programs struct {
	mutex sync.Mutex
	known map[string]*gojq.Code
}

const programsKept = 64

func (f *filter) jq(ctx context.Context, request Request) (any, error) {
	names := slices.Sorted(maps.Keys(request.Args))
	code, err := f.programs.compile(request.Program, names)
	if err != nil {
		return nil, err
	}
	var input any
	decoder := json.NewDecoder(strings.NewReader(string(request.Input)))
	decoder.UseNumber()
	if err := decoder.Decode(&input); err != nil {
		return nil, task.Errorf(task.RequestInvalid, "input: %v", err)
	}
	values := make([]any, len(names), len(names)+1)
	for i, name := range names {
		values[i] = request.Args[name]
	}
	values = append(values, map[string]any{"positional": []any{}, "named": named(request.Args)})
	results, err := collect(code.RunWithContext(ctx, input, values...))
	if err != nil {
		return nil, err
	}
	switch {
	case request.Collect, len(results) > 1:
		return encoded(results)
	case len(results) == 0:
		return nil, nil
	}
	return encoded(results[0])
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
	text, err := gojq.Marshal(value)
	if err != nil {
		return nil, task.Errorf(task.FilterFailed, "%v", err)
	}
	return text, nil
}

// compile gives the compiled program. Programs have no environment, no modules and no input but their own.
func (p *programs) compile(program string, names []string) (*gojq.Code, error) {
	key := strings.Join(append(names, program), "\x00")
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if code, ok := p.known[key]; ok {
		return code, nil
	}
	query, err := gojq.Parse(program)
	if err != nil {
		return nil, task.Errorf(task.FilterInvalid, "jq: %v", err)
	}
	variables := make([]string, 0, len(names)+1)
	for _, name := range names {
		variables = append(variables, "$"+name)
	}
	code, err := gojq.Compile(query, gojq.WithVariables(append(variables, "$ARGS")))
	if err != nil {
		return nil, task.Errorf(task.FilterInvalid, "jq: %v", err)
	}
	if p.known == nil || len(p.known) >= programsKept {
		p.known = map[string]*gojq.Code{}
	}
	p.known[key] = code
	return code, nil
}

// collect reads a program's results.
func collect(results gojq.Iter) ([]any, error) {
	var all []any
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
		return nil
	}
	return task.Errorf(task.FilterFailed, "jq: %v", err)
}
