package lower

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
)

// namer hands out names that are different from each other.
type namer map[string]bool

// state gives a state name made of the author's label: legal, at most asl.MaxName characters, unique in the machine.
func (n namer) state(label string) string {
	return n.unique(legal(label), " %d", asl.MaxName)
}

// variable gives a variable name made of a base and a suffix, unique in the operation.
func (n namer) variable(base, suffix string) string {
	identifier := asl.Identifier(cut(base, asl.MaxName-len(suffix)-4) + suffix)
	return n.unique(identifier, "_%d", asl.MaxName)
}

func (n namer) unique(name, suffix string, limit int) string {
	candidate := cut(name, limit)
	for count := 2; n[candidate]; count++ {
		number := fmt.Sprintf(suffix, count)
		candidate = cut(name, limit-len(number)) + number
	}
	n[candidate] = true
	return candidate
}

// legal replaces what a state name cannot hold: control characters, white space at the ends, and the sign of a substitution.
func legal(label string) string {
	clean := strings.Map(func(letter rune) rune {
		if unicode.IsControl(letter) {
			return ' '
		}
		return letter
	}, strings.ToValidUTF8(label, "?"))
	return strings.TrimSpace(unsubstituted(clean))
}

// unsubstituted takes the sign of a CloudFormation substitution out of a text that nobody computes with.
func unsubstituted(text string) string { return strings.ReplaceAll(text, "${", "$ {") }

// cut shortens a text to a number of characters.
func cut(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:limit]))
}

// nameSteps gives each step that becomes a state its name, in the order of the source.
func (l *lowering) nameSteps(steps []ir.Step) {
	for _, step := range steps {
		l.nameStep(step)
	}
}

func (l *lowering) nameStep(step ir.Step) {
	if !isStateless(step) || l.fuser.targets[step.Head().Label] {
		l.names[step] = l.states.state(labelOf(step))
	}
	if branch, ok := step.(*ir.Branch); ok && len(branch.Cases) > 0 {
		for _, way := range branch.Cases {
			l.nameWay(way.Body)
		}
		_, rest := l.fuser.leadingAssign(branch.Else)
		l.nameSteps(rest)
		return
	}
	for _, body := range ir.Parts(step).Bodies {
		l.nameSteps(body)
	}
}

// nameWay names what follows a rule, without what the rule does itself.
func (l *lowering) nameWay(steps []ir.Step) {
	if jump := l.onlyJump(steps); jump != nil {
		l.nameSteps(jump.Exhausted)
		return
	}
	_, rest := l.fuser.leadingAssign(steps)
	l.nameSteps(rest)
}

// isStateless tells whether a step is a mere change of what follows.
func isStateless(step ir.Step) bool {
	switch step := step.(type) {
	case *ir.Break:
		return true
	case *ir.Goto:
		return step.Max == 0
	default:
		return false
	}
}

// labelOf gives the author's label, or says what the step does.
func labelOf(step ir.Step) string {
	if label := step.Head().Label; legal(label) != "" {
		return label
	}
	return ir.Title(step)
}

func sortedKeys(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
