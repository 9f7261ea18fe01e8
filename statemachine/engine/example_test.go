package engine_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/steploom/steploom/statemachine/engine"
)

// A machine with one function, which the program supplies.
func Example() {
	program, err := engine.PrepareJSON([]byte(`{
		"QueryLanguage": "JSONata",
		"StartAt": "Greet",
		"States": {
			"Greet": {
				"Type": "Task",
				"Resource": "arn:aws:states:::lambda:invoke",
				"Arguments": {"FunctionName": "shout", "Payload": "{% $states.input.name %}"},
				"Output": {"greeting": "{% 'Hello ' & $states.result.Payload %}"},
				"End": true
			}
		}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	host := engine.Host{Invoker: engine.InvokerFunc(func(_ context.Context, task engine.Task) (any, error) {
		if task.FunctionName != "shout" {
			return nil, &engine.TaskError{Name: "Lambda.ResourceNotFoundException", Cause: task.FunctionName}
		}
		return strings.ToUpper(fmt.Sprint(task.Payload)), nil
	})}
	result := engine.Run(context.Background(), program, map[string]any{"name": "world"}, host, engine.Options{})
	fmt.Println(result.Status)
	for _, event := range result.History {
		fmt.Println(event.ID, event.Type)
	}
	// Output:
	// SUCCEEDED
	// 1 ExecutionStarted
	// 2 TaskStateEntered
	// 3 TaskScheduled
	// 4 TaskStarted
	// 5 TaskSucceeded
	// 6 TaskStateExited
	// 7 ExecutionSucceeded
}
