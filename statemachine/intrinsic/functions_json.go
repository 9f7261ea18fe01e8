package intrinsic

import (
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// stringToJSON reads JSON. An empty text is null.
func stringToJSON(a *applied) (any, bool) {
	text, ok := a.text(0)
	if !ok {
		return nil, false
	}
	if strings.Trim(text, " \t\r\n") == "" {
		return nil, true
	}
	value, err := jsonata.Decode([]byte(text))
	return value, err == nil
}

func jsonToString(a *applied) (any, bool) {
	text, err := jsonata.Encode(a.values[0])
	return string(text), err == nil
}

// jsonMerge puts the fields of a second object over those of a first one. There is no deep mode; anything but true asks for a shallow one.
func jsonMerge(a *applied) (any, bool) {
	left, ok1 := a.object(0)
	right, ok2 := a.object(1)
	if !ok1 || !ok2 || a.values[2] == true {
		return nil, false
	}
	merged := jsonata.NewObject()
	for _, object := range []*jsonata.Object{left, right} {
		for name, value := range object.All() {
			merged.Set(name, value)
		}
	}
	return merged, true
}
