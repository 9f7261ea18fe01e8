package asl

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// This file knows which fields states have in JSONPath mode. Their values are checked in check_path.go, choice rules in check_rules.go.

// jsonPathFields are the fields of a state type in JSONPath mode beside Type, Comment and QueryLanguage, and those of them that must be there. An
// unknown type has none. It is one flat switch.
func jsonPathFields(kind string) (allowed []field, required []string) {
	goingOn := []field{{"Next", isText}, {"End", isBool}}
	inOut := []field{{"InputPath", orNull(isPath)}, {"OutputPath", orNull(isPath)}}
	leaving := append(slices.Concat(inOut, goingOn), field{"Assign", isTemplateAssign})
	working := append(slices.Clip(leaving), field{"Parameters", isTemplate}, field{"ResultSelector", isTemplate}, field{"ResultPath", orNull(isResultPath)},
		field{"Retry", isRetry}, field{"Catch", isCatch})
	switch kind {
	case "Pass":
		return append(leaving, field{"Parameters", isTemplate}, field{"Result", isResult}, field{"ResultPath", orNull(isResultPath)}), nil
	case "Task":
		return append(working, field{"Resource", isResource}, field{"Credentials", isCredentialsTemplate},
			field{"TimeoutSeconds", wholeBetween(1, maxSeconds)}, field{"TimeoutSecondsPath", isPath},
			field{"HeartbeatSeconds", wholeBetween(1, maxSeconds)}, field{"HeartbeatSecondsPath", isPath}), []string{"Resource"}
	case "Choice":
		return append(inOut, field{"Choices", isTests}, field{"Default", isText}, field{"Assign", isTemplateAssign}), []string{"Choices"}
	case "Wait":
		return append(leaving, field{"Seconds", wholeBetween(0, maxSeconds)}, field{"SecondsPath", isPath},
			field{"Timestamp", isRFC3339}, field{"TimestampPath", isPath}), nil
	case "Succeed":
		return inOut, nil
	case "Fail":
		return []field{{"Error", isText}, {"ErrorPath", isPathOrIntrinsic}, {"Cause", isText}, {"CausePath", isPathOrIntrinsic}}, nil
	case "Parallel":
		return append(working, field{"Branches", isBranches}), []string{"Branches"}
	case "Map":
		return append(working, jsonPathMapFields()...), nil
	default:
		return nil, nil
	}
}

func jsonPathMapFields() []field {
	return []field{
		{"Label", isLabel}, {"ItemsPath", isReferencePath}, {"ItemSelector", isTemplate}, {"ItemReader", isItemReader}, {"ItemBatcher", isItemBatcher},
		{"MaxConcurrency", wholeBetween(0, maxInteger)}, {"MaxConcurrencyPath", isPath},
		{"ToleratedFailureCount", wholeBetween(0, maxInteger)}, {"ToleratedFailureCountPath", isPath},
		{"ToleratedFailurePercentage", numberBetween(0, 100, false)}, {"ToleratedFailurePercentagePath", isPath},
		{"ItemProcessor", isItemProcessor}, {"Iterator", isItemProcessor}, {"ResultWriter", isResultWriter},
	}
}

// languageFields are the fields of a state type in a query language.
func languageFields(kind, language string) (allowed []field, required []string) {
	if language == JSONPath {
		return jsonPathFields(kind)
	}
	return stateFields(kind)
}

// fieldNames are the names of the fields that a state type has in a query language; none for an unknown type.
func fieldNames(kind, language string) []string {
	allowed, _ := languageFields(kind, language)
	if allowed == nil {
		return nil
	}
	var names []string
	for _, f := range append(allowed, stateNames()...) {
		names = append(names, f.name)
	}
	return names
}

// otherNames are the fields that a state type has in the other query language only.
func otherNames(kind, language string) []string {
	other := JSONPath
	if language == JSONPath {
		other = JSONata
	}
	own := fieldNames(kind, language)
	return slices.DeleteFunc(fieldNames(kind, other), func(name string) bool { return slices.Contains(own, name) })
}

// alternatives are the fields of which a state has one at most: a constant and the path to one, and new names and old ones.
func alternatives(kind, language string) [][]string {
	if language != JSONPath {
		return nil
	}
	switch kind {
	case "Task":
		return [][]string{{"TimeoutSeconds", "TimeoutSecondsPath"}, {"HeartbeatSeconds", "HeartbeatSecondsPath"}}
	case "Fail":
		return [][]string{{"Error", "ErrorPath"}, {"Cause", "CausePath"}}
	case "Map":
		return [][]string{{"MaxConcurrency", "MaxConcurrencyPath"}, {"ToleratedFailureCount", "ToleratedFailureCountPath"},
			{"ToleratedFailurePercentage", "ToleratedFailurePercentagePath"}, {"ItemSelector", "Parameters"}}
	}
	return nil
}

// atMostOne refuses more than one of some fields.
func (c *checker) atMostOne(at position, object *jsonata.Object, names ...string) {
	if count(object, names) > 1 {
		c.schema(at, "There should only be one of the following fields: [%s]", strings.Join(names, ", "))
	}
}

// exactlyOne refuses more or less than one of some fields.
func (c *checker) exactlyOne(at position, object *jsonata.Object, names ...string) {
	if count(object, names) == 0 {
		c.schema(at, "This object should have only one of the following fields: [%s]", strings.Join(names, ", "))
	}
	c.atMostOne(at, object, names...)
}

func count(object *jsonata.Object, names []string) int {
	n := 0
	for _, name := range names {
		if _, ok := object.Get(name); ok {
			n++
		}
	}
	return n
}
