package asl

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// field is a field that an object may have, and the check of its value.
type field struct {
	name  string
	check func(c *checker, p place, v any)
}

// fields checks the fields of an object. Those that are not listed are refused: other are fields that the object has in the other query language.
func (c *checker) fields(p place, object *jsonata.Object, allowed []field, other ...string) {
	for name, v := range object.All() {
		i := slices.IndexFunc(allowed, func(f field) bool { return f.name == name })
		switch {
		case i >= 0 && isFilledIn(v):
		case i >= 0:
			allowed[i].check(c, p.at(name), v)
		case slices.Contains(other, name):
			c.otherLanguage(p, name)
		default:
			c.schema(p.position, "Field '%s' is not supported", name)
		}
	}
}

func (c *checker) otherLanguage(p place, name string) {
	languages := []any{JSONata, name, JSONPath}
	if p.language == JSONPath {
		slices.Reverse(languages)
	}
	c.schema(p.position, "The QueryLanguage is set to '%s', but field '%s' is only supported for the '%s' QueryLanguage", languages...)
}

// stateFields are the fields of a state type in JSONata mode beside Type, Comment and QueryLanguage, and those of them that must be there. An
// unknown type has none. It is one flat switch.
func stateFields(kind string) (allowed []field, required []string) {
	goingOn := []field{{"Next", isText}, {"End", isBool}}
	leaving := append([]field{{"Output", isData}, {"Assign", isAssign}}, goingOn...)
	working := append([]field{{"Output", isResultData}, {"Assign", isResultAssign}, {"Retry", isRetry}, {"Catch", isCatch}}, goingOn...)
	switch kind {
	case "Pass":
		return leaving, nil
	case "Task":
		return append([]field{{"Resource", isResource}, {"Arguments", isData}, {"Credentials", isCredentials},
			{"TimeoutSeconds", wholeOrExpression(1, maxSeconds)}, {"HeartbeatSeconds", wholeOrExpression(1, maxSeconds)}}, working...), []string{"Resource"}
	case "Choice":
		return []field{{"Choices", isChoices}, {"Default", isText}, {"Output", isData}, {"Assign", isAssign}}, []string{"Choices"}
	case "Wait":
		return append([]field{{"Seconds", wholeOrExpression(0, maxSeconds)}, {"Timestamp", isTimestamp}}, leaving...), nil
	case "Succeed":
		return []field{{"Output", isData}}, nil
	case "Fail":
		return []field{{"Error", isTextOrExpression}, {"Cause", isTextOrExpression}}, nil
	case "Parallel":
		return append([]field{{"Arguments", isData}, {"Branches", isBranches}}, working...), []string{"Branches"}
	case "Map":
		return append(mapStateFields(), working...), nil
	default:
		return nil, nil
	}
}

func mapStateFields() []field {
	return []field{
		{"Label", isLabel}, {"Items", isItems}, {"ItemReader", isItemReader}, {"ItemSelector", isData}, {"ItemBatcher", isItemBatcher},
		{"MaxConcurrency", wholeOrExpression(0, maxInteger)}, {"ToleratedFailureCount", wholeOrExpression(0, maxInteger)},
		{"ToleratedFailurePercentage", numberOrExpression(0, 100)}, {"ItemProcessor", isItemProcessor}, {"ResultWriter", isResultWriter},
	}
}

// combinations checks what several fields of a state mean together.
func (c *checker) combinations(p place, kind string) {
	has := func(name string) bool { _, ok := p.state.Get(name); return ok }
	for _, names := range alternatives(kind, p.language) {
		c.atMostOne(p.position, p.state, names...)
	}
	switch kind {
	case "Wait":
		c.exactlyOne(p.position, p.state, waitingFields(p.language)...)
	case "Task":
		timeout, _ := p.state.Get("TimeoutSeconds")
		heartbeat, _ := p.state.Get("HeartbeatSeconds")
		limit, limited := jsonata.Float(timeout)
		if beat, ok := jsonata.Float(heartbeat); ok && limited && beat >= limit {
			c.schema(p.position.at("HeartbeatSeconds"), "HeartbeatSeconds must be smaller than TimeoutSeconds")
		}
		resource, _ := p.state.Get("Resource")
		if arn, _ := resource.(string); has("Credentials") && ParseResource(arn).Kind == ActivityResource {
			c.schema(p.position.at("Credentials"), "The field 'Credentials' is not supported for activities")
		}
	case "Map":
		c.exactlyOne(p.position, p.state, "ItemProcessor", "Iterator")
		c.distribution(p)
	}
}

// waitingFields are the fields of which a Wait has one, in the order that the service names them.
func waitingFields(language string) []string {
	if language == JSONPath {
		return []string{"SecondsPath", "Seconds", "TimestampPath", "Timestamp"}
	}
	return []string{"Seconds", "Timestamp"}
}

// mistyped refuses a value of the wrong type. The service names types as Jackson does.
func (c *checker) mistyped(at position, types string) {
	c.schema(at, "Expected value of type [%s]", types)
}

func isText(c *checker, p place, v any) {
	if _, ok := v.(string); !ok {
		c.mistyped(p.position, "STRING")
	}
}

func isBool(c *checker, p place, v any) {
	if _, ok := v.(bool); !ok {
		c.mistyped(p.position, "BOOLEAN")
	}
}

func isObject(c *checker, p place, v any) {
	if _, ok := v.(*jsonata.Object); !ok {
		c.mistyped(p.position, "OBJECT")
	}
}

func isQueryLanguage(c *checker, p place, v any) { oneOf(JSONPath, JSONata)(c, p, v) }

func oneOf(values ...string) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		switch text, ok := v.(string); {
		case !ok:
			c.mistyped(p.position, "STRING")
		case !slices.Contains(values, text):
			c.schema(p.position, "Value should be one of the following: [%s]", strings.Join(values, ", "))
		}
	}
}

func numberBetween(low, high float64, whole bool) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		n, ok := jsonata.Float(v)
		_, integer := jsonata.Integer(v)
		switch {
		case !ok:
			c.mistyped(p.position, "NUMBER")
		case whole && !integer:
			c.mistyped(p.position, "INTEGER")
		case n < low:
			c.schema(p.position, "Minimum value is %.0f", low)
		case n > high:
			c.schema(p.position, "Maximum value is %.0f", high)
		}
	}
}

func wholeBetween(low, high float64) func(*checker, place, any) {
	return numberBetween(low, high, true)
}

// orExpression lets a field be an expression, too.
func orExpression(constant func(*checker, place, any)) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		if text, ok := v.(string); ok && isDelimited(text) {
			c.expression(p, text)
			return
		}
		constant(c, p, v)
	}
}

func wholeOrExpression(low, high float64) func(*checker, place, any) {
	return orExpression(wholeBetween(low, high))
}

func numberOrExpression(low, high float64) func(*checker, place, any) {
	return orExpression(numberBetween(low, high, false))
}

func isTextOrExpression(c *checker, p place, v any) { orExpression(isText)(c, p, v) }

func isTimestamp(c *checker, p place, v any) {
	orExpression(isRFC3339)(c, p, v)
}

func isRFC3339(c *checker, p place, v any) {
	text, ok := v.(string)
	if !ok {
		c.mistyped(p.position, "STRING")
		return
	}
	if _, err := time.Parse(time.RFC3339Nano, text); err != nil && !isSubstituted(text) {
		c.schema(p.position, "String does not match RFC3339 timestamp")
	}
}

func isItems(c *checker, p place, v any) {
	switch v := v.(type) {
	case []any, *jsonata.Object:
		isData(c, p, v)
	default:
		orExpression(func(c *checker, p place, _ any) {
			c.mistyped(p.position, "ARRAY, OBJECT, STRING")
		})(c, p, v)
	}
}

// isData checks JSON data whose strings may be expressions.
func isData(c *checker, p place, v any) {
	switch v := v.(type) {
	case string:
		if isDelimited(v) {
			c.expression(p, v)
		}
	case []any:
		for i, item := range v {
			isData(c, p.index(i), item)
		}
	case *jsonata.Object:
		for key, value := range v.All() {
			if isDelimited(key) {
				c.warn(NoEffect, p.at(key).position, "The name of a field is no JSONata expression: it stays as it is")
			}
			isData(c, p.at(key), value)
		}
	}
}

func isResultData(c *checker, p place, v any) {
	p.result = true
	isData(c, p, v)
}

func isResultAssign(c *checker, p place, v any) {
	p.result = true
	isAssign(c, p, v)
}

func isAssign(c *checker, p place, v any) {
	object, ok := v.(*jsonata.Object)
	if !ok {
		c.mistyped(p.position, "OBJECT")
		return
	}
	for name, value := range object.All() {
		c.variableName(p.at(name), name)
		isData(c, p.at(name), value)
	}
}

func isCredentials(c *checker, p place, v any) {
	object, ok := v.(*jsonata.Object)
	if text, _ := v.(string); !ok && !isDelimited(text) {
		c.mistyped(p.position, "OBJECT")
		return
	}
	if ok {
		c.requiredHere(p.position, object, "RoleArn")
	}
	isData(c, p, v)
}

// requiredHere refuses the absence of a field of data that a service reads.
func (c *checker) requiredHere(at position, object *jsonata.Object, name string) {
	if _, ok := object.Get(name); !ok {
		c.schema(at, "The field '%s' is required but was missing", name)
	}
}

func isLabel(c *checker, p place, v any) {
	label, ok := v.(string)
	switch {
	case !ok:
		c.mistyped(p.position, "STRING")
	case utf8.RuneCountInString(label) > maxLabel:
		c.problem(InvalidLabelName, p.position, "The label '%s' exceeds the %d-character limit allowed by the service", label, maxLabel)
	case label == "" || strings.ContainsFunc(label, forbidden) && !isSubstituted(label):
		c.problem(InvalidLabelName, p.position, "A Label has no white space, control characters and ? * < > { } [ ] : ; , \\ | ^ ~ $ # %% & ` \"")
	case c.labels[label]:
		c.problem(DuplicateLabelName, p.position, "Duplicate Label name: %s", label)
	}
	c.labels[label] = true
}

func forbidden(r rune) bool {
	return r <= 0x20 || r >= 0x7f && r <= 0x9f || strings.ContainsRune("?*<>{}[]:;,\\|^~$#%&`\"", r)
}
