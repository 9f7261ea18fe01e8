package cli

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

func newASL(std *Std) *cobra.Command {
	command := &cobra.Command{
		Use:   "asl",
		Short: "Check, convert and run Amazon States Language definitions",
		Long:  `Check, convert and run state machine definitions in the Amazon States Language, whether they were compiled by Steploom or not.`,
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	command.AddCommand(newASLCheck(std), newASLConvert(std), newASLRun(std))
	return command
}

func newASLCheck(std *Std) *cobra.Command {
	var express bool
	command := &cobra.Command{
		Use:   "check FILE...",
		Short: "Refuse what CreateStateMachine refuses",
		Long: `Check definitions for everything that CreateStateMachine refuses: the schema, transitions, JSONata expressions, JSONPaths, intrinsic
functions, resources and the limits of the service, in both query languages. Each problem has its code, its place and, for definitions that Steploom compiled, the line of the workflow.
What the service accepts although it can only fail later, such as a variable that nothing assigns, is a warning; the exit code is 0 then.`,
		Example: "  steploom asl check statemachine/newsroom.asl.json\n  steploom asl check --express order.asl.json\n  aws stepfunctions describe-state-machine --state-machine-arn \"$ARN\" --query definition --output text | steploom asl check -",
		Args:    takesSome(definitionArgument()),
		RunE: func(_ *cobra.Command, files []string) error {
			var problems diag.List
			texts := map[string][]byte{}
			for _, file := range files {
				definition, err := readDefinition(std, file)
				if err != nil {
					return failed(err)
				}
				texts[file] = definition
				problems = append(problems, aslDiagnostics(file, definition, asl.CheckJSON(definition, asl.Options{Express: express}))...)
			}
			return reportProblems(std, problems, texts)
		},
	}
	command.Flags().BoolVar(&express, "express", false, "check for an Express state machine")
	return command
}

// readDefinition reads a definition; - is the standard input.
func readDefinition(std *Std, file string) ([]byte, error) {
	if file == standardInput {
		return local.ReadStream(std.Context, std.In)
	}
	return local.ReadInput(std.Context, file)
}

// standardInput is what stands on the command line for the standard input.
const standardInput = "-"

// reportProblems prints problems beside their lines, which are in the texts of the files or else in the files, and fails when there are errors among them.
func reportProblems(std *Std, problems diag.List, texts map[string][]byte) error {
	if len(problems) == 0 {
		return nil
	}
	if err := diag.WriteText(std.Err, problems, diag.TextOptions{Color: std.colour(std.ErrTerminal), Source: sourceIn(texts)}); err != nil {
		return failed(err)
	}
	if !problems.HasErrors() {
		return nil
	}
	return errReported()
}

// sourceIn gives the text of a file, of those that were read and of others, nil when it cannot be read.
func sourceIn(texts map[string][]byte) func(file string) []byte {
	return func(file string) []byte {
		if text, known := texts[file]; known {
			return text
		}
		text, err := local.ReadFile(file, local.FileLimit)
		if err != nil {
			return nil
		}
		return text
	}
}

// aslDiagnostics turns the problems of a definition into diagnostics at the places in its text.
func aslDiagnostics(file string, definition []byte, problems []asl.Problem) diag.List {
	var list diag.List
	for _, problem := range problems {
		start, end := asl.Locate(definition, problem.Pointer)
		severity := diag.Error
		if problem.Severity == asl.SeverityWarning {
			severity = diag.Warning
		}
		at := diag.Range{File: file, Start: position(definition, start), End: position(definition, lineEnd(definition, start, end))}
		d := report.New(severity, problem.Code, at, "%s", problem.Message).Why("At %s.", problem.Location())
		if place := asl.Origin(definition, problem.Pointer); place != "" {
			d = d.Also(originRange(place), "compiled from here")
		}
		list.Add(d)
	}
	return list
}

func originRange(place string) diag.Range {
	cut := strings.LastIndexByte(place, ':')
	line, err := strconv.Atoi(place[cut+1:])
	if err != nil {
		return diag.Range{File: place}
	}
	at := diag.Pos{Line: line, Column: 1}
	return diag.Range{File: place[:cut], Start: at, End: at}
}

// lineEnd limits a stretch of text to its first line.
func lineEnd(text []byte, start, end int) int {
	for i := start; i < end && i < len(text); i++ {
		if text[i] == '\n' {
			return i
		}
	}
	return min(end, len(text))
}

func position(text []byte, offset int) diag.Pos {
	before := string(text[:offset])
	line := strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return diag.Pos{Line: line + 1, Column: column + 1, Offset: offset}
}
