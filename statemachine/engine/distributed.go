package engine

import (
	"math"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// distributed is what a distributed Map has beyond an inline one.
type distributed struct {
	express bool
	label   string
	reader  *itemReader
	batcher *itemBatcher
	writer  *resultWriter
}

func (s *stateCompiler) distributed(v *asl.Map) *distributed {
	d := &distributed{express: v.ItemProcessor.Processor.ExecutionType == asl.Express, label: v.Label}
	if d.label == "" {
		d.label = s.state.name
	}
	if v.ItemReader != nil {
		d.reader = s.itemReader(v.ItemReader)
	}
	if b := v.ItemBatcher; b != nil {
		d.batcher = &itemBatcher{
			maxItems: s.either("ItemBatcher/MaxItemsPerBatch", b.MaxItemsPerBatch.Data(), b.MaxItemsPerBatchPath),
			maxBytes: s.either("ItemBatcher/MaxInputBytesPerBatch", b.MaxInputBytesPerBatch.Data(), b.MaxInputBytesPerBatchPath),
			input:    s.template("ItemBatcher/BatchInput", b.BatchInput),
		}
	}
	if v.ResultWriter != nil {
		d.writer = s.resultWriter(v.ResultWriter)
	}
	return d
}

// distributedRun is one run of a distributed Map: a child execution for each item or batch.
type distributedRun struct {
	*mapRun
	*distributed
	frame    *frame
	id, arn  string
	inputs   []value
	results  []Result
	active   map[int]*execution
	next     int
	failures int
	over     bool
	children map[int]*execution // those that have not succeeded, where they are kept for a redrive
}

func (d *distributed) start(f *frame, run *mapRun) bool {
	x := f.execution
	r := &distributedRun{mapRun: run, distributed: d, frame: f, id: x.host.uuid(), active: map[int]*execution{}}
	r.arn = "arn:aws:states:" + region + ":" + account + ":mapRun:" + x.options.machineName() + "/" + d.label + ":" + r.id
	f.event("MapRunStarted", func() Details { return MapRunStarted{r.arn} })
	f.waitFor(r)
	if failed := r.prepare(); failed != nil {
		return r.fail(failed)
	}
	r.results = make([]Result, len(r.inputs))
	for len(r.active) < r.concurrency && r.next < len(r.inputs) {
		r.launch()
	}
	if len(r.inputs) == 0 {
		return r.succeed()
	}
	return false
}

// prepare reads the items and makes the inputs of the child executions.
func (r *distributedRun) prepare() (failed *failure) {
	e := &environment{frame: r.frame}
	if r.reader != nil {
		if r.items, failed = r.reader.read(e); failed != nil {
			return failed
		}
	}
	r.inputs = make([]value, len(r.items))
	for i := range r.items {
		if r.inputs[i], failed = r.input(r.frame, &r.items[i]); failed != nil {
			return failed
		}
	}
	if r.batcher != nil {
		r.inputs, failed = r.batcher.batch(e, r.inputs)
	}
	return failed
}

// launch starts the next child execution. It has a history of its own, and none of the variables.
func (r *distributedRun) launch() {
	parent, i := r.frame.execution, r.next
	r.next++
	options := Options{Machine: parent.options.machineName() + "/" + r.label, RoleArn: parent.options.roleArn(), Express: r.express, NoHistory: true, Redrivable: parent.options.Redrivable,
		Waiting: parent.options.Waiting, ItemsMustBeArray: parent.options.ItemsMustBeArray}
	child := &execution{}
	child.prepare(parent.loop, r.inputs[i], parent.host, options)
	child.context, child.tasks, child.timed = parent.context, parent.tasks, parent.timed
	child.done = func(x *execution) { parent.loop.later(func() { r.childEnded(i, x) }) }
	r.active[i] = child
	child.begin(r.state.processor)
	parent.loop.soon(child.root)
}

func (r *distributedRun) childEnded(i int, child *execution) {
	delete(r.active, i)
	if r.over {
		return
	}
	r.results[i] = child.result
	if child.result.Status != Succeeded {
		r.failures++
		r.keep(i, child)
		if !r.tolerates(r.failures, len(r.inputs)) {
			r.frame.resume(r.fail(thresholdExceeded()))
			return
		}
	}
	if r.next < len(r.inputs) {
		r.launch()
	} else if len(r.active) == 0 {
		r.frame.resume(r.succeed())
	}
}

// ended is not called: the children are executions, not frames.
func (r *distributedRun) ended(*frame, value, *failure) {}

// abort ends the children that run. They belong to a run that is over.
func (r *distributedRun) abort() {
	r.over = true
	for i := range r.inputs {
		if child, ok := r.active[i]; ok {
			r.keep(i, child)
			child.stop()
		}
	}
}

func (r *distributedRun) fail(failed *failure) bool {
	f := r.frame
	f.halt()
	if failed.evaluation {
		return f.fail(failed)
	}
	f.event("MapRunFailed", func() Details { return Failed{failed.name, failed.cause} })
	return f.fail(failed)
}

func (r *distributedRun) succeed() bool {
	f := r.frame
	result, failed := r.result()
	if failed != nil {
		return r.fail(failed)
	}
	f.halt()
	x := f.execution
	run := x.event("MapRunSucceeded", f.last, nil)
	x.event("MapStateSucceeded", run, nil)
	return f.succeed(result)
}

// result is the list of outputs, or what the result writer answers.
func (r *distributedRun) result() (value, *failure) {
	if r.writer != nil {
		return r.writer.write(r)
	}
	return r.outputs(), nil
}

func (r *distributedRun) outputs() value {
	list := make([]any, 0, len(r.results))
	for i := range r.results {
		if r.results[i].Status == Succeeded {
			list = append(list, r.results[i].Output)
		}
	}
	return sized(list)
}

// itemBatcher groups items.
type itemBatcher struct{ maxItems, maxBytes, input *template }

func (b *itemBatcher) batch(e *environment, items []value) ([]value, *failure) {
	most, failed := optional(b.maxItems, e, 0, math.MaxInt)
	if failed != nil {
		return nil, failed
	}
	bytes, failed := optional(b.maxBytes, e, 0, maxData)
	if failed != nil {
		return nil, failed
	}
	if bytes == 0 {
		bytes = maxData
	}
	var input *value
	if b.input != nil {
		v, failed := b.input.evaluate(e)
		if failed != nil {
			return nil, failed
		}
		input = &v
	}
	return batches(items, most, bytes, input), nil
}

// batches makes batches of at most so many items (0 is any number) and bytes. An item that is too large by itself is a batch of its own.
func batches(items []value, most, bytes int, input *value) []value {
	const frameSize = len(`{"Items":[]}`)
	const inputSize = len(`"BatchInput":,`)
	base := frameSize
	if input != nil {
		base += inputSize + input.size
	}
	var made []value
	for from := 0; from < len(items); {
		to, size := from, base
		for to < len(items) && (most == 0 || to-from < most) {
			grown := size + items[to].size
			if to > from {
				grown++
			}
			if to > from && grown > bytes {
				break
			}
			size = grown
			to++
		}
		made = append(made, value{batchObject(items[from:to], input), size})
		from = to
	}
	return made
}

func batchObject(items []value, input *value) *jsonata.Object {
	o := jsonata.NewObject()
	if input != nil {
		o.Set("BatchInput", input.data)
	}
	o.Set("Items", collect(items).data)
	return o
}
