package asl

import (
	"strings"

	"github.com/steploom/steploom/statemachine/intrinsic"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// This file checks what JSONPath mode reads: paths, reference paths, intrinsic functions and payload templates.

// orNull lets a field be null, too.
func orNull(check func(*checker, place, any)) func(*checker, place, any) {
	return func(c *checker, p place, v any) {
		if v != nil {
			check(c, p, v)
		}
	}
}

// isPath checks a field that holds a path. What deployment fills in may be any.
func isPath(c *checker, p place, v any) {
	if text, ok := c.pathText(p, v); ok && !c.path(p, text) {
		c.schema(p.position, "Value must be a valid JSONPath.")
	}
}

func isPathOrIntrinsic(c *checker, p place, v any) {
	if text, ok := c.pathText(p, v); ok && !c.pathOrIntrinsic(p, text) {
		c.schema(p.position, "Value must be a valid JSONPath.")
	}
}

// pathText is the text of a field that holds a path, and whether it is to be looked at.
func (c *checker) pathText(p place, v any) (string, bool) {
	text, ok := v.(string)
	if !ok {
		c.mistyped(p.position, "STRING")
	}
	return text, ok && !isSubstituted(text)
}

// path reports whether a text is a path, and looks at the variable that it begins with.
func (c *checker) path(p place, text string) bool {
	path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
	if err == nil {
		c.pathVariable(p, path)
	}
	return err == nil
}

func (c *checker) pathVariable(p place, path *jsonpath.Path) {
	if name := path.Root.Name; path.Root.Kind == jsonpath.Variable && !p.scope.assigned(name) {
		c.warn(UnassignedVariable, p.position, "The variable '$%s' is never assigned: reading it fails.", name)
	}
}

// callVariables looks at the variables that a call of an intrinsic function reads.
func (c *checker) callVariables(p place, call *intrinsic.Call) {
	for _, argument := range call.Arguments {
		switch argument := argument.(type) {
		case *intrinsic.Call:
			c.callVariables(p, argument)
		case *intrinsic.Path:
			c.pathVariable(p, argument.Path)
		}
	}
}

// isReferencePath checks a field that names one place (States Language, "Reference Paths").
func isReferencePath(c *checker, p place, v any) {
	text, ok := c.pathText(p, v)
	if !ok {
		return
	}
	if path, reason := reference(text); reason != "" {
		c.schema(p.position, "Value is not a Reference Path: %s", reason)
	} else {
		c.pathVariable(p, path)
	}
}

// isResultPath checks a field that names a place in the input of the state: one of the context object or of a variable is none.
func isResultPath(c *checker, p place, v any) {
	text, ok := c.pathText(p, v)
	if !ok {
		return
	}
	path, reason := reference(text)
	if reason == "" && path.Root.Kind != jsonpath.Document {
		reason = "it must begin with '$.' or '$['"
	}
	if reason != "" {
		c.schema(p.position, "Value is not a Reference Path: %s", reason)
	}
}

// reference is a text as a reference path, and why it is none.
func reference(text string) (path *jsonpath.Path, reason string) {
	if !strings.HasPrefix(text, "$") {
		return nil, "Reference path didn't start with '$'"
	}
	path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
	switch {
	case err != nil:
		return nil, err.Error()
	case !path.Reference():
		return nil, "it can lead to more than one place"
	}
	return path, ""
}

// isTemplate checks a payload template: data in which the fields whose names end in .$ are paths or intrinsic functions.
func isTemplate(c *checker, p place, v any) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			isTemplate(c, p.index(i), item)
		}
	case *jsonata.Object:
		for name, field := range v.All() {
			c.templateField(p, v, name, field)
		}
	}
}

func (c *checker) templateField(p place, object *jsonata.Object, name string, v any) {
	plain, computed := strings.CutSuffix(name, ".$")
	if !computed {
		isTemplate(c, p.at(name), v)
		c.looksComputed(p.at(name).position, name, v)
		return
	}
	if _, twice := object.Get(plain); twice {
		c.schema(p.position, "The field '%s' stands twice: as '%s', too", plain, name)
	}
	text, ok := v.(string)
	if !ok || !isSubstituted(text) && !c.pathOrIntrinsic(p.at(name), text) {
		c.schema(p.position, "The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", name)
	}
}

// looksComputed warns about a text that is a path or a call of an intrinsic function, but stays as it is.
func (c *checker) looksComputed(at position, name string, v any) {
	text, _ := v.(string)
	if strings.HasPrefix(text, "$.") || strings.HasPrefix(text, "$$.") || intrinsic.Is(text) && strings.HasSuffix(text, ")") {
		c.warn(NoDollar, at, "The value looks like a path or an intrinsic function and stays as it is: the name of a field that is computed ends in .$, as in '%s.$'", name)
	}
}

// isResult checks the Result of a Pass, which may be anything.
func isResult(c *checker, p place, v any) {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "$.") || strings.HasPrefix(v, "$$.") {
			c.warn(PassResultIsStatic, p.position, "The Result of a Pass stays as it is: a path is read in Parameters")
		}
	case []any:
		for i, item := range v {
			isResult(c, p.index(i), item)
		}
	case *jsonata.Object:
		for name, field := range v.All() {
			isResult(c, p.at(name), field)
		}
	}
}

func isTemplateAssign(c *checker, p place, v any) {
	object, ok := v.(*jsonata.Object)
	if !ok {
		c.mistyped(p.position, "OBJECT")
		return
	}
	for name := range object.All() {
		c.variableName(p.at(name), strings.TrimSuffix(name, ".$"))
	}
	isTemplate(c, p, v)
}

func isCredentialsTemplate(c *checker, p place, v any) {
	object, ok := v.(*jsonata.Object)
	if !ok {
		c.mistyped(p.position, "OBJECT")
		return
	}
	if _, computed := object.Get("RoleArn.$"); !computed {
		c.requiredHere(p.position, object, "RoleArn")
	}
	isTemplate(c, p, v)
}

// pathOrIntrinsic reports whether a text is a path or a call of an intrinsic function.
func (c *checker) pathOrIntrinsic(p place, text string) bool {
	if !intrinsic.Is(text) {
		return c.path(p, text)
	}
	call, err := intrinsic.Parse(text)
	if err != nil {
		return false
	}
	c.callVariables(p, call)
	if failure := call.Fails(); failure != nil && !isSubstituted(text) {
		c.warn(FailingCall, p.position, "Fails whenever it is reached: %s", failure.Reason)
	}
	return true
}
