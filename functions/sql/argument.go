package sql

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// argumentsOf gives the values to bind: nil, bool, json.Number or string.
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
			arguments[i] = string(text)
		}
	}
	return arguments, nil
}

// driverValue is an argument as database/sql drivers take it: whole numbers as int64, others as float64, those beyond
// either as text.
func driverValue(argument any) any {
	number, ok := argument.(json.Number)
	if !ok {
		return argument
	}
	text := number.String()
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		return whole
	}
	if strings.ContainsAny(text, ".eE") {
		if real, err := number.Float64(); err == nil {
			return real
		}
	}
	return text
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
