package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Reference is docs/cli.md: what --help says of every command.
func Reference() string {
	var out strings.Builder
	root := newRoot(&Std{})
	fmt.Fprintf(&out, "# The command line\n\n%s\n\nGenerated from `steploom --help`.\n\n", root.Long)
	out.WriteString("Exit codes: 0 success, 1 the workflow has errors or the run failed, 2 wrong use, 130 an interrupt ended a command that\ndid not end by itself. Colours are used on terminals only and not when `NO_COLOR` is set.\n")
	describe(&out, root)
	return out.String()
}

func describe(out *strings.Builder, parent *cobra.Command) {
	for _, command := range parent.Commands() {
		if !command.IsAvailableCommand() || command.Name() == "help" || command.Name() == "completion" {
			continue
		}
		if command.Runnable() {
			describeOne(out, command)
		}
		describe(out, command)
	}
}

func describeOne(out *strings.Builder, command *cobra.Command) {
	text := command.Long
	if text == "" {
		text = command.Short + "."
	}
	fmt.Fprintf(out, "\n## %s\n\n```\n%s\n```\n\n%s\n", command.CommandPath(), command.UseLine(), text)
	if command.HasAvailableLocalFlags() {
		out.WriteString("\n| flag | meaning |\n|---|---|\n")
		command.LocalFlags().VisitAll(func(f *pflag.Flag) { describeFlag(out, f) })
	}
	if command.Example != "" {
		fmt.Fprintf(out, "\nExamples:\n\n```\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(command.Example, "  "), "\n  ", "\n"))
	}
}

func describeFlag(out *strings.Builder, f *pflag.Flag) {
	kind, usage := pflag.UnquoteUsage(f)
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if kind != "" {
		name += " " + kind
	}
	fallback := ""
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" {
		fallback = fmt.Sprintf(" (default `%s`)", f.DefValue)
	}
	fmt.Fprintf(out, "| `%s` | %s%s |\n", name, usage, fallback)
}
