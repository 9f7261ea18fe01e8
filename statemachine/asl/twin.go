package asl

import (
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// A machine may mix the query languages state by state. A Pass or Task state in JSONPath mode is read as its twin in JSONata mode, as long as its
// paths are plain references ($.a.b[0], $$.Execution.Id, $variable.x): the model knows JSONata mode only. What has no twin is refused.

// twin makes the twin of a state in JSONPath mode.
type twin struct {
	fields
	out    *jsonata.Object
	result jsonata.Node // what ResultPath, OutputPath and Assign begin with
}

// needsTwin tells that a Pass or Task state is in JSONPath mode and has fields that are read there.
func (d *decoder) needsTwin(f fields, kind string) bool {
	language := f.text("QueryLanguage")
	if language == "" {
		language = d.language
	}
	return language != JSONata && (kind == "Task" || kind == "Pass" && !neutralJSONPath(f.object, kind))
}

func (d *decoder) twin(f fields, kind string) fields {
	t := &twin{fields: f, out: jsonata.NewObject()}
	t.out.Set("QueryLanguage", JSONata)
	for name, v := range f.object.All() {
		switch name {
		case "Type", "Comment", "Resource", "Retry", "Catch", "TimeoutSeconds", "HeartbeatSeconds", "Next", "End":
			t.out.Set(name, v)
		case "QueryLanguage", "Parameters", "Result", "ResultSelector", "ResultPath", "InputPath", "OutputPath", "Assign":
		default:
			d.fail(join(f.pointer, name), "the field belongs to JSONPath mode, which is not supported")
		}
	}
	input := t.path("InputPath", statesField("input"), statesField("input"))
	if kind == "Task" {
		t.arguments(input)
		t.result = t.template("ResultSelector", statesField("result"), statesField("result"))
	} else {
		t.result = t.template("Parameters", input, input)
		if v, ok := f.object.Get("Result"); ok {
			t.result = t.literal(v, nil)
		}
	}
	t.output(kind)
	t.assign()
	return fields{d, f.pointer, t.out}
}

func statesField(name string) jsonata.Node {
	return build.Path(build.Var("states"), name)
}

func (t *twin) arguments(input jsonata.Node) {
	if v, ok := t.object.Get("Parameters"); ok && !hasPaths(v) {
		t.out.Set("Arguments", v)
		return
	}
	t.out.Set("Arguments", Expression(t.template("Parameters", input, input)))
}

// output sets the Output, unless it is what the state hands on anyway.
func (t *twin) output(kind string) {
	_, reads := t.object.Get("OutputPath")
	output := t.path("OutputPath", t.resultPath(), t.resultPath())
	for _, name := range []string{"Parameters", "Result", "ResultSelector", "ResultPath", "InputPath"} {
		_, set := t.object.Get(name)
		reads = reads || set && !(kind == "Task" && name == "Parameters")
	}
	if reads {
		t.out.Set("Output", Expression(output))
	}
}

// resultPath puts the result into the input where ResultPath says.
func (t *twin) resultPath() jsonata.Node {
	v, ok := t.object.Get("ResultPath")
	if !ok {
		return t.result
	}
	if v == nil {
		return statesField("input")
	}
	text, _ := v.(string)
	names, ok := fieldsOf(text)
	if !ok {
		t.d.fail(join(t.pointer, "ResultPath"), "the path has no twin in JSONata mode")
		return t.result
	}
	return insert(statesField("input"), names, t.result)
}

// fieldsOf gives the names of a path that leads from field to field.
func fieldsOf(text string) (names []string, ok bool) {
	path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
	if err != nil || path.Root.Kind != jsonpath.Document {
		return nil, false
	}
	for _, step := range path.Steps {
		child, isChild := step.(*jsonpath.Child)
		if !isChild || len(child.Names) > 1 {
			return nil, false
		}
		names = append(names, child.Names[0])
	}
	return names, true
}

// insert is base with a value at the path of names.
func insert(base jsonata.Node, names []string, value jsonata.Node) jsonata.Node {
	if len(names) == 0 {
		return value
	}
	below := insert(build.Field(base, names[0]), names[1:], value)
	return build.Merge(base, build.Object(build.Of(names[0], below)))
}

func (t *twin) assign() {
	v, ok := t.object.Get("Assign")
	if !ok {
		return
	}
	assign := jsonata.NewObject()
	for name, value := range t.d.object(join(t.pointer, "Assign"), v).All() {
		plain := strings.TrimSuffix(name, ".$")
		if plain == name && !hasPaths(value) {
			assign.Set(name, value)
			continue
		}
		assign.Set(plain, Expression(t.entry(name, value, t.result)))
	}
	t.out.Set("Assign", assign)
}

// path reads a path field: absent it is the default, null is an empty object.
func (t *twin) path(name string, root, absent jsonata.Node) jsonata.Node {
	v, ok := t.object.Get(name)
	if !ok {
		return absent
	}
	if v == nil {
		return build.Object()
	}
	text, _ := v.(string)
	return t.reference(text, root)
}

func (t *twin) template(name string, root, absent jsonata.Node) jsonata.Node {
	v, ok := t.object.Get(name)
	if !ok {
		return absent
	}
	return t.literal(v, root)
}

// literal is a JSON value as an expression. Fields whose names end with .$ are paths that begin with root.
func (t *twin) literal(v any, root jsonata.Node) jsonata.Node {
	switch v := v.(type) {
	case []any:
		items := make([]jsonata.Node, len(v))
		for i, item := range v {
			items[i] = t.literal(item, root)
		}
		return build.List(items...)
	case *jsonata.Object:
		var members []build.Member
		for name, field := range v.All() {
			key := name
			if root != nil {
				key = strings.TrimSuffix(name, ".$")
			}
			members = append(members, build.Of(key, t.entry(name, field, root)))
		}
		return build.Object(members...)
	default:
		return build.Literal(v)
	}
}

// entry is the value of a field of a payload template.
func (t *twin) entry(name string, v any, root jsonata.Node) jsonata.Node {
	if text, ok := v.(string); ok && root != nil && strings.HasSuffix(name, ".$") {
		return t.reference(text, root)
	}
	return t.literal(v, root)
}

// reference is a reference path as an expression.
func (t *twin) reference(text string, root jsonata.Node) jsonata.Node {
	path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
	if err != nil || !path.Reference() {
		t.d.fail(t.pointer, "the path %q has no twin in JSONata mode; set the QueryLanguage to JSONata", text)
		return root
	}
	switch path.Root.Kind {
	case jsonpath.Context:
		root = statesField("context")
	case jsonpath.Variable:
		root = build.Var(path.Root.Name)
	}
	node, _ := path.Expression(root)
	return node
}
