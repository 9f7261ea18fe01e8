package source

import "github.com/steploom/steploom/compiler/report"

// This file reads values whose shape is known, and says with a code of the language's own when they have another.

// BlockOf is the block of a mapping; that of nil, and of anything else, has no keys.
func BlockOf(node *Node) Block {
	if node == nil {
		return Block{}
	}
	return Block{Entries: node.Entries(), Range: node.Range}
}

// MappingOf is the block of a mapping; anything else but nil is reported, and has no keys.
func MappingOf(node *Node, code report.Code, what string) Block {
	if node != nil && node.Kind != Mapping {
		node.Report(code.Error(node.Range, "%s is a mapping", what))
	}
	return BlockOf(node)
}

// ListOf gives the elements of a list; anything else but nil is reported, and has none. fix says what to write.
func ListOf(node *Node, code report.Code, what, fix string) []*Node {
	if node != nil && node.Kind != Sequence {
		node.Report(code.Error(node.Range, "%s is a list", what).Fix("%s", fix))
	}
	return node.Items()
}

// Names reads a mapping or a list of things with names, see [NamedItems]; what has no name is reported. what names one of them, with its article.
func Names(node *Node, code report.Code, what string) []Named {
	found, nameless := NamedItems(node)
	for _, item := range nameless {
		item.Report(code.Error(item.Range, "%s needs a name", what))
	}
	return found
}
