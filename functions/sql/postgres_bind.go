package sql

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/task"
)

// pgValues writes the arguments as text, each as its parameter's type reads it.
func pgValues(arguments []any, types pgTypes, oids []uint32) ([][]byte, error) {
	values := make([][]byte, len(arguments))
	for i, argument := range arguments {
		if argument == nil {
			continue
		}
		text, err := pgInput(argument, types, oids[i])
		if err != nil {
			return nil, failure(task.SqlData, fmt.Sprintf("parameter %d: %v", i+1, err), "")
		}
		values[i] = []byte(text)
	}
	return values, nil
}

func pgInput(argument any, types pgTypes, oid uint32) (string, error) {
	if element, ok := types.element(oid); ok {
		return pgArrayInput(argument, types.base(element))
	}
	return pgScalar(argument, types.base(oid)), nil
}

func pgScalar(argument any, oid uint32) string {
	switch v := argument.(type) {
	case bool:
		return boolText(v, oid)
	case json.Number:
		return v.String()
	case document:
		return string(v)
	case string:
		return v
	}
	return ""
}

func boolText(value bool, oid uint32) string {
	switch {
	case isInteger(oid) && value:
		return "1"
	case isInteger(oid):
		return "0"
	case value:
		return "true"
	}
	return "false"
}

// pgArrayInput writes an array (PostgreSQL §8.15.2). A list gives its elements, and so does a text that is a list in JSON; a text in
// PostgreSQL's own form stays; any other value is the only element, for who sends one value often means a list of one.
func pgArrayInput(argument any, element uint32) (string, error) {
	switch v := argument.(type) {
	case document:
		return pgArrayOf(string(v), element)
	case string:
		switch {
		case strings.HasPrefix(v, "[") && json.Valid([]byte(v)):
			return pgArrayOf(v, element)
		case strings.HasPrefix(v, "{"), strings.HasPrefix(v, "["):
			return v, nil
		}
	}
	return "{" + pgQuote(pgScalar(argument, element)) + "}", nil
}

func pgArrayOf(text string, element uint32) (string, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	list, ok := value.([]any)
	if !ok {
		return "", errors.New("it is an object, and the statement expects an array, which takes a list")
	}
	var out strings.Builder
	err := pgWriteArray(&out, list, element)
	return out.String(), err
}

func pgWriteArray(out *strings.Builder, list []any, element uint32) error {
	out.WriteByte('{')
	for i, item := range list {
		if i > 0 {
			out.WriteByte(pgDelimiter(element))
		}
		if err := pgWriteItem(out, item, element); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}

func pgWriteItem(out *strings.Builder, item any, element uint32) error {
	list, isList := item.([]any)
	switch {
	case item == nil:
		out.WriteString("NULL")
		return nil
	case isList && !isJSON(element):
		return pgWriteArray(out, list, element)
	}
	text := pgScalar(item, element)
	if _, isObject := item.(map[string]any); isObject || isJSON(element) {
		encoded, err := format.EncodeJSON(item)
		if err != nil {
			return err
		}
		text = string(encoded)
	}
	out.WriteString(pgQuote(text))
	return nil
}

func pgQuote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

func isJSON(oid uint32) bool { return oid == oidJSON || oid == oidJSONB }

// pgDelimiter stands between the elements of an array: a semicolon between boxes, which have commas.
func pgDelimiter(element uint32) byte {
	if element == oidBox {
		return ';'
	}
	return ','
}
