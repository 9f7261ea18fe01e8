package cfn

import "strings"

// Template is a SAM template.
type Template struct {
	// Comment stands at the head of the file.
	Comment     string
	Description string
	Parameters  []Parameter
	Conditions  []Condition
	Resources   []Resource
	Outputs     []Output
}

// Parameter is a value that each stage chooses. A nil Default makes it required.
type Parameter struct {
	Name, Type, Description string
	Default                 Value
	Allowed                 List
	Pattern                 string
	Constraint              string // said when Pattern or Allowed refuses a value
	Min, Max                Value
	// Group is the heading under which the console shows the parameter.
	Group string
}

// IsList tells whether the parameter's value is a list.
func (p Parameter) IsList() bool {
	return p.Type == "CommaDelimitedList" || strings.HasPrefix(p.Type, "List<")
}

// Condition is a named truth about the parameters.
type Condition struct {
	Name string
	Test Value
}

// Resource is a named resource.
type Resource struct {
	Name    string
	Comment string
	// Condition names a condition, "" for always.
	Condition string
	// Keep says whether the resource is left behind when the stack is deleted or the resource replaced.
	Keep Keep
	// DependsOn orders resources that do not refer to each other.
	DependsOn []string
	Body      Body
}

// Keep is the DeletionPolicy of a resource; the zero value deletes it with the stack. What is kept then is kept when it is replaced, too.
type Keep string

// KeepAlways keeps a resource. KeepOnceMade deletes it again when the stack could not be created at all, so that another try finds its name free.
// KeepReplaced leaves the DeletionPolicy open and keeps what is replaced: SAM hands that on to the versions of a function.
const (
	KeepAlways   Keep = "Retain"
	KeepOnceMade Keep = "RetainExceptOnCreate"
	KeepReplaced Keep = "replaced"
)

// Body is the typed part of a resource: one struct per resource type.
type Body interface {
	// Type is the CloudFormation type.
	Type() string
	// Properties are the resource's properties in a fixed order.
	Properties() Map
}

// withMetadata is a Body that has a Metadata section.
type withMetadata interface{ Metadata() Map }

// Output is a value shown after a deployment.
type Output struct {
	Name, Description string
	Value             Value
	Condition         string
}

// resourcesSection is the section of the template that holds the resources.
const resourcesSection = "Resources"

// YAML is the template as a file.
func (t *Template) YAML() ([]byte, error) {
	document := Map{
		{Key: "AWSTemplateFormatVersion", Value: Text("2010-09-09"), Comment: t.Comment},
		{Key: "Transform", Value: "AWS::Serverless-2016-10-31"},
	}
	document = document.
		With("Description", t.Description).
		With("Metadata", t.metadata()).
		With("Parameters", t.parameters()).
		With("Conditions", t.conditions()).
		With(resourcesSection, t.resources()).
		With("Outputs", t.outputs())
	return encode(document)
}

func (t *Template) metadata() Map {
	var order []string
	byGroup := map[string]List{}
	for _, parameter := range t.Parameters {
		if _, known := byGroup[parameter.Group]; !known {
			order = append(order, parameter.Group)
		}
		byGroup[parameter.Group] = append(byGroup[parameter.Group], parameter.Name)
	}
	var groups List
	for _, name := range order {
		groups = append(groups, Map{{Key: "Label", Value: Map{{Key: "default", Value: name}}}, {Key: "Parameters", Value: byGroup[name]}})
	}
	return Map{}.With("AWS::CloudFormation::Interface", Map{}.With("ParameterGroups", groups))
}

func (t *Template) parameters() Map {
	var all Map
	for _, p := range t.Parameters {
		fields := Map{{Key: "Type", Value: p.Type}, {Key: "Description", Value: p.Description}}
		fields = fields.With("Default", p.Default).With("AllowedValues", p.Allowed).With("AllowedPattern", p.Pattern).
			With("ConstraintDescription", p.Constraint).With("MinValue", p.Min).With("MaxValue", p.Max)
		all = all.With(p.Name, fields)
	}
	return all
}

func (t *Template) conditions() Map {
	var all Map
	for _, condition := range t.Conditions {
		all = all.With(condition.Name, condition.Test)
	}
	return all
}

func (t *Template) resources() Map {
	var all Map
	for _, resource := range t.Resources {
		fields := Map{{Key: "Type", Value: resource.Body.Type()}}
		fields = fields.With("Condition", resource.Condition).With("DependsOn", ListOf(resource.DependsOn))
		if resource.Keep != "" && resource.Keep != KeepReplaced {
			fields = fields.With("DeletionPolicy", string(resource.Keep))
		}
		if resource.Keep != "" {
			fields = fields.With("UpdateReplacePolicy", string(KeepAlways))
		}
		if body, ok := resource.Body.(withMetadata); ok {
			fields = fields.With("Metadata", body.Metadata())
		}
		all = all.WithNote(resource.Name, fields.With("Properties", resource.Body.Properties()), resource.Comment)
	}
	return all
}

func (t *Template) outputs() Map {
	var all Map
	for _, output := range t.Outputs {
		all = all.With(output.Name, Map{}.With("Description", output.Description).With("Condition", output.Condition).With("Value", output.Value))
	}
	return all
}
