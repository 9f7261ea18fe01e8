package simplify

import (
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/asl"
)

// Names are names in use: each new one is different from all of them.
type Names map[string]bool

// namesIn collects the variables of steps, those that expressions bind included.
func namesIn(steps []ir.Step) Names {
	names := Names{"param": true}
	ir.Walk(steps, func(step ir.Step) bool {
		parts := ir.Parts(step)
		for _, setting := range parts.Sets {
			names[setting.Name] = true
		}
		for _, name := range ir.FreeVariables(parts.Reads...) {
			names[name] = true
		}
		maps.Copy(names, ir.BoundVariables(parts.Reads...))
		return true
	})
	return names
}

// Clone copies the names, so that more can be added.
func (n Names) Clone() Names { return maps.Clone(n) }

// Variable makes a variable's name of a base and a suffix.
func (n Names) Variable(base, suffix string) string {
	identifier := asl.Identifier(Cut(base, asl.MaxName-len(suffix)-4) + suffix)
	return n.unique(identifier, "_%d")
}

// State makes a state's name of a label.
func (n Names) State(label string) string { return n.unique(Legal(label), " %d") }

// unique adds a name of at most asl.MaxName characters. The suffix, a format of a number, tells it from those that are taken.
func (n Names) unique(name, suffix string) string {
	candidate := Cut(name, asl.MaxName)
	for count := 2; n[candidate]; count++ {
		number := fmt.Sprintf(suffix, count)
		candidate = Cut(name, asl.MaxName-len(number)) + number
	}
	n[candidate] = true
	return candidate
}

// Label is the author's label of a step, or says what the step does.
func Label(step ir.Step) string {
	if label := step.Head().Label; Legal(label) != "" {
		return label
	}
	return ir.Title(step)
}

// Legal replaces what a state name cannot hold: control characters, white space at the ends, and the sign of a substitution.
func Legal(label string) string {
	clean := strings.Map(func(letter rune) rune {
		if unicode.IsControl(letter) {
			return ' '
		}
		return letter
	}, strings.ToValidUTF8(label, "?"))
	return strings.TrimSpace(Unsubstituted(clean))
}

// Unsubstituted takes the sign of a CloudFormation substitution out of a text that nobody computes with.
func Unsubstituted(text string) string { return strings.ReplaceAll(text, "${", "$ {") }

// Cut shortens a text to a number of characters.
func Cut(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:limit]))
}
