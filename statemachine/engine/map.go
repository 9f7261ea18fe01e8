package engine

import (
	"math"
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// The most iterations that run at once, inline and distributed.
const (
	inlineConcurrency      = 40
	distributedConcurrency = 10_000
)

// mapState is the action of Map.
type mapState struct {
	items, selector *template
	concurrency     *template
	toleratedCount  *template
	toleratedShare  *template
	processor       *block
	distributed     *distributed // nil: inline
	jsonPath        bool
}

func (s *stateCompiler) mapState(v *asl.Map) {
	m := &mapState{
		items:          s.template("Items", v.Items),
		selector:       s.template("ItemSelector", v.ItemSelector),
		concurrency:    s.either("MaxConcurrency", v.MaxConcurrency.Data(), v.MaxConcurrencyPath),
		toleratedCount: s.either("ToleratedFailureCount", v.ToleratedFailureCount.Data(), v.ToleratedFailureCountPath),
		toleratedShare: s.either("ToleratedFailurePercentage", v.ToleratedFailurePercentage.Data(), v.ToleratedFailurePercentagePath),
		jsonPath:       s.jsonPath(),
	}
	if m.jsonPath {
		m.items = s.path("ItemsPath", v.ItemsPath)
	}
	if m.selector == nil {
		m.selector = s.template("Parameters", v.Parameters)
	}
	s.state.action = m
	s.recovery(v.Retry, v.Catch)
	s.leaving(v.Output, v.Assign, v.Next, v.End)
	if v.ItemProcessor == nil {
		s.fail("ItemProcessor", "the Map has no item processor")
		return
	}
	m.processor = s.inner(v.ItemProcessor)
	if p := v.ItemProcessor.Processor; p != nil && p.Mode == asl.Distributed {
		m.distributed = s.distributed(v)
	} // an inline Map makes nothing of ItemReader, ItemBatcher and ResultWriter, which the service accepts there
}

func (m *mapState) start(f *frame) bool {
	run, failed := m.prepare(f)
	if failed != nil {
		return f.fail(failed)
	}
	f.event("MapStateStarted", func() Details { return MapStateStarted{len(run.items)} })
	if m.jsonPath {
		if failed := run.tolerate(&environment{frame: f}); failed != nil {
			return f.fail(failed)
		}
	}
	if m.distributed != nil {
		return m.distributed.start(f, run)
	}
	g := &mapGroup{mapRun: run, frame: f}
	f.waitFor(g)
	return g.begin()
}

// mapRun is what a Map state is to do, evaluated.
type mapRun struct {
	state       *mapState
	items       []mapItem
	concurrency int
	// count and share, in percent, are how many iterations may fail; -1 where the state does not say.
	count int
	share float64
}

func (m *mapState) prepare(f *frame) (*mapRun, *failure) {
	e := &environment{frame: f}
	run := &mapRun{state: m}
	var failed *failure
	if m.distributed == nil || m.distributed.reader == nil {
		if run.items, failed = m.evaluateItems(e); failed != nil {
			return nil, failed
		}
	}
	limit := inlineConcurrency
	if m.distributed != nil {
		limit = distributedConcurrency
	}
	if run.concurrency, failed = optional(m.concurrency, e, 0, math.MaxInt); failed != nil {
		return nil, failed
	}
	if run.concurrency == 0 || run.concurrency > limit {
		run.concurrency = limit
	}
	if m.jsonPath { // the service looks at the tolerance when the state has started
		return run, nil
	}
	return run, run.tolerate(e)
}

func (r *mapRun) tolerate(e *environment) (failed *failure) {
	r.count, r.share = -1, -1
	if t := r.state.toleratedCount; t != nil {
		if r.count, failed = whole(t, e, 0, math.MaxInt); failed != nil {
			return failed
		}
	}
	if t := r.state.toleratedShare; t != nil {
		r.share, failed = percentage(t, e)
	}
	return failed
}

// tolerance tells whether the state says how many iterations may fail.
func (r *mapRun) tolerance() bool { return r.count >= 0 || r.share >= 0 }

// tolerates tells whether so many failures, out of so many iterations, are within the tolerance.
func (r *mapRun) tolerates(failures, of int) bool {
	if r.share >= 0 && float64(failures)*100 > r.share*float64(of) {
		return false
	}
	return r.count < 0 && r.share >= 0 || failures <= max(r.count, 0)
}

// thresholdExceeded is the failure of a Map state of which too many iterations have failed.
func thresholdExceeded() *failure {
	return &failure{name: errorThreshold, cause: "The specified tolerated failure threshold was exceeded"}
}

func optional(t *template, e *environment, low, high int) (int, *failure) {
	if t == nil {
		return 0, nil
	}
	return whole(t, e, low, high)
}

func percentage(t *template, e *environment) (float64, *failure) {
	v, failed := t.evaluate(e)
	if failed != nil {
		return 0, failed
	}
	if t.query != nil {
		return t.shareFound(e, v.data)
	}
	share, ok := jsonata.Float(v.data)
	if !ok {
		return 0, unexpected(t.source, t.location, "number", v.data)
	}
	if share < 0 || share > 100 {
		return 0, evaluation(t.location, "The value specified for the field '%s' is out of range: %s is not between 0 and 100.", t.location, jsonText(share))
	}
	return share, nil
}

// shareFound takes what a path leads to as a percentage.
func (t *template) shareFound(e *environment, data any) (float64, *failure) {
	share, ok := numberFound(data)
	if !ok {
		return 0, t.badNumber(e, "float", data)
	}
	if share < 0 || share > 100 {
		return 0, e.frame.runtime("ToleratedFailurePercentage must be between 0 and 100.")
	}
	return share, nil
}

func (m *mapState) evaluateItems(e *environment) ([]mapItem, *failure) {
	v := e.frame.input
	if m.items != nil {
		var failed *failure
		if v, failed = m.items.evaluate(e); failed != nil {
			return nil, failed
		}
	}
	switch data := v.data.(type) {
	case []any:
		return listItems(data), nil
	case *jsonata.Object:
		if !m.jsonPath && !e.frame.execution.options.ItemsMustBeArray {
			return objectItems(data), nil
		}
	}
	switch {
	case m.jsonPath:
		return nil, e.frame.runtime("Reference path \"%s\" must point to array.", m.itemsPath())
	case m.items == nil:
		return nil, evaluation("", "Map state input must be an array but was: %s", jsonText(v.data))
	}
	return nil, unexpected(m.items.source, "Items", "array", v.data)
}

// itemsPath is the path to the items as the service shows it: of the context object it leaves out the first dollar sign.
func (m *mapState) itemsPath() string {
	if m.items == nil {
		return "$"
	}
	if below, ok := strings.CutPrefix(m.items.query.text, "$$"); ok {
		return "$" + below
	}
	return m.items.query.text
}

func listItems(list []any) []mapItem {
	items := make([]mapItem, len(list))
	for i, v := range list {
		items[i] = mapItem{index: i, value: v}
	}
	return items
}

// objectItems are the entries of an object: the value of each is the item, its key stands in the context object.
func objectItems(object *jsonata.Object) []mapItem {
	items := make([]mapItem, 0, object.Len())
	for key, v := range object.All() {
		items = append(items, mapItem{index: len(items), key: key, keyed: true, value: v})
	}
	return items
}

// input is the input of an iteration: the item, or what ItemSelector makes of it.
func (r *mapRun) input(f *frame, item *mapItem) (value, *failure) {
	if r.state.selector == nil {
		return sized(item.value), nil
	}
	return r.state.selector.evaluate(&environment{frame: f, item: item})
}

// mapGroup waits for the iterations of an inline Map.
type mapGroup struct {
	*mapRun
	frame   *frame
	active  map[int]*frame
	outputs []value
	missing []bool   // iterations that failed and are tolerated
	rest    []*frame // those that have not succeeded, where they are kept for a redrive
	pending []*frame // those of them that are still to go on
	next    int
	failed  int
}

// begin starts as many iterations as may run at once.
func (g *mapGroup) begin() bool {
	g.outputs = make([]value, len(g.items))
	g.active = make(map[int]*frame, min(len(g.items), g.concurrency))
	for len(g.active) < g.concurrency && g.next < len(g.items) {
		if failed := g.iterate(g.frame.last); failed != nil {
			g.frame.halt()
			return g.frame.fail(failed)
		}
	}
	if len(g.items) == 0 {
		g.frame.halt()
		return g.succeed()
	}
	return false
}

// iterate starts the next iteration. Its first event follows the given one.
func (g *mapGroup) iterate(last int64) *failure {
	f, i := g.frame, g.next
	g.next++
	input, failed := g.input(f, &g.items[i])
	if failed != nil {
		return failed
	}
	child := f.child(i, g.state.processor, input)
	child.item = &g.items[i]
	child.last = last
	child.event("MapIterationStarted", g.details(i))
	g.active[i] = child
	f.execution.loop.soon(child)
	return nil
}

func (g *mapGroup) details(i int) func() Details {
	return func() Details { return MapIteration{i, g.frame.state.name} }
}

func (g *mapGroup) ended(child *frame, output value, failed *failure) {
	f := g.frame
	delete(g.active, child.index)
	slot := child.last
	if failed == nil {
		g.outputs[child.index] = output
		child.event("MapIterationSucceeded", g.details(child.index))
	} else {
		f.execution.event("MapIterationFailed", child.last, g.details(child.index))
		g.keep(child)
		if g.missing == nil {
			g.missing = make([]bool, len(g.items))
		}
		g.missing[child.index] = true
		g.failed++
		if failed = g.exceeded(failed); failed != nil {
			g.end(child.last, failed)
			return
		}
	}
	if g.again(slot) {
		return
	}
	if g.next < len(g.items) {
		if broken := g.iterate(slot); broken != nil {
			g.end(child.last, broken)
		}
		return
	}
	if len(g.active) == 0 {
		f.last = child.last
		f.halt()
		f.resume(g.succeed())
	}
}

// end fails the state.
func (g *mapGroup) end(last int64, failed *failure) {
	f := g.frame
	f.last = last
	f.halt()
	f.resume(f.fail(failed))
}

// exceeded answers the failure of the state when its iterations have failed too often. Without a tolerance it is that of the iteration.
func (g *mapGroup) exceeded(failed *failure) *failure {
	switch {
	case !g.tolerance():
		return failed
	case g.tolerates(g.failed, len(g.items)):
		return nil
	default:
		return thresholdExceeded()
	}
}

func (g *mapGroup) succeed() bool {
	f := g.frame
	f.execution.event("MapStateSucceeded", f.last, nil)
	return f.succeed(collect(present(g.outputs, g.missing)))
}

// present leaves out the outputs that are missing.
func present(outputs []value, missing []bool) []value {
	if missing == nil {
		return outputs
	}
	kept := make([]value, 0, len(outputs))
	for i, output := range outputs {
		if !missing[i] {
			kept = append(kept, output)
		}
	}
	return kept
}

func (g *mapGroup) abort() {
	for i := range g.items {
		if child, ok := g.active[i]; ok {
			child.abort()
			g.keep(child)
			g.frame.execution.event("MapIterationAborted", child.last, g.details(i))
		}
	}
}
