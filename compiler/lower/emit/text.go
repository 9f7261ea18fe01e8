package emit

import (
	"strings"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Some texts mean something to Step Functions or to CloudFormation wherever they stand: a text between {% and %} is an expression, and
// ${…} is replaced when the definition is deployed. Texts of a workflow are data, so they are written in a way that has none of these
// sequences: as an expression that puts the text together.

// literal gives a text as data.
func literal(text string) any {
	if mustBeExpression(text) {
		return asl.Expression(textNode(text))
	}
	return text
}

func mustBeExpression(text string) bool {
	return strings.Contains(text, "${") || strings.HasPrefix(text, "{%") || strings.HasSuffix(text, "%}")
}

// protected rewrites an expression so that its text holds none of the sequences that mean something elsewhere.
func protected(node jsonata.Node) jsonata.Node {
	return build.Rewrite(node, func(node jsonata.Node) jsonata.Node {
		switch node := node.(type) {
		case *jsonata.String:
			return textNode(node.Value)
		case *jsonata.Regex:
			return build.Regex(strings.ReplaceAll(node.Pattern, "${", "(?:$){"), node.Flags)
		case *jsonata.Group:
			return protectedGroup(node)
		default:
			return node
		}
	})
}

// protectedGroup keeps the sign of $ or $$ and the brace of a grouping apart.
func protectedGroup(node *jsonata.Group) jsonata.Node {
	variable, ok := node.Expr.(*jsonata.Variable)
	if !ok || variable.Name != "" && variable.Name != "$" {
		return node
	}
	var members []build.Member
	for _, pair := range node.Pairs {
		members = append(members, build.Member{Key: pair.Key, Value: pair.Value})
	}
	return build.GroupBy(variable, members...)
}

// textNode gives a text as an expression, cut wherever a sequence would come up.
func textNode(text string) jsonata.Node { return build.Pieces(cutSequences(text)...) }

// cutSequences splits a text between the two characters of each ${, {% and %}.
func cutSequences(text string) []string {
	var parts []string
	start := 0
	for i := 0; i+1 < len(text); i++ {
		switch text[i : i+2] {
		case "${", "{%", "%}":
			parts = append(parts, text[start:i+1])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}
