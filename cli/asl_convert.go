package cli

import (
	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler/convert"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// The codes of what asl convert says of a state.
const (
	notConverted = "NOT_CONVERTED" // it stays in JSONPath mode
	otherError   = "OTHER_ERROR"   // an error that is handled has another name
)

func newASLConvert(std *Std) *cobra.Command {
	return &cobra.Command{
		Use:   "convert FILE",
		Short: "Convert a definition from JSONPath to JSONata",
		Long: `Convert a definition in JSONPath mode to JSONata mode and print it. A state is converted where JSONata can say exactly what it
does: whatever goes well in JSONPath mode goes the same way with the same data. Other states are named with the reason and stay as they are;
the machine then mixes both query languages.`,
		Example: "  steploom asl convert order.asl.json > order.jsonata.asl.json",
		Args:    takes(definitionArgument()),
		RunE:    func(_ *cobra.Command, args []string) error { return convertDefinition(std, args[0]) },
	}
}

func convertDefinition(std *Std, file string) error {
	definition, err := readDefinition(std, file)
	if err != nil {
		return failed(err)
	}
	if problems := asl.Errors(asl.CheckJSON(definition, asl.Options{})); len(problems) > 0 {
		return reportProblems(std, aslDiagnostics(file, definition, problems), map[string][]byte{file: definition})
	}
	machine, err := asl.Unmarshal(definition)
	if err != nil {
		return failed(err)
	}
	converted, states := convert.Machine(machine)
	text, err := asl.Marshal(converted)
	if err != nil {
		return failed(err)
	}
	if _, err := std.Out.Write(text); err != nil {
		return failed(err)
	}
	return reportProblems(std, conversions(file, definition, states), map[string][]byte{file: definition})
}

// conversions tells what became of states, at their places.
func conversions(file string, definition []byte, states []convert.State) diag.List {
	var list diag.List
	say := func(severity asl.Severity, code string, state convert.State, message string) {
		for _, d := range aslDiagnostics(file, definition, []asl.Problem{{Severity: severity, Code: code, Pointer: state.Pointer, Message: message}}) {
			d.Detail = ""
			list = append(list, d)
		}
	}
	for _, state := range states {
		if state.Reason != "" {
			say(asl.SeverityWarning, notConverted, state, "The state '"+state.Name+"' stays in JSONPath mode: "+state.Reason)
		}
		for _, note := range state.Notes {
			say(asl.SeverityWarning, otherError, state, "The state '"+state.Name+"': "+note)
		}
	}
	return list
}
