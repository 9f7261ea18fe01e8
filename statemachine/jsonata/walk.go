package jsonata

// Walk visits n and, as long as visit answers true, the nodes below it, in the order of the text.
func Walk(n Node, visit func(Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	eachChild(n, func(child Node) { Walk(child, visit) })
}

// eachChild is a flat switch over the kinds of nodes that have parts.
func eachChild(n Node, visit func(Node)) {
	switch n := n.(type) {
	case *Path:
		visit(n.Left)
		visit(n.Right)
	case *Filter:
		visit(n.Expr)
		visit(n.Predicate)
	case *KeepArray:
		visit(n.Expr)
	case *Group:
		visit(n.Expr)
		eachPair(n.Pairs, visit)
	case *Sort:
		visit(n.Expr)
		for _, term := range n.Terms {
			visit(term.Expr)
		}
	case *Index:
		visit(n.Expr)
	case *Focus:
		visit(n.Expr)
	case *ArrayConstructor:
		eachNode(n.Items, visit)
	case *RangeExpr:
		visit(n.From)
		visit(n.To)
	case *ObjectConstructor:
		eachPair(n.Pairs, visit)
	case *Block:
		eachNode(n.Expressions, visit)
	case *Conditional:
		visit(n.Condition)
		visit(n.Then)
		if n.ElseOrNil != nil {
			visit(n.ElseOrNil)
		}
	case *Bind:
		visit(n.Value)
	case *Lambda:
		visit(n.Body)
	case *Call:
		visit(n.Function)
		eachNode(n.Arguments, visit)
	case *Transform:
		visit(n.Pattern)
		visit(n.Update)
		if n.DeleteOrNil != nil {
			visit(n.DeleteOrNil)
		}
	case *Negate:
		visit(n.Operand)
	case *Binary:
		visit(n.Left)
		visit(n.Right)
	}
}

func eachNode(nodes []Node, visit func(Node)) {
	for _, n := range nodes {
		visit(n)
	}
}

func eachPair(pairs []Pair, visit func(Node)) {
	for _, p := range pairs {
		visit(p.Key)
		visit(p.Value)
	}
}

// depth is the height of the tree below n plus level.
func depth(n Node, level int) int {
	deepest := level
	eachChild(n, func(child Node) { deepest = max(deepest, depth(child, level+1)) })
	return deepest
}
