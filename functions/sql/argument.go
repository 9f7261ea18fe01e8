package sql

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// document is the JSON text of a list or an object.
type document string

// argumentsOf gives the values to bind: nil, bool, json.Number, string or document.
func argumentsOf(parameters []any) ([]any, error) {
	arguments := make([]any, len(parameters))
	for i, parameter := range parameters {
		switch v := parameter.(type) {
		case nil, bool, string, json.Number:
			arguments[i] = v
		default:
			text, err := format.EncodeJSON(v)
			if err != nil {
				return nil, task.Errorf(task.RequestInvalid, "parameter %d: %v", i+1, err)
			}
			arguments[i] = document(text)
		}
	}
	return arguments, nil
}

// driverValue is an argument as database/sql drivers take it: whole numbers as int64, others as float64, those that would lose
// digits as text.
func driverValue(argument any) any {
	switch v := argument.(type) {
	case document:
		return string(v)
	case json.Number:
		text := v.String()
		if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
			return whole
		}
		if real, err := v.Float64(); err == nil && strings.ContainsAny(text, ".eE") && keepsDigits(text) {
			return real
		}
		return text
	}
	return argument
}

func driverValues(arguments []any) []any {
	values := make([]any, len(arguments))
	for i, argument := range arguments {
		values[i] = driverValue(argument)
	}
	return values
}

func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(count) + " " + noun + "s"
}
