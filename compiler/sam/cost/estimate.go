package cost

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Assumptions stand for what the definitions do not say.
type Assumptions struct {
	// Requests is how many executions of each operation are priced.
	Requests float64
	// Items is how often each loop goes round.
	Items float64
	// Call is how long a call of a function takes.
	Call time.Duration
	// Architecture decides the price of Lambda.
	Architecture sam.Architecture
	// API is how requests come in.
	API sam.APIMode
	// Watching is what is logged, traced and counted besides.
	Watching Watching
}

// Usual are the assumptions when nothing else is known.
func Usual() Assumptions {
	return Assumptions{Requests: 1e6, Items: 10, Call: 50 * time.Millisecond, Architecture: sam.ARM64, API: sam.APIFunction, Watching: UsualWatching()}
}

// Report is what one operation takes.
type Report struct {
	Operation string `json:"operation"`
	Mode      string `json:"mode"` // EXPRESS or STANDARD, as deployed
	// Least and Most are the cheapest and the dearest way.
	Least Way `json:"least"`
	Most  Way `json:"most"`
	// Warnings name limits that a way can pass.
	Warnings []string `json:"warnings"`
}

// Way is one way through an operation.
type Way struct {
	Transitions float64            `json:"transitions"`
	Calls       map[string]float64 `json:"calls"`
	// Express and Standard are dollars for all requests when the operation is of that type.
	Express  Bill `json:"express"`
	Standard Bill `json:"standard"`
	// Watching is dollars for the logs and traces of all requests, whatever the type.
	Watching Bill `json:"watching"`
}

// Bill is a sum and its parts, in dollars.
type Bill struct {
	Total float64 `json:"total"`
	Parts []Part  `json:"parts"` // the largest first
}

// Part is one item of a bill.
type Part struct {
	Name    string  `json:"name"`
	Dollars float64 `json:"dollars"`
}

// Dominant is the largest part's name.
func (b Bill) Dominant() string {
	if len(b.Parts) == 0 {
		return ""
	}
	return b.Parts[0].Name
}

// Estimate prices every operation of an application.
func Estimate(app sam.Application, assume Assumptions) []Report {
	var reports []Report
	for _, machine := range app.Machines {
		least, most := measure(machine.Definition, scale{assume.Items, app.Catalogue})
		reports = append(reports, Report{
			Operation: machine.Operation.Name,
			Mode:      machine.Type(),
			Least:     wayOf(app, machine, least, assume),
			Most:      wayOf(app, machine, most, assume),
			Warnings:  warnings(machine, app.Catalogue, most),
		})
	}
	return reports
}

func wayOf(app sam.Application, machine sam.Machine, metrics Metrics, assume Assumptions) Way {
	way := Way{Transitions: metrics.Transitions, Calls: map[string]float64{}}
	for target, n := range metrics.Calls {
		way.Calls[functionName(app, target)] += n
	}
	shared := append(entry(app, machine.Operation, metrics, assume), functions(app, metrics, assume)...)
	way.Express = bill(append(slices.Clone(shared), express(machine, metrics, assume)...), assume.Requests)
	way.Standard = bill(append(slices.Clone(shared), Part{standardTransition + "s", metrics.Transitions * dollars(standardTransition)}), assume.Requests)
	way.Watching = watching(machine, metrics, assume)
	return way
}

// bill multiplies what one execution costs and sorts it.
func bill(parts []Part, requests float64) Bill {
	var sum Bill
	for _, part := range parts {
		part.Dollars *= requests
		sum.Total += part.Dollars
		sum.Parts = append(sum.Parts, part)
	}
	slices.SortStableFunc(sum.Parts, func(a, b Part) int { return cmp.Compare(b.Dollars, a.Dollars) })
	return sum
}

// entry is the price of the way in.
func entry(app sam.Application, operation *ir.Operation, metrics Metrics, assume Assumptions) []Part {
	var parts []Part
	for _, trigger := range operation.Triggers {
		switch trigger.(type) {
		case *ir.HTTP:
			if assume.API == sam.APIDirect {
				return append(parts, Part{restAPIRequest, dollars(restAPIRequest)})
			}
			parts = append(parts, Part{httpAPIRequest, dollars(httpAPIRequest)})
			front, _ := task.FindBehindAPI(app.Catalogue)
			return append(parts, invocation(front, duration(metrics, assume), assume))
		case *ir.Schedule:
			return append(parts, Part{schedulerStart, dollars(schedulerStart)})
		case *ir.Event, *ir.Manual: // free, or nothing
		}
	}
	return parts
}

// functions is the price of the calls.
func functions(app sam.Application, metrics Metrics, assume Assumptions) []Part {
	var parts []Part
	for _, target := range slices.Sorted(maps.Keys(metrics.Calls)) {
		part := invocation(called(app, target), assume.Call.Seconds(), assume)
		part.Dollars *= metrics.Calls[target]
		parts = append(parts, part)
	}
	return parts
}

// called describes a function that a definition calls, as far as it is known.
func called(app sam.Application, target string) task.Row {
	name := functionName(app, target)
	row, ok := task.Find(app.Catalogue, name)
	if !ok {
		return task.Row{Name: name, Memory: defaultMemory}
	}
	return row
}

// invocation is the price of one run of a function.
func invocation(row task.Row, seconds float64, assume Assumptions) Part {
	price := dollars(lambdaARM)
	if assume.Architecture == sam.X8664 {
		price = dollars(lambdaX86)
	}
	return Part{"Lambda " + row.Name, dollars(lambdaRequest) + seconds*float64(row.Memory)/1024*price}
}

// defaultMemory is assumed of functions that are not in the catalogue, in MB.
const defaultMemory = 128

// express is the price of one Express execution: 50 MB and the definition, in steps of 64 MB, for each started 100 ms.
func express(machine sam.Machine, metrics Metrics, assume Assumptions) []Part {
	definition, err := asl.Marshal(machine.Definition)
	if err != nil {
		definition = nil // it was marshalled before
	}
	memory := math.Ceil((50+float64(len(definition))/(1<<20))/64) * 64
	seconds := math.Ceil(duration(metrics, assume)*10) / 10
	return []Part{
		{expressRequest + "s", dollars(expressRequest)},
		{expressGBSecond, seconds * memory / 1024 * dollars(expressGBSecond)},
	}
}

// transitionSeconds is about what Step Functions itself takes for a state.
const transitionSeconds = 0.002

// duration is how long an execution takes.
func duration(metrics Metrics, assume Assumptions) float64 {
	return metrics.calls()*assume.Call.Seconds() + metrics.Waits + metrics.Transitions*transitionSeconds
}

// functionName is the name of a function of the catalogue that a definition calls, any other target as the definition names it.
func functionName(app sam.Application, target string) string {
	if row, ok := task.Find(app.Catalogue, task.FunctionOf(target)); ok {
		return row.Name
	}
	return strings.TrimSuffix(strings.TrimPrefix(target, "${"), "}")
}
