package schema

import (
	"context"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// other reads a keyword that holds no schema.
func (r *schemaReader) other(s *Schema, node *source.Node, entry source.Entry) {
	name, value := entry.Name, entry.Value
	switch {
	case slices.Contains(r.Beside, name) || isDocumentation(name):
		if name == "readOnly" {
			s.ReadOnly, _ = value.Bool()
		}
	case strings.HasPrefix(name, "exclusive") || name == "minimum" || name == "maximum":
		r.bound(s, node, entry)
	case name == "format":
		r.format(s, value)
	case slices.Contains(unenforced(), name):
		entry.Key.Report(report.Error(codeUnenforced, entry.Key.Range, "%s is not enforced", name).
			Why("Requests that break it would be accepted.").
			Fix("say it with other keywords, or delete it and refuse such values in the workflow"))
	default:
		row, known := keywordNamed(name)
		if !known {
			r.unknown(entry)
			return
		}
		if literal, ok := r.limit(s, row, value); ok {
			s.Constraints = append(s.Constraints, Constraint{name, literal})
		}
	}
}

// isDocumentation tells of the keywords that say nothing about which values fit.
func isDocumentation(name string) bool {
	return strings.HasPrefix(name, "x-") || slices.Contains([]string{
		"title", "description", "summary", "example", "examples", "externalDocs", "deprecated", "xml", "discriminator", "readOnly", "writeOnly",
		"$comment", "$schema", "$id", "$anchor", "$defs", "definitions", "contentMediaType", "contentEncoding",
	}, name)
}

// unenforced are the keywords of JSON Schema that this package knows and does not check.
func unenforced() []string {
	return []string{
		"if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames", "dependentRequired",
		"dependentSchemas", "dependencies", "unevaluatedItems", "unevaluatedProperties", "additionalItems", "$dynamicRef", "contentSchema",
	}
}

// unknown reports a key that is no keyword.
func (r *schemaReader) unknown(entry source.Entry) {
	known := append([]string{
		"type", "nullable", "required", "default", "properties", "additionalProperties", "items", "allOf", "anyOf", "oneOf", "not", "const",
	}, r.Beside...)
	for _, row := range keywords() {
		known = append(known, row.name)
	}
	entry.Key.Report(report.Warning(codeNoEffect, entry.Key.Range, "%q is no keyword of a schema, and has no effect", entry.Name).
		Fix("%s", source.DidYouMean(entry.Name, known)))
}

// limit reads the value of a constraint, reporting what cannot be one.
func (r *schemaReader) limit(s *Schema, row keyword, node *source.Node) (any, bool) {
	switch row.name {
	case "enum":
		return r.choices(s, node)
	case "pattern":
		text, ok := node.Str()
		if _, err := Regex(text); err != nil {
			node.Report(report.Error(codePattern, node.Range, "the pattern cannot be enforced: %s", err).
				Why("It would have to mean the same to JSONata on this machine and in Step Functions.").
				Fix("write it with classes, groups, quantifiers and look-aheads only"))
			return nil, false
		}
		return text, ok && text != ""
	case "uniqueItems":
		value, ok := node.Bool()
		return value, ok && value
	case "multipleOf":
		value, ok := r.number(node)
		if number, _ := jsonata.Float(value); ok && number <= 0 {
			node.Report(report.Error(codeKeyword, node.Range, "multipleOf must be more than 0"))
			return nil, false
		}
		return value, ok
	}
	count, ok := node.Int()
	if ok && count < 0 {
		node.Report(report.Error(codeKeyword, node.Range, "%s must not be less than 0", row.name))
		return nil, false
	}
	return float64(count), ok
}

func (r *schemaReader) choices(s *Schema, node *source.Node) (any, bool) {
	choices, seen := []any{}, map[string]bool{}
	for _, item := range node.List("values") {
		choice := r.literal(s, item)
		if text := jsonata.Print(build.Literal(choice)); !seen[text] {
			choices, seen[text] = append(choices, choice), true
		}
	}
	if len(choices) == 0 {
		node.Report(report.Error(codeKeyword, node.Range, "enum lists no value, so that nothing fits"))
	}
	return choices, len(choices) > 0
}

// number reads a JSON number; a whole one beyond what a float64 holds keeps its digits.
func (r *schemaReader) number(node *source.Node) (any, bool) {
	literal, _ := node.Literal()
	switch literal.(type) {
	case float64, int64:
		return literal, true
	}
	node.Number() // says what is wrong
	return nil, false
}

// bound reads minimum, maximum and the exclusive ones, which OpenAPI 3.0 writes as true and false beside them.
func (r *schemaReader) bound(s *Schema, node *source.Node, entry source.Entry) {
	name, value := entry.Name, entry.Value
	plain, isExclusive := strings.CutPrefix(name, "exclusive")
	plain = strings.ToLower(plain)
	if !slices.Contains([]string{"minimum", "maximum"}, plain) {
		r.unknown(entry)
		return
	}
	if literal, _ := value.Literal(); isExclusive {
		if flag, ok := literal.(bool); ok {
			if flag && node.Get(plain) == nil {
				entry.Key.Report(report.Warning(codeNoEffect, entry.Key.Range, "%s: true has no effect without %s", name, plain))
			}
			return
		}
	}
	limit, ok := r.number(value)
	if !ok {
		return
	}
	if exclusive := node.Get("exclusive" + strings.ToUpper(plain[:1]) + plain[1:]); exclusive != nil && !isExclusive {
		if literal, _ := exclusive.Literal(); literal == true {
			name = "exclusive" + strings.ToUpper(plain[:1]) + plain[1:]
		}
	}
	s.Constraints = append(s.Constraints, Constraint{name, limit})
}

// format reads a format. One that nothing is known of is documentation, which is said.
func (r *schemaReader) format(s *Schema, node *source.Node) {
	name, ok := node.Str()
	if !ok {
		return
	}
	s.Constraints = append(s.Constraints, Constraint{"format", name})
	if _, known := formatNamed(name); known || slices.Contains(documentation(), name) {
		return
	}
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	node.Report(report.Note(codeFormat, node.Range, "the format %q is documentation only, values are not checked against it", name).
		Fix("%s", source.DidYouMean(name, names)))
}

// effects reports constraints that no value of the schema's types can break.
func (r *schemaReader) effects(s *Schema, node *source.Node) {
	if len(s.Types) == 0 {
		return
	}
	s.Constraints = slices.DeleteFunc(s.Constraints, func(one Constraint) bool {
		row, _ := keywordNamed(one.Keyword)
		on := row.on
		if one.Keyword == "format" {
			on = formatType(one.Value)
		}
		idle := on != "" && !slices.Contains(s.Types, on) && !(on == "number" && slices.Contains(s.Types, "integer"))
		at := node.Get(one.Keyword)
		if idle && at != nil {
			at.Report(report.Warning(codeNoEffect, at.Range, "%s has no effect on a value of type %s", one.Keyword, strings.Join(s.Types, " or ")))
		}
		return idle
	})
}

// default_ reads the default, which must fit the schema itself.
func (r *schemaReader) default_(s *Schema, node *source.Node) {
	at := node.Get("default")
	if at == nil {
		return
	}
	s.DefaultOrNil = r.literal(s, at)
	if problem := s.Problem(Subject{Value: build.Literal(s.DefaultOrNil), Name: "the default"}); problem != nil && s.DefaultOrNil != nil {
		if message, ok := evaluated(problem).(string); ok {
			at.Report(report.Error(codeDefault, at.Range, "%s", message).Fix("write a default that fits its own schema"))
			s.DefaultOrNil = nil
		}
	}
}

// evaluated is the value of an expression without variables, nil when it has none.
func evaluated(node jsonata.Node) any {
	compiled, err := jsonata.CompileNode(node)
	if err != nil {
		return nil
	}
	value, err := compiled.Eval(context.Background(), nil, nil)
	if err != nil || jsonata.IsUndefined(value) {
		return nil
	}
	return value
}
