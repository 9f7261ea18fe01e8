package filter

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/steploom/steploom/shared/jinja"
	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
	"github.com/steploom/steploom/shared/task"
)

// jinja renders a template over the members of the input.
func (f *filter) jinja(ctx context.Context, request Request) (any, error) {
	mode := jinja.Mode(request.Result)
	switch mode {
	case "":
		mode = jinja.Text
	case jinja.Text, jinja.Native, jinja.Literal, jinja.Whole:
	default:
		return nil, task.Errorf(task.RequestInvalid, "result %q is none of text, native, literal and value", request.Result)
	}
	if len(request.Args) > 0 {
		return nil, task.Errorf(task.RequestInvalid, "jinja: variables are the members of input, there are no args")
	}
	template, err := syntax.Parse(request.Program)
	if err != nil {
		return nil, templateError(request.Program, err)
	}
	values := request.Input
	if string(values) == "null" {
		values = json.RawMessage("{}")
	}
	output, err := jinja.RenderJSON(ctx, template, values, jinja.Options{Mode: mode, AnyCase: request.AnyCase})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, templateError(request.Program, err)
	}
	if len(output) > task.ResultLimit {
		return nil, &task.Error{
			Name: task.PayloadTooLarge, Message: fmt.Sprintf("the result is larger than the limit of %d bytes", task.ResultLimit), Detail: map[string]any{"limit": task.ResultLimit},
		}
	}
	return json.RawMessage(output), nil
}

// templateError names a failure of a template: where, and what, with a piece of the template and none of the values.
func templateError(template string, err error) error {
	if problem, ok := syntax.AsError(err); ok {
		return task.Errorf(task.FilterInvalid, "jinja: %s: %s: %s, at %q", problem.Pos, problem.Class, problem.Message, syntax.Excerpt(template, problem.Pos))
	}
	failure, ok := jinja.AsError(err)
	if !ok {
		return task.Errorf(task.RequestInvalid, "input: %v", err)
	}
	name := task.FilterFailed
	if failure.Class == python.Limit {
		name = task.FilterTimeout
	}
	return task.Errorf(name, "jinja: %s: %s: %s, at %q", failure.Pos, failure.Class, failure.Message, syntax.Excerpt(template, failure.Pos))
}
