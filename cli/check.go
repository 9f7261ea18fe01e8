package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/diag"
)

func newCheck(std *Std) *cobra.Command {
	var flags deployFlags
	var format string
	var asJSON bool
	command := &cobra.Command{
		Use:   "check DIR|FILE…",
		Short: "Report everything that is wrong in workflows",
		Long: `Report everything that is wrong in workflows: all diagnostics at once, sorted, each with its place, the source line,
the reason and a way out. A folder is one workflow (its folder "specs", where it has one); files are one workflow too.
That includes what AWS would refuse of the application: give the flags that you build with. Warnings do not change the exit code.`,
		Example: `  steploom check workflows/newsroom
  steploom check --json workflows/newsroom | jq '.diagnostics[].summary'
  steploom check --format sarif workflows/newsroom > steploom.sarif`,
		Args: takesSome(folderArgument()),
		RunE: func(_ *cobra.Command, args []string) error {
			if asJSON {
				format = "json"
			}
			return check(std, args, flags, format)
		},
	}
	flags.register(command)
	command.Flags().BoolVar(&asJSON, "json", false, "print as JSON; short for --format json")
	command.Flags().StringVar(&format, "format", "text", "how to print: text, json or sarif")
	return command
}

func check(std *Std, paths []string, flags deployFlags, format string) error {
	options, err := flags.options("")
	if err != nil {
		return err
	}
	workflows, err := readWorkflows(paths)
	if err != nil {
		return err
	}
	var found diag.List
	var size size
	for _, w := range workflows {
		output, list := w.checked(options)
		if output.Workflow != nil {
			size.add(output.Workflow)
		}
		if format == "text" {
			if err := w.show(std, list); err != nil {
				return failed(err)
			}
		}
		found = append(found, w.located(list)...)
	}
	if err := printReport(std, found, size, format); err != nil {
		return err
	}
	if found.HasErrors() {
		return errReported()
	}
	return nil
}

// size is how much there is in workflows.
type size struct {
	operations, jobs int
	hasJobs          bool
}

func (s *size) add(workflow *ir.Workflow) {
	if workflow.Jobs != nil {
		s.jobs, s.hasJobs = s.jobs+len(workflow.Jobs.Declared), true
		return // the operation is one for all jobs
	}
	s.operations += len(workflow.Operations)
}

// String is for people: "2 operations", "1 job".
func (s size) String() string {
	switch {
	case !s.hasJobs:
		return counted(s.operations, "operation")
	case s.operations == 0:
		return counted(s.jobs, "job")
	}
	return counted(s.operations, "operation") + ", " + counted(s.jobs, "job")
}

func printReport(std *Std, found diag.List, size size, format string) error {
	switch format {
	case "text":
		_, err := fmt.Fprintf(std.Out, "%s: %s\n", size, diag.Tally(found))
		return failed(err)
	case "json":
		return failed(diag.WriteJSON(std.Out, found))
	case "sarif":
		return failed(diag.WriteSARIF(std.Out, found, tool()))
	}
	return fmt.Errorf("--format %s: want text, json or sarif", format)
}

// tool is how SARIF logs name this program and its codes.
func tool() diag.Tool {
	return diag.Tool{Name: "steploom", Version: version, URL: "https://github.com/steploom/steploom", Rules: compiler.Rules()}
}

// counted writes a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
