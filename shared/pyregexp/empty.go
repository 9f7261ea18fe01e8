package pyregexp

import (
	"regexp/syntax"
	"slices"
)

// oddRepeat tells whether something is repeated that would rather match nothing, as (|a)* or (a??)+ do: how often it is tried is a matter of Python's
// machine, not of the expression.
func oddRepeat(tree *syntax.Regexp) bool {
	if repeats(tree) && nullable(tree.Sub[0]) && prefersEmpty(tree.Sub[0]) {
		return true
	}
	return slices.ContainsFunc(tree.Sub, oddRepeat)
}

// loose collects the groups in repeats of what may be empty, such as (a*)*: Python repeats once more than package syntax, so that they may be empty in
// the end.
func loose(tree *syntax.Regexp, inside bool, groups map[int]bool) {
	inside = inside || repeats(tree) && nullable(tree.Sub[0])
	if inside && tree.Op == syntax.OpCapture {
		groups[tree.Cap] = true
	}
	for _, sub := range tree.Sub {
		loose(sub, inside, groups)
	}
}

func repeats(tree *syntax.Regexp) bool {
	return tree.Op == syntax.OpStar || tree.Op == syntax.OpPlus || tree.Op == syntax.OpRepeat && tree.Max != 1
}

// nullable tells whether a tree may match nothing.
func nullable(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpNoMatch, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpLiteral:
		return len(tree.Rune) == 0
	case syntax.OpConcat:
		return !slices.ContainsFunc(tree.Sub, func(sub *syntax.Regexp) bool { return !nullable(sub) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(tree.Sub, nullable)
	case syntax.OpCapture, syntax.OpPlus:
		return nullable(tree.Sub[0])
	case syntax.OpRepeat:
		return tree.Min == 0 || nullable(tree.Sub[0])
	}
	return true
}

// prefersEmpty tells whether a part of a tree tries to match nothing before it tries something.
func prefersEmpty(tree *syntax.Regexp) bool {
	switch tree.Op {
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		if tree.Flags&syntax.NonGreedy != 0 {
			return true
		}
	case syntax.OpAlternate:
		if slices.ContainsFunc(tree.Sub[:len(tree.Sub)-1], nullable) {
			return true
		}
	}
	return slices.ContainsFunc(tree.Sub, prefersEmpty)
}
