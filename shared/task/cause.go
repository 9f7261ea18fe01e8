package task

import (
	"encoding/json"
	"regexp"
	"strings"
)

// deepest bounds how many texts of failures are looked for inside of each other.
const deepest = 16

// FromCause gives the innermost failure of a Cause whose Error is name, with its message as one plain text. A Cause is the text of a failure, or
// wraps one: the JSON of a Lambda error response (see [Error.Cause]), of a failed nested execution or of a caught error, or the sentence that Step
// Functions puts around what an expression says.
func FromCause(name, cause string) *Error {
	failure := &Error{Name: name, Message: cause}
	for range deepest {
		inner := unwrapped(failure)
		if inner == nil {
			break
		}
		failure = inner
	}
	return failure
}

// unwrapped gives the failure inside of one, nil when there is none.
func unwrapped(failure *Error) *Error {
	var wrapper struct {
		ErrorMessage string `json:"errorMessage"`
		Error        string `json:"Error"`
		Cause        string `json:"Cause"`
	}
	switch err := json.Unmarshal([]byte(failure.Message), &wrapper); {
	case err == nil && wrapper.ErrorMessage != "":
		return FromWire(failure.Name, wrapper.ErrorMessage)
	case err == nil && wrapper.Error+wrapper.Cause != "":
		return &Error{Name: wrapper.Error, Message: wrapper.Cause}
	}
	if wire := FromWire(failure.Name, failure.Message); wire.Detail != nil {
		return wire
	}
	if text := plain(failure.Message); text != failure.Message {
		return &Error{Name: failure.Name, Message: text, Detail: failure.Detail}
	}
	return nil
}

// plain takes away what Step Functions writes around a message: the state, the expression and where it stands.
func plain(text string) string {
	text = regexp.MustCompile(`^An error occurred while executing the state '(?s:.*?)' \(entered at the event id #[0-9]+\)\. `).ReplaceAllString(text, "")
	about := regexp.MustCompile(`^The JSONata expression '(?s:.*)' specified for the field '([^']*)' (?s:(.*))$`).FindStringSubmatch(text)
	if about == nil {
		return text
	}
	if thrown, ok := strings.CutPrefix(about[2], "threw an error during evaluation. "); ok {
		return strings.TrimPrefix(thrown, "D3137: ") // what $error was given
	}
	return "the expression for " + about[1] + " " + about[2]
}

// StateOf is the state that a Cause names as the one that was executed, "" when it names none.
func StateOf(cause string) string {
	found := regexp.MustCompile(`^An error occurred while executing the state '((?s:.*?))' \(entered at the event id #[0-9]+\)\. `).FindStringSubmatch(cause)
	if found == nil {
		return ""
	}
	return found[1]
}
