package apichap

import (
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// scope is what an expression can see at its place in an operation.
type scope struct {
	names *names
	// surveys are what is known of every operation of the project.
	surveys surveys
	// visible are the fulfillments whose results exist here.
	visible map[string]bool
	// loops are the loops around this place, the innermost last.
	loops []*fulfillment
	// elements are what @, @@, … stand for, the innermost last.
	elements []typed
	// surroundings are what the expression stands in, the innermost last.
	surroundings []surrounding
	// quiet keeps warnings back, where the same text has been or will be judged at its proper place.
	quiet bool
}

// names are the results, attributes and variables of one operation.
type names struct {
	operation *operation
	results   map[string]*result
	// transactions are by name.
	transactions transactions
	attributes   map[string]*attributeInfo
	variables    map[string]owner // by identifier
	used         usage
	paths        []pathUse
	parameters   []string // names that PARAM reads
	// parameterPlaces are where each of them is first read.
	parameterPlaces []argument
	bodies          []*call // calls of BODY
	labels          map[string]fulfillmentKind
	dates           dateCalls
}

// result is what a fulfillment's name stands for.
type result struct {
	name     string
	variable string
	contents
	// skippable tells that the result is null when a condition does not hold.
	skippable bool
	// indexes are the loops around each definition with an index, the innermost last; definitions counts all of them.
	indexes     [][]*fulfillment
	definitions int
	// dated tells that a date is formatted for an index.
	dated bool
	// failing tells that a definition allows failure, request that one is an HTTP request.
	failing, request bool
	// loops are those of this name; a name is a loop's or a result's, never both.
	loops []*fulfillment
	// around are the loops around the first definition, the innermost last.
	around []*fulfillment
	at     diag.Range
}

// contents are what is known of a result.
type contents struct {
	// rows tells that it is a list of objects: rows of a database, files of a folder.
	rows bool
	// listing tells that it is the files of a folder, xml that it is what an XML document holds.
	listing, xml bool
	// flags tells that booleans in it are 1 and 0: it is what a MariaDB or MySQL database holds.
	flags bool
	// file tells that it may be a file that a request or a datasource gave, which is kept by its reference.
	file bool
}

type owner struct {
	label string
	at    diag.Range
}

// usage says which names an operation reads, so that nothing is bound that nobody reads.
type usage struct {
	value, status, exception, index map[string]bool
	// indexes are the calls that read by an index.
	indexes []indexUse
}

// indexed tells that results are kept by an index.
func (r *result) indexed() bool { return len(r.indexes) > 0 }

func (r *result) statusVariable() string    { return r.variable + "_status" }
func (r *result) exceptionVariable() string { return r.variable + "_exception" }
func (r *result) indexVariable() string     { return r.variable + "_by_index" }

// inside gives the scope of a loop's body.
func (s *scope) inside(l *fulfillment) *scope {
	inner := *s
	inner.visible = maps.Clone(s.visible)
	inner.loops = append(slices.Clip(s.loops), l)
	return &inner
}

// fork gives a scope of its own for one of several ways that an operation goes.
func (s *scope) fork() *scope {
	forked := *s
	forked.visible = maps.Clone(s.visible)
	return &forked
}

// around gives the scope in which @ is element.
func (s *scope) around(element typed) *scope {
	inner := *s
	inner.elements = append(slices.Clip(s.elements), element)
	return &inner
}

// warn reports at a place what a second look at the same expression, which is quiet, does not report again.
func (s *scope) warn(at span, warning report.Draft) {
	if !s.quiet {
		at.report(warning)
	}
}

// result finds what a name stands for and tells whether it has a value here. An unknown name is an error; a name without a value here
// is a warning, and reads as null.
func (s *scope) result(name string, at span) (*result, bool) {
	found, known := s.names.results[name]
	switch {
	case !known && s.names.operation.refused[name]:
		return nil, false
	case !known && s.names.labels[name] != "":
		at.report(report.Error(codeFulfillment, at.place(), "%q has no result: its type is %s", name, s.names.labels[name]).
			Why("Only reads, updates and references have results, and loops a current element."))
		return nil, false
	case !known:
		at.report(report.Error(codeFulfillment, at.place(), "there is no fulfillment %q in this operation", name).
			Why("%s", whyUnknown(name, s.names.known())).Fix("%s", source.DidYouMean(name, s.names.known())))
		return nil, false
	case len(found.loops) > 0:
		if s.current(found) == nil {
			s.warn(at, report.Warning(codeNotVisible, at.place(), "loop %q has an element only inside the loop; this is always null", name))
			return found, false
		}
	case !s.visible[name]:
		s.warn(at, report.Warning(codeNotVisible, at.place(), "the result of %q is not there yet; this is always null", name).Why("%s", s.whyNotVisible(found)))
		return found, false
	}
	return found, true
}

// known lists the fulfillments that have a result, or would have one if they could be read.
func (n *names) known() []string {
	known := map[string]bool{}
	maps.Copy(known, n.operation.refused)
	for name := range n.results {
		known[name] = true
	}
	delete(known, "")
	return sortedKeys(known)
}

// whyUnknown explains a name that none of the known results has.
func whyUnknown(name string, known []string) string {
	switch {
	case source.DidYouMean(name, known) != "":
		return ""
	case strings.Contains(name, "("):
		return "A name stands here. What the call gives needs no method around it."
	case len(known) > 0:
		return "Those with a result are " + strings.Join(known, ", ") + "."
	default:
		return "None has a result: those are reads, updates, references and loops with a name."
	}
}

func (s *scope) whyNotVisible(r *result) string {
	if len(r.around) > 0 && !slices.Contains(s.loops, r.around[len(r.around)-1]) {
		return "What a fulfillment inside a loop gave is not visible outside of it. Give it an index and use VALUE_BY_INDEX."
	}
	if s.names.transactions.collect(r.name) {
		return "A statement of a transaction runs when the transaction is committed, and has its result after that."
	}
	return "Fulfillments run in the order in which they are written."
}

// value gives a result as an expression.
func (s *scope) value(r *result) typed {
	if l := s.current(r); l != nil {
		element := loopElement(l, r.variable)
		if (origins{s.names}).isFile(l.items, nil) {
			element.kind = fileKind
		}
		element.flags = origins{s.names}.holdsFlags(l.items)
		return element
	}
	value := typed{node: build.Var(r.variable), null: r.skippable || r.failing || !r.rows || s.names.transactions.collect(r.name)}
	return r.holding(value)
}

// holding adds to a value what is known of a result that it is.
func (r *result) holding(value typed) typed {
	value.flags = r.flags
	switch {
	case r.rows:
		value.kind, value.rows = listKind, true
	case r.file:
		value.kind = fileKind
	}
	return value
}

// current gives the innermost loop of a name around this place, nil when there is none.
func (s *scope) current(r *result) *fulfillment {
	for _, l := range slices.Backward(s.loops) {
		if slices.Contains(r.loops, l) {
			return l
		}
	}
	return nil
}

// loopElement gives the current element of a loop.
func loopElement(l *fulfillment, variable string) typed {
	if count, ok := l.items.(*call); ok && count.method.name == "LIST" {
		return typed{node: build.Var(variable), kind: numberKind}
	}
	return typed{node: build.Var(variable), null: true}
}

// local gives a name for a variable inside an expression that hides none of the operation's.
func (s *scope) local(name string) string {
	for {
		if _, taken := s.names.variables[name]; !taken {
			return name
		}
		name += "_"
	}
}
