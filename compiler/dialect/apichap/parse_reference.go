package apichap

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// This file reads fulfillments that run another operation, and finds the operations that they name.

// operationCall is a run of another operation.
type operationCall struct {
	name *source.Node // what operationName says
	// callee is nil when there is no such operation, which is reported.
	callee       *operation
	parameters   []referenceParameter
	allowFailure bool
}

// referenceParameter is what the other operation is given under a name.
type referenceParameter struct {
	name  string
	key   *source.Node
	when  expression // nil when it is always given
	value schema
}

// callReader reads runs of other operations.
type callReader struct{ *operationReader }

// of reads what a fulfillment of type reference has, and no other.
func (r callReader) of(ff *fulfillment, fields *source.Fields) {
	if ff.kind != refer {
		for _, name := range []string{"operationName", "parameters"} {
			if entry, found := fields.Entry(name); found {
				entry.Key.Report(report.Error(codePlace, entry.Key.Range, "only fulfillments of type reference have %q", name))
			}
		}
		return
	}
	one := &operationCall{name: fields.Need("operationName"), allowFailure: isSet(fields.Take("allowFailure"))}
	if node := fields.Take("parameters"); node != nil {
		r.parameters(one, node)
	}
	ff.reference = one
	r.references = append(r.references, referring{r.operation, ff})
}

// parameters reads a mapping of names to values, or a list of such mappings. The parameters of one with "if" are given where that holds; of several values
// of a name the last one that is given counts.
func (r callReader) parameters(one *operationCall, node *source.Node) {
	if node.Kind != source.Sequence {
		r.mapping(one, node)
		return
	}
	for _, item := range node.Items() {
		r.mapping(one, item)
	}
}

func (r callReader) mapping(one *operationCall, node *source.Node) {
	node.Map("the parameters of an operation")
	when := parseExpression(node.Get("if"))
	for _, entry := range node.Entries() {
		if entry.Name == "if" {
			continue
		}
		first := slices.IndexFunc(one.parameters, func(p referenceParameter) bool { return p.name == entry.Name })
		if first >= 0 && when == nil {
			entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "the parameter %q is given twice", entry.Name).
				Fix("delete one of the two").Also(one.parameters[first].key.Range, "the first one"))
			continue
		}
		one.parameters = append(one.parameters, referenceParameter{entry.Name, entry.Key, when, r.schema(entry.Value)})
	}
}

// refers tells whether a fulfillment of a name runs another operation.
func (o *operation) refers(name string) bool {
	found := false
	eachFulfillment(o.fulfillments, func(ff *fulfillment) { found = found || ff.kind == refer && ff.label == name })
	return found
}

// referring is a fulfillment that runs another operation, and the operation that it stands in.
type referring struct {
	caller      *operation
	fulfillment *fulfillment
}

// resolve finds the operations that fulfillments run, and reports those that nothing starts and those that come to run themselves.
func (r *reader) resolve() {
	started := map[*operation]bool{}
	for _, one := range r.references {
		if callee := r.callee(one.fulfillment.reference); callee != nil {
			one.fulfillment.reference.callee, started[callee] = callee, true
		}
	}
	for _, one := range r.unstarted {
		if !started[one.operation] {
			r.checkStart(one.operation, one.answers)
		}
	}
	cycles{r, map[*operation]bool{}}.all()
}

// callee finds the operation that a reference names.
func (r *reader) callee(one *operationCall) *operation {
	if one.name == nil {
		return nil
	}
	text, ok := one.name.Str()
	if !ok {
		return nil
	}
	name, _, _ := canonical(text)
	for _, op := range r.project.operations {
		if op.name == name {
			return op
		}
	}
	if _, broken := r.seenOperations[name]; broken {
		return nil
	}
	names := sortedKeys(r.seenOperations)
	draft := report.Error(codeReference, one.name.Range, "there is no operation %q", text)
	if near := source.DidYouMean(name, names); near != "" {
		draft = draft.Fix("%s", near)
	} else {
		draft = draft.Why("The operations are %s.", strings.Join(names, ", "))
	}
	one.name.Report(draft)
	return nil
}

// cycles looks for operations that come to run themselves.
type cycles struct {
	*reader
	done map[*operation]bool
}

func (c cycles) all() {
	for _, op := range c.project.operations {
		c.from(op, nil)
	}
}

// from follows the references of an operation; path are those that have led to it.
func (c cycles) from(op *operation, path []referring) {
	if c.done[op] {
		return
	}
	for _, one := range c.references {
		if one.caller != op || one.fulfillment.reference.callee == nil {
			continue
		}
		longer := append(slices.Clip(path), one)
		start := slices.IndexFunc(longer, func(r referring) bool { return r.caller == one.fulfillment.reference.callee })
		if start >= 0 {
			c.refuse(longer[start:])
			continue
		}
		c.from(one.fulfillment.reference.callee, longer)
	}
	c.done[op] = true
}

// refuse reports references of which the last one runs the operation that the first one stands in.
func (c cycles) refuse(ring []referring) {
	last := ring[len(ring)-1].fulfillment.reference
	names := []string{ring[0].caller.name}
	for _, one := range ring {
		names = append(names, one.fulfillment.reference.callee.name)
	}
	draft := report.Error(codeRecursion, last.name.Range, "%q runs itself: %s", ring[0].caller.name, strings.Join(names, " → ")).
		Why("An operation that runs itself would never end, and Step Functions would refuse none of it.").
		Fix("repeat with a loop, or move what both need into an operation of its own")
	for _, one := range ring[:len(ring)-1] {
		draft = draft.Also(one.fulfillment.reference.name.Range, "%q runs %q here", one.caller.name, one.fulfillment.reference.callee.name)
	}
	last.name.Report(draft)
}
