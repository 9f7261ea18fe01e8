package cfn

import (
	"bytes"
	"encoding/json"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// JSON writes a Map, a List or a plain JSON value as indented JSON with its keys in the given order.
func JSON(value Value) ([]byte, error) {
	compact, err := jsonata.Encode(Data(value))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// Data turns template values without intrinsic functions into JSON values.
func Data(value Value) any {
	switch value := value.(type) {
	case Map:
		object := jsonata.NewObject()
		for _, entry := range value {
			object.Set(entry.Key, Data(entry.Value))
		}
		return object
	case List:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = Data(item)
		}
		return items
	case Text:
		return string(value)
	case int:
		return float64(value)
	}
	return value
}
