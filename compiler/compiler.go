// Package compiler turns the source files of a workflow into state machine definitions. It is wiring only: each stage is a package of its
// own and a function from values to values. Nothing here reads or writes a disk.
//
//	source.Files ─ dialect ─► ir.Workflow ─ credentials ─► ir.Workflow ─ lower ─► asl.Machine ─► Output.Files
package compiler

import (
	"fmt"
	"strings"

	"github.com/steploom/steploom/compiler/credentials"
	"github.com/steploom/steploom/compiler/dialect"
	"github.com/steploom/steploom/compiler/dialect/all"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// Options change what Compile does. The zero value finds the dialect by the look of the files.
type Options struct {
	// Dialect names the source language; "" detects it.
	Dialect string
}

// Output is what a compilation gives.
type Output struct {
	// Dialect is the name of the source language.
	Dialect string
	// Workflow is the model that the definitions were made from; nil when the source could not be read.
	Workflow *ir.Workflow
	// Machines are the state machines in the order of the source. Empty when there are errors.
	Machines []Machine
	// Files are the generated files by slash-separated path.
	Files map[string][]byte
}

// Machine is the state machine of one operation.
type Machine struct {
	// Name is that of Workflow.MachineNames.
	Name string
	// Operation is the author's name, such as "GET /news".
	Operation  string
	Mode       ir.Mode
	Definition *asl.Machine
}

// Path is where the definition lies among the generated files.
func (m Machine) Path() string { return "statemachine/" + m.Name + ".asl.json" }

// Compile compiles the files of one workflow. Diagnostics are sorted by place. With an error among them, Machines and Files are empty.
func Compile(files source.Files, options Options) (Output, diag.List) {
	language, found := choose(files, options)
	if found.HasErrors() {
		return Output{}, found
	}
	workflow, parsed := language.Parse(files)
	found = append(found, parsed...)
	output := Output{Dialect: language.Name}
	if workflow == nil {
		return output, found.Sorted()
	}
	withoutLiterals, written := credentials.Move(workflow)
	found = append(found, written...)
	found = append(found, addresses(withoutLiterals)...)
	output.Workflow = ir.Decide(withoutLiterals)
	if found.HasErrors() { // what waits is told beside what the dialect has found
		return output, append(found, ir.CheckRequests(output.Workflow)...).Sorted()
	}
	found = append(found, output.build()...)
	if found.HasErrors() {
		output.Machines, output.Files = nil, nil
	}
	return output, found.Sorted()
}

// choose finds the dialect of the files.
func choose(files source.Files, options Options) (dialect.Dialect, diag.List) {
	for _, language := range all.List() {
		if language.Name == options.Dialect || options.Dialect == "" && language.Detect(files) {
			return language, nil
		}
	}
	if broken := unreadable(files); broken.HasErrors() && options.Dialect == "" {
		return dialect.Dialect{}, broken.Sorted()
	}
	return dialect.Dialect{}, diag.List{unknownLanguage(files, options).Diagnostic()}
}

// unreadable is what keeps files from being YAML at all: a better answer than that their language is unknown.
func unreadable(files source.Files) diag.List {
	var reader source.Reader
	for _, file := range files {
		if file.IsYAML() {
			reader.Read(file)
		}
	}
	return reader.Problems()
}

func unknownLanguage(files source.Files, options Options) report.Draft {
	var names, recognised []string
	for _, language := range all.List() {
		names = append(names, language.Name)
		recognised = append(recognised, fmt.Sprintf("The language %s is recognised by %s.", language.Name, language.Recognised))
	}
	if options.Dialect != "" {
		return report.Error("COM001", diag.Range{}, "there is no language %q", options.Dialect).Why("The languages are: %s.", strings.Join(names, ", "))
	}
	var at diag.Range
	if len(files) > 0 {
		at.File = files[0].Path
	}
	return report.Error("COM002", at, "the files are in no language that is known").Why("%s", strings.Join(recognised, " "))
}

// build checks the workflow and makes the definition of each operation.
func (o *Output) build() diag.List {
	found, names := ir.Check(o.Workflow), o.Workflow.MachineNames()
	if found.HasErrors() {
		return found
	}
	o.Files = map[string][]byte{}
	for _, operation := range o.Workflow.Operations {
		definition, problems := lower.Operation(o.Workflow, operation, functions.Rows())
		if found = append(found, problems...); definition == nil {
			continue
		}
		machine := Machine{
			Name:       names.Of(operation.Name),
			Operation:  operation.Name,
			Mode:       operation.Mode,
			Definition: definition,
		}
		text, err := asl.Marshal(definition)
		if err != nil {
			found.Add(report.Error("COM004", operation.Range, "%s", err))
		}
		o.Machines = append(o.Machines, machine)
		o.Files[machine.Path()] = text
	}
	return found
}

// Rules describes every diagnostic that a compilation can give: those of the compiler itself, of reading YAML, of each dialect, of the
// workflow model, of lowering and of writing an application.
func Rules() []diag.Rule {
	rules := []diag.Rule{
		{Code: "COM001", Title: "no such language", Doc: "The language asked for is not one that the compiler reads."},
		{Code: "COM002", Title: "language not recognised", Doc: "No language recognises the files; the message says what each looks for. A folder holds the files of one workflow in one language."},
		{Code: "COM006", Title: "present forms that say something else", Doc: "`steploom fmt --upgrade` writes forms of older versions in the present ones only where the definitions stay the same."},
		{Code: "COM005", Title: "not the address of a database", Doc: "The URL of a database is jdbc:, the engine (postgresql, mariadb, mysql, sqlserver or sqlite) and where it stands, as in `jdbc:postgresql://host:5432/name`. An option that function sql does not know keeps every statement from running: that is a warning."},
		{Code: "COM004", Title: "data that JSON cannot hold", Doc: "A definition holds a value, such as an infinite number, that JSON cannot express."},
	}
	rules = append(rules, source.Rules()...)
	rules = append(rules, schema.Rules()...)
	for _, language := range all.List() {
		rules = append(rules, language.Rules()...)
	}
	rules = append(rules, credentials.Rules()...)
	rules = append(rules, ir.Rules()...)
	rules = append(rules, lower.Rules()...)
	return append(rules, sam.Rules()...)
}
