package local

import (
	"encoding/base64"
	"encoding/json"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// clientContext is what a task hands over beside the payload (Lambda API, "Invoke"): JSON, "" where there is none that Lambda would take.
func clientContext(t engine.Task) string {
	arguments, ok := t.Arguments.(*jsonata.Object)
	if !ok {
		return ""
	}
	given, _ := arguments.Get("ClientContext")
	encoded, _ := given.(string)
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !json.Valid(text) {
		return ""
	}
	return string(text)
}

// callerIn is on whose behalf a task calls a function.
func callerIn(t engine.Task) task.Caller {
	var context struct {
		Custom map[string]string `json:"custom"`
	}
	if json.Unmarshal([]byte(clientContext(t)), &context) != nil {
		return task.Caller{}
	}
	return task.ReadCaller(context.Custom)
}
