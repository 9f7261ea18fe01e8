package nodes

import "github.com/steploom/steploom/compiler/dialect/osop/ast"

func gateway() Type {
	return Type{Name: "gateway", Runs: "nothing of its own: its edges decide", Routes: func(*ast.Node) bool { return true }}
}
