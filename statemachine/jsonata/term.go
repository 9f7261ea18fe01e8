package jsonata

// termKind says what a term is.
type termKind uint8

const (
	termPath termKind = iota
	termBinary
	termNegate
	termArray
	termObject
	termName
	termString
	termNumber
	termValue
	termWildcard
	termDescendants
	termParent
	termCondition
	termBlock
	termBind
	termRegex
	termCall
	termPartial
	termVariable
	termLambda
	termApply
	termTransform
	termSort
	termPlaceholder
	termRange
)

// termNames are the reference's names of node types, as its errors show them.
var termNames = [...]string{
	termPath: "path", termBinary: "binary", termNegate: "unary", termArray: "unary", termObject: "unary", termName: "name",
	termString: "string", termNumber: "number", termValue: "value", termWildcard: "wildcard", termDescendants: "descendant",
	termParent: "parent", termCondition: "condition", termBlock: "block", termBind: "bind", termRegex: "regex", termCall: "function",
	termPartial: "partial", termVariable: "variable", termLambda: "lambda", termApply: "apply", termTransform: "transform",
	termSort: "sort", termPlaceholder: "operator", termRange: "binary",
}

// term is the analysed form of a syntax tree node: paths are flat lists of steps, which carry their predicates, groupings
// and bindings. It is what the reference's post-parse stage makes.
type term struct {
	kind   termKind
	at     int        // byte offset for errors
	text   string     // name, variable, operator or string
	number any        // of termNumber: float64 or int64
	value  any        // of termValue
	regex  *regexp    // of termRegex
	steps  []*term    // of a path
	items  []*term    // of an array, a block, the arguments of a call
	pairs  []termPair // of an object
	// left, right, other: operands; condition, then, else; procedure; body; pattern, update, delete.
	left, right, other *term
	order              []termOrder
	parameters         []string
	signature          *signature

	predicates []*term // filters of a term that is no step
	stages     []stage // filters and index bindings of a step
	group      *termGroup
	focus      string
	index      string
	hasFocus   bool
	hasIndex   bool
	ancestor   *slot
	slot       *slot    // of termParent
	seeking    *seeking // the parents that are yet to be found further left
	tuple      bool     // the step, or path, carries bindings along
	cons       bool     // an array constructor that a path keeps whole
	keepArray  bool
	keepSingle bool     // a path with a step marked []
	closes     bool     // a function made inside may keep the variables in scope
	bound      []string // the variables bound inside; of a block or a lambda, those of its own scope
}

type termPair struct{ key, value *term }

type termGroup struct {
	pairs []termPair
	at    int
}

type termOrder struct {
	term       *term
	descending bool
}

// stage is a predicate or, when filter is nil, the binding of an item's position to a variable.
type stage struct {
	filter *term
	index  string
}

// slot stands for one use of the parent operator: level counts how many steps to the left its object is, label names it in a tuple.
type slot struct{ label, level int }

type seeking struct{ slots []*slot }
