package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler/sam/cost"
)

// costFlags are the flags of cost.
type costFlags struct {
	deployFlags
	requests, items float64
	call            time.Duration
	asJSON          bool
	watching        cost.Watching
}

func newCost(std *Std) *cobra.Command {
	usual := cost.Usual()
	var flags costFlags
	command := &cobra.Command{
		Use:   "cost DIR",
		Short: "Estimate what the operations of a workflow cost, and which limits of AWS they can pass",
		Long: `Estimate, from the compiled definitions alone, for each operation: state transitions, function calls, the price at Express
and at Standard and what dominates it, for the cheapest and the dearest way through the definition. Limits that a way can
pass are named: 256 KiB of data, 28 seconds of a request that waits, 5 minutes of Express, 25,000 events of Standard. Prices are those of
` + cost.PricesRegion + ` of ` + cost.PricesDate + `, without free tiers and volume discounts.`,
		Example: `  steploom cost workflows/newsroom
  steploom cost workflows/newsroom --requests 20000 --items 50 --call 120ms`,
		Args: takes(folderArgument()),
		RunE: func(_ *cobra.Command, args []string) error { return estimate(std, args[0], flags) },
	}
	flags.register(command)
	command.Flags().Float64Var(&flags.requests, "requests", usual.Requests, "how many requests of each operation to price: `N`")
	command.Flags().Float64Var(&flags.items, "items", usual.Items, "how often each loop goes round: `N`")
	command.Flags().DurationVar(&flags.call, "call", usual.Call, "how long a function call takes: `TIME`")
	flags.registerWatching(command)
	command.Flags().BoolVar(&flags.asJSON, "json", false, "print as JSON")
	return command
}

// registerWatching takes the parameters of the template that change what it costs to watch the stack.
func (c *costFlags) registerWatching(command *cobra.Command) {
	usual, flags := cost.UsualWatching(), command.Flags()
	flags.StringVar(&c.watching.LogLevel, "log-level", usual.LogLevel, "the parameter LogLevel: `LEVEL` ALL, ERROR, FATAL or OFF")
	flags.BoolVar(&c.watching.Tracing, "tracing", usual.Tracing, "the parameter Tracing")
	flags.BoolVar(&c.watching.Dashboard, "dashboard", usual.Dashboard, "the parameter Dashboard")
	flags.BoolVar(&c.watching.Alarms, "alarms", usual.Alarms, "whether AlarmTopicArn or AlarmEmail is given")
	flags.BoolVar(&c.watching.DetailedMetrics, "detailed-metrics", usual.DetailedMetrics, "the parameter DetailedMetrics")
	flags.BoolVar(&c.watching.Key, "kms", usual.Key, "whether KmsKeyArn is given")
}

func estimate(std *Std, path string, flags costFlags) error {
	if flags.requests <= 0 || flags.items < 0 || flags.call <= 0 {
		return fmt.Errorf("--requests, --items and --call must be positive")
	}
	if !slices.Contains([]string{"ALL", "ERROR", "FATAL", "OFF"}, flags.watching.LogLevel) {
		return fmt.Errorf("--log-level %q: want ALL, ERROR, FATAL or OFF", flags.watching.LogLevel)
	}
	w, output, options, err := deployable(std, path, flags.deployFlags, "")
	if err != nil {
		return err
	}
	assume := cost.Assumptions{Requests: flags.requests, Items: flags.items, Call: flags.call, Architecture: options.Architecture, API: options.API, Watching: flags.watching}
	reports := cost.Estimate(w.application(output), assume)
	if flags.asJSON {
		return failed(writeJSON(std.Out, reports))
	}
	fmt.Fprintf(std.Out, "For %.0f requests of each operation, %.0f rounds of each loop, %s for each call; %s, prices of %s.\n",
		assume.Requests, assume.Items, assume.Call, cost.PricesRegion, cost.PricesDate)
	for _, report := range reports {
		printEstimate(std, report)
	}
	printMonth(std, cost.Month(w.application(output), options, assume))
	return nil
}

// printMonth tells what the stack costs by itself.
func printMonth(std *Std, month cost.Bill) {
	fmt.Fprintf(std.Out, "\nThe stack itself, each month: %s\n", money(month.Total))
	for _, part := range month.Parts {
		fmt.Fprintf(std.Out, "  %-20s %8s\n", part.Name, money(part.Dollars))
	}
}

func printEstimate(std *Std, report cost.Report) {
	fmt.Fprintf(std.Out, "\n%s (%s)\n", report.Operation, strings.ToLower(report.Mode))
	fmt.Fprintf(std.Out, "  %-14s %12s %12s\n", "", "at least", "at most")
	fmt.Fprintf(std.Out, "  %-14s %12.0f %12.0f\n", "transitions", report.Least.Transitions, report.Most.Transitions)
	for _, name := range slices.Sorted(maps.Keys(report.Most.Calls)) {
		fmt.Fprintf(std.Out, "  %-14s %12.0f %12.0f\n", "calls of "+name, report.Least.Calls[name], report.Most.Calls[name])
	}
	printBill(std, "Express", report.Least.Express, report.Most.Express)
	printBill(std, "Standard", report.Least.Standard, report.Most.Standard)
	printBill(std, "Logs, traces", report.Least.Watching, report.Most.Watching)
	for _, warning := range report.Warnings {
		fmt.Fprintf(std.Out, "  ! %s\n", warning)
	}
}

func printBill(std *Std, kind string, least, most cost.Bill) {
	fmt.Fprintf(std.Out, "  %-14s %12s %12s  mostly %s\n", kind, money(least.Total), money(most.Total), most.Dominant())
}

func money(dollars float64) string { return fmt.Sprintf("$%.2f", dollars) }
