package lower

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// call emits a Task state.
func (l *lowering) call(step *ir.Call, at place) (string, []named) {
	name := l.names[step]
	state := &asl.Task{Comment: l.about(step), Retry: l.retriers(step)}
	state.Resource, state.Arguments = l.invocation(step, at.scope)
	if step.TimeoutSeconds > 0 {
		state.TimeoutSeconds = asl.Constant(float64(step.TimeoutSeconds))
	}
	catchers, handlers := l.catchers(step.OnError, at)
	state.Catch = catchers
	if output := l.endWith(l.results(step), at); output != nil {
		state.Output, state.End = output, true
	} else {
		state.Assign = l.assign(l.callBindings(step), at.scope)
		state.Next, state.End, state.Output = l.leave(at)
	}
	return name, append([]named{l.named(name, step, state)}, handlers...)
}

// invocation gives the resource of a task and its arguments. Functions of the catalogue and other Lambda functions go through the Lambda
// integration, whose answer stands in Payload; any other ARN is a service integration and answers directly.
func (l *lowering) invocation(step *ir.Call, in *scope) (resource string, arguments any) {
	if step.External && !isLambda(step.Function) {
		return step.Function, l.json(step.Arguments, in)
	}
	resource = asl.LambdaInvoke
	if step.WaitForToken {
		resource += string(asl.WaitForTaskToken)
	}
	function := step.Function
	if !step.External {
		function = "${" + task.Substitution(step.Function) + "}"
	}
	call := jsonata.NewObject()
	call.Set("FunctionName", function)
	call.Set("Payload", l.json(step.Arguments, in))
	return resource, call
}

// isLambda tells whether an external function is a Lambda function: its ARN says so, or it is a plain function name.
func isLambda(function string) bool {
	parts := strings.SplitN(function, ":", 4)
	return parts[0] != "arn" || len(parts) == 4 && parts[2] == "lambda"
}

// callBindings gives what a call sets when it succeeds. What nobody reads is not kept.
func (l *lowering) callBindings(step *ir.Call) []ir.Binding {
	bindings := l.results(step)
	if step.Bind != "" && !l.flow.isRead(step, step.Bind) {
		return bindings[1:]
	}
	return bindings
}

// results gives what a call binds, first Bind and then the others, in terms of the answer as the resource gives it.
func (l *lowering) results(step *ir.Call) []ir.Binding {
	var bindings []ir.Binding
	if step.Bind != "" {
		bindings = append(bindings, ir.Binding{Name: step.Bind, Value: step.Answer()})
	}
	bindings = append(bindings, step.More...)
	if !hasContract(step) {
		bindings = withoutContract(bindings)
	}
	if !answersDirectly(step) {
		return bindings
	}
	for i, binding := range bindings {
		bindings[i].Value = ir.MapValue(binding.Value, withoutPayload)
		if binding.IfOrNil != nil {
			bindings[i].IfOrNil = withoutPayload(binding.IfOrNil)
		}
	}
	return bindings
}

// hasContract tells whether it is known what a call answers: that of a function of the catalogue, not what others send back.
func hasContract(step *ir.Call) bool { return !step.External && !step.WaitForToken }

// withoutContract guards paths into an answer that no contract describes.
func withoutContract(bindings []ir.Binding) []ir.Binding {
	guarded := slices.Clone(bindings)
	for i, binding := range guarded {
		if path, ok := binding.Value.(*jsonata.Path); ok && !sameText(path, ir.Result()) {
			guarded[i].Value = orNull(path, path)
		}
	}
	return guarded
}

// answersDirectly tells whether the answer of a call is $states.result itself.
func answersDirectly(step *ir.Call) bool {
	return step.WaitForToken || step.External && !isLambda(step.Function)
}

// withoutPayload makes $states.result.Payload $states.result.
func withoutPayload(node jsonata.Node) jsonata.Node {
	return build.Rewrite(node, func(node jsonata.Node) jsonata.Node {
		path, ok := node.(*jsonata.Path)
		if !ok {
			return node
		}
		if root, names := pathNames(path); root == "states" && len(names) == 2 && names[0] == "result" && names[1] == "Payload" {
			return path.Left
		}
		return node
	})
}

// retriers gives the author's retries, then those for faults of the Lambda service itself. A call that writes is repeated only when it
// certainly did not run (docs.aws.amazon.com/step-functions, "Handle transient Lambda service exceptions").
func (l *lowering) retriers(step *ir.Call) []asl.Retrier {
	native, _ := step.Retry.(ir.Native)
	retriers := authorRetriers(native)
	for _, retrier := range retriers {
		if retrier.ErrorEquals[0] == asl.ErrorAll {
			return retriers
		}
	}
	if answersDirectly(step) && step.External {
		return retriers
	}
	if step.Writes {
		return append(retriers, serviceRetrier(5, task.LambdaTooManyRequests))
	}
	return append(retriers, serviceRetrier(3,
		task.LambdaServiceException, task.LambdaAWSException, task.LambdaSdkException, task.LambdaTooManyRequests))
}

func serviceRetrier(attempts int, errors ...string) asl.Retrier {
	return asl.Retrier{ErrorEquals: errors, IntervalSeconds: new(1), MaxAttempts: &attempts, BackoffRate: new(2.0), JitterStrategy: "FULL"}
}

func authorRetriers(retries ir.Native) []asl.Retrier {
	retriers := make([]asl.Retrier, 0, len(retries)+1)
	for _, retry := range retries {
		retriers = append(retriers, authorRetrier(retry))
	}
	return retriers
}

// authorRetrier leaves out what the source does not say, except that no attempts at all is said by 0.
func authorRetrier(retry ir.Retrier) asl.Retrier {
	retrier := asl.Retrier{ErrorEquals: ir.ErrorEquals(retry.Errors), MaxAttempts: new(retry.MaxAttempts)}
	if retry.IntervalSeconds > 0 {
		retrier.IntervalSeconds = new(retry.IntervalSeconds)
	}
	if retry.BackoffRate > 0 {
		retrier.BackoffRate = new(retry.BackoffRate)
	}
	if retry.MaxDelaySeconds > 0 {
		retrier.MaxDelaySeconds = new(retry.MaxDelaySeconds)
	}
	if retry.Jitter {
		retrier.JitterStrategy = "FULL"
	}
	return retrier
}

// catchers gives the Catch of a state and the states of the handlers. After a handler the step after the call follows.
func (l *lowering) catchers(handlers []ir.Handler, at place) ([]asl.Catcher, []named) {
	var catchers []asl.Catcher
	var states []named
	for _, handler := range handlers {
		entry, inside := l.steps(handler.Body, at)
		catchers = append(catchers, asl.Catcher{
			ErrorEquals: ir.ErrorEquals(handler.Errors),
			Assign:      l.assign(handler.Assign, at.scope),
			Next:        l.goTo(entry, at),
		})
		states = append(states, inside...)
	}
	return catchers, states
}
