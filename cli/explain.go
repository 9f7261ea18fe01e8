package cli

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// explainFlags are the flags of explain.
type explainFlags struct {
	deployFlags
	iam, ir, asJSON bool
}

func newExplain(std *Std) *cobra.Command {
	var flags explainFlags
	command := &cobra.Command{
		Use:   "explain DIR",
		Short: "Tell what a workflow becomes on AWS, and which line is the reason",
		Long: `Tell for each operation which state machine it becomes, of which type and why, and which functions it calls because of
which line. With --iam: every permission of every role, with the line of the workflow that needs it. With --ir: the model of
the workflow between its language and the definitions, for people who work on a language; also of one that is refused.`,
		Example: `  steploom explain workflows/newsroom
  steploom explain workflows/newsroom --iam
  steploom explain workflows/newsroom --iam --json
  steploom explain workflows/newsroom --ir`,
		Args: takes(folderArgument()),
		RunE: func(_ *cobra.Command, args []string) error {
			if flags.ir {
				return explainIR(std, args[0])
			}
			return explain(std, args[0], flags)
		},
	}
	flags.register(command)
	command.Flags().BoolVar(&flags.iam, "iam", false, "list the permissions")
	command.Flags().BoolVar(&flags.ir, "ir", false, "print the intermediate representation")
	command.Flags().BoolVar(&flags.asJSON, "json", false, "print as JSON")
	command.MarkFlagsMutuallyExclusive("ir", "iam")
	command.MarkFlagsMutuallyExclusive("ir", "json")
	return command
}

// explainIR prints the model of a workflow, as far as its language gave one, after the diagnostics.
func explainIR(std *Std, path string) error {
	w, err := readWorkflow(path)
	if err != nil {
		return err
	}
	output, list := w.compile()
	if err := w.show(std, list); err != nil {
		return failed(err)
	}
	if text, err := output.Print("ir"); err == nil {
		fmt.Fprint(std.Out, text)
	}
	if list.HasErrors() {
		return errReported()
	}
	return nil
}

func explain(std *Std, path string, flags explainFlags) error {
	w, output, options, err := deployable(std, path, flags.deployFlags, "")
	if err != nil {
		return err
	}
	app := w.application(output)
	if flags.iam {
		return failed(w.printGrants(std, sam.Permissions(app, options), flags.asJSON))
	}
	summaries := sam.Summaries(app, options)
	if flags.asJSON {
		return failed(writeJSON(std.Out, summaries))
	}
	for _, s := range summaries {
		reason := s.Reason
		if s.ReasonPlace != "" {
			reason += " (" + w.quoted(s.ReasonPlace) + ")"
		}
		manner := ""
		if s.Asynchronous {
			manner = ", asynchronous"
		}
		fmt.Fprintf(std.Out, "%s\n  %s state machine %s%s: %s\n", s.Operation, strings.ToLower(s.Type), s.Machine, manner, reason)
		w.printStarts(std, s)
		for _, call := range s.Calls {
			fmt.Fprintf(std.Out, "  %s %s\n", call.Target, strings.Join(append([]string{"in " + strconv.Quote(call.State)}, w.because(call.Place, call.With)...), " "))
			for _, remark := range []string{call.Note, call.Nested} {
				if remark != "" {
					fmt.Fprintf(std.Out, "    %s\n", remark)
				}
			}
		}
	}
	w.printJobs(std, output.Workflow.Jobs)
	return nil
}

// printJobs tells what each job reads and where its records go.
func (w workflow) printJobs(std *Std, jobs *ir.Jobs) {
	if jobs == nil {
		return
	}
	settings, err := job.ReadSettings(task.Variables(jobs.Settings))
	for _, declared := range jobs.Declared {
		fmt.Fprintf(std.Out, "job %s\n  records of %s become %s %s (%s)\n", declared.ID, strings.Join(declared.Topics, ", "),
			declared.Type, secret.InURL(declared.URL), w.quoted(fmt.Sprintf("%s:%d", declared.Range.File, declared.Range.Start.Line)))
		for _, topic := range declared.Topics {
			fmt.Fprintf(std.Out, "  an event source mapping reads %s in the consumer group %s\n", topic, job.TopicGroup(job.Key("", declared.ID), declared.Topics, topic))
		}
		if err == nil && settings.EmitFlagRequired {
			fmt.Fprintln(std.Out, "  stream holds records against the emit flag: a filter of Lambda would drop what is no JSON without a word, and count nothing")
		}
	}
}

// printStarts tells what starts an operation besides requests.
func (w workflow) printStarts(std *Std, s sam.Summary) {
	for _, schedule := range s.Schedules {
		fmt.Fprintf(std.Out, "  %s\n", strings.Join(append([]string{"started by the schedule", schedule.Expression, "in", schedule.Zone}, w.because(schedule.Place, nil)...), " "))
	}
	for _, event := range s.Events {
		fmt.Fprintf(std.Out, "  %s\n", strings.Join(append([]string{"started by events like", event.Pattern}, w.because(event.Place, nil)...), " "))
	}
}

// because gives a place with its line of source.
func (w workflow) because(place string, with []string) []string {
	var words []string
	if len(with) > 0 {
		words = append(words, "with "+strings.Join(with, ", "))
	}
	if place != "" {
		words = append(words, "because of "+w.quoted(place))
	}
	return words
}

// quoted is a place "file:line" with the text that stands there, credentials hidden.
func (w workflow) quoted(place string) string {
	file, number, _ := strings.Cut(place, ":")
	line, err := strconv.Atoi(number)
	if err != nil {
		return place
	}
	lines := bytes.Split(w.source(w.path(file)), []byte("\n"))
	if line < 1 || line > len(lines) {
		return w.path(place)
	}
	return fmt.Sprintf("%s: %s", w.path(place), secret.InSource(strings.TrimSpace(string(lines[line-1]))))
}

// permission is a grant for machines to read.
type permission struct {
	Role      string   `json:"role"`
	Actions   []string `json:"actions"`
	Resources []string `json:"resources"`
	Reason    string   `json:"reason"`
	Places    []string `json:"places"`
	When      string   `json:"when,omitempty"`
}

func (w workflow) printGrants(std *Std, grants []sam.Grant, asJSON bool) error {
	permissions := make([]permission, len(grants))
	for i, grant := range grants {
		permissions[i] = permission{Role: grant.Role, Actions: grant.Actions, Reason: grant.Reason, When: grant.When, Places: append([]string{}, grant.Places...)}
		for _, resource := range grant.Resources {
			permissions[i].Resources = append(permissions[i].Resources, sam.Target(resource))
		}
	}
	if asJSON {
		return writeJSON(std.Out, permissions)
	}
	role := ""
	for _, p := range permissions {
		if p.Role != role {
			role = p.Role
			fmt.Fprintln(std.Out, role)
		}
		condition := ""
		if p.When != "" {
			condition = " (only " + p.When + ")"
		}
		fmt.Fprintf(std.Out, "  %s on %s%s\n    %s\n", strings.Join(p.Actions, ", "), strings.Join(p.Resources, ", "), condition, p.Reason)
		for _, place := range p.Places {
			fmt.Fprintf(std.Out, "    %s\n", w.quoted(place))
		}
	}
	return nil
}
