package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// The names of Jinja's filters and tests.
var (
	filterNames = strings.Fields(`abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format groupby
		indent int join last length list lower items map min max pprint random reject rejectattr replace reverse round safe select selectattr slice
		sort string striptags sum title trim truncate unique upper urlencode urlize wordcount wordwrap xmlattr tojson`)
	testNames = strings.Fields(`odd even divisibleby defined undefined filter test none boolean false true integer float lower upper string mapping number
		sequence iterable callable sameas escaped in == eq equalto != ne > gt greaterthan ge >= < lt lessthan <= le`)
)

// FilterNames gives the names of Jinja's filters.
func FilterNames() []string { return slices.Clone(filterNames) }

// TestNames gives the names of Jinja's tests.
func TestNames() []string { return slices.Clone(testNames) }

// IsFilter tells whether Jinja has a filter.
func IsFilter(name string) bool { return slices.Contains(filterNames, name) }

// IsTest tells whether Jinja has a test.
func IsTest(name string) bool { return slices.Contains(testNames, name) }

// check finds what Jinja's compiler refuses.
func check(body []Stmt) *Error {
	c := &checker{blocks: map[string]bool{}}
	c.all(nodes(body...), false)
	return c.problem
}

type checker struct {
	blocks  map[string]bool
	loops   int
	inBlock bool
	problem *Error // the first one
}

func (c *checker) fail(class string, at Pos, format string, args ...any) {
	if c.problem == nil {
		c.problem = &Error{Class: class, Message: fmt.Sprintf(format, args...), Pos: at}
	}
}

// all visits nodes. soft says that an unknown filter matters only when it is reached, as in a branch.
func (c *checker) all(nodes []Node, soft bool) {
	for _, node := range nodes {
		c.node(node, soft)
	}
}

func (c *checker) node(node Node, soft bool) {
	switch n := node.(type) {
	case *Filter:
		if !IsFilter(n.Name) && !soft {
			c.fail(AssertionError, n.Pos, "No filter named %s.", Quote(n.Name))
		}
		c.keywords(n.Args)
	case *Test:
		if !IsTest(n.Name) && !soft {
			c.fail(AssertionError, n.Pos, "No test named %s.", Quote(n.Name))
		}
		c.keywords(n.Args)
	case *Call:
		c.keywords(n.Args)
	case *Name:
		c.name(n)
	case *Item:
		c.index(n)
	case *Cond, *If:
		soft = true
	case *For:
		c.forLoop(n, soft)
		return
	case *With:
		c.all(append(nodes(n.Targets...), nodes(n.Values...)...), soft)
		c.all(nodes(n.Body...), false)
		return
	case *Macro:
		c.macro(n)
		soft = false
	case *CallBlock:
		c.node(n.Macro, false)
		c.node(n.Call, soft)
		return
	case *FilterBlock, *SetBlock, *Autoescape:
		soft = false
	case *Block:
		c.block(n)
		return
	}
	c.all(Children(node), soft)
}

func (c *checker) forLoop(loop *For, soft bool) {
	c.loops++
	c.node(loop.Iter, soft)
	c.node(loop.Target, false)
	c.all(nodes(loop.Test), false)
	c.all(nodes(loop.Body...), false)
	c.loops--
	c.all(nodes(loop.Else...), false)
}

func (c *checker) name(n *Name) {
	switch {
	case n.Store && n.Name == "loop" && c.loops > 0:
		c.fail(AssertionError, n.Pos, "Can't assign to special loop variable in for-loop target")
	case !n.Store && (n.Name == "self" || n.Name == "super" && c.inBlock):
		c.fail(Unsupported, n.Pos, "%q, which speaks of the blocks of a template, is not supported", n.Name)
	}
}

// index refuses what gives no Python: slices among several indexes.
func (c *checker) index(item *Item) {
	if several, ok := item.Index.(*Tuple); ok {
		for _, index := range several.Items {
			if _, isSlice := index.(*Slice); isSlice {
				c.fail("SyntaxError", item.Pos, "invalid syntax")
			}
		}
	}
}

func (c *checker) keywords(args Args) {
	seen := map[string]bool{}
	for _, keyword := range args.Keywords {
		if seen[keyword.Name] {
			c.fail("SyntaxError", keyword.Value.Position(), "keyword argument repeated: %s", keyword.Name)
		}
		seen[keyword.Name] = true
	}
}

func (c *checker) macro(macro *Macro) {
	seen := map[string]bool{}
	for i, param := range macro.Params {
		if seen[param.Name] {
			c.fail("SyntaxError", param.Pos, "the parameter %s is there twice", Quote(param.Name))
		}
		seen[param.Name] = true
		if param.Name == "caller" && i < len(macro.Params)-len(macro.Defaults) && Reads(macro.Body, "caller") {
			c.fail(AssertionError, macro.Pos, `When defining macros or call blocks the special "caller" argument must be omitted or be given a default.`)
		}
	}
}

func (c *checker) block(block *Block) {
	if c.blocks[block.Name] {
		c.fail(AssertionError, block.Pos, "block %s defined twice", Quote(block.Name))
	}
	c.blocks[block.Name] = true
	outer, loops := c.inBlock, c.loops
	c.inBlock, c.loops = true, 0
	c.all(nodes(block.Body...), false)
	c.inBlock, c.loops = outer, loops
}
