package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// argument is a place on a command line: its name as the command's usage line has it, and what belongs there.
type argument struct{ name, meaning string }

// The arguments of the commands.
func folderArgument() argument {
	return argument{"DIR", "the folder of a workflow, such as workflows/newsroom, or a file of it"}
}

func operationArgument() argument {
	return argument{"OPERATION", "the name of one of its operations, such as 'GET /articles'"}
}

func definitionArgument() argument {
	return argument{"FILE", "a state machine definition in the Amazon States Language, such as flow.asl.json, or - for the standard input"}
}

// takes wants exactly these arguments, and says which are missing.
func takes(arguments ...argument) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		switch {
		case len(args) < len(arguments):
			return missing(arguments[len(args):])
		case len(args) > len(arguments):
			return fmt.Errorf("%q is one argument too many: the command is %s", args[len(arguments)], command.UseLine())
		}
		return nil
	}
}

// takesSome wants an argument, and takes more of its kind.
func takesSome(one argument) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return missing([]argument{one})
		}
		return nil
	}
}

func missing(arguments []argument) error {
	if len(arguments) == 1 {
		return fmt.Errorf("%s is missing: %s", arguments[0].name, arguments[0].meaning)
	}
	names := make([]string, len(arguments))
	lines := make([]string, len(arguments))
	for i, a := range arguments {
		names[i], lines[i] = a.name, "\n  "+a.name+" is "+a.meaning
	}
	return fmt.Errorf("%s are missing%s", strings.Join(names, " and "), strings.Join(lines, ""))
}
