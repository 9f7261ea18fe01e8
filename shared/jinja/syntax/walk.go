package syntax

// Children gives the expressions and statements that a node is made of, in the order in which Jinja visits them.
func Children(node Node) []Node {
	if children, ok := exprChildren(node); ok {
		return children
	}
	switch n := node.(type) {
	case *Output:
		return nodes(n.Nodes...)
	case *If:
		children := append(nodes(n.Test), nodes(n.Body...)...)
		for _, branch := range n.Elif {
			children = append(children, branch)
		}
		return append(children, nodes(n.Else...)...)
	case *For:
		return append(append(append(nodes(n.Target, n.Iter), nodes(n.Body...)...), nodes(n.Else...)...), nodes(n.Test)...)
	case *Set:
		return nodes(n.Target, n.Value)
	case *SetBlock:
		return append(nodes(n.Target, n.Filter), nodes(n.Body...)...)
	case *With:
		return append(append(nodes(n.Targets...), nodes(n.Values...)...), nodes(n.Body...)...)
	case *Macro:
		var children []Node
		for _, param := range n.Params {
			children = append(children, param)
		}
		return append(append(children, nodes(n.Defaults...)...), nodes(n.Body...)...)
	case *CallBlock:
		return nodes(n.Call, n.Macro)
	case *FilterBlock:
		return append(nodes(n.Body...), n.Filter)
	case *Autoescape:
		return append(nodes(n.On), nodes(n.Body...)...)
	case *Block:
		return nodes(n.Body...)
	}
	return nil
}

func exprChildren(node Node) ([]Node, bool) {
	switch n := node.(type) {
	case *List:
		return nodes(n.Items...), true
	case *Tuple:
		return nodes(n.Items...), true
	case *Dict:
		var children []Node
		for i, key := range n.Keys {
			children = append(children, key, n.Values[i])
		}
		return children, true
	case *Cond:
		return nodes(n.Test, n.Then, n.Else), true
	case *Binary:
		return nodes(n.Left, n.Right), true
	case *Logic:
		return nodes(n.Left, n.Right), true
	case *Unary:
		return nodes(n.Of), true
	case *Compare:
		children := nodes(n.First)
		for _, link := range n.Rest {
			children = append(children, link.Right)
		}
		return children, true
	case *Concat:
		return nodes(n.Items...), true
	case *Attribute:
		return nodes(n.Of), true
	case *Item:
		return nodes(n.Of, n.Index), true
	case *Slice:
		return nodes(n.Start, n.Stop, n.Step), true
	case *Call:
		return append(nodes(n.Func), n.Args.children()...), true
	case *Filter:
		return append(nodes(n.Of), n.Args.children()...), true
	case *Test:
		return append(nodes(n.Of), n.Args.children()...), true
	}
	return nil, false
}

func (a Args) children() []Node {
	children := nodes(a.Positional...)
	for _, keyword := range a.Keywords {
		children = append(children, keyword.Value)
	}
	return append(children, nodes(a.Star, a.StarStar)...)
}

// nodes leaves out what is nil.
func nodes(all ...Node) []Node {
	var there []Node
	for _, node := range all {
		if node != nil {
			there = append(there, node)
		}
	}
	return there
}

// Walk visits a node and all below it, until visit says false.
func Walk(node Node, visit func(Node) bool) bool {
	if !visit(node) {
		return false
	}
	for _, child := range Children(node) {
		if !Walk(child, visit) {
			return false
		}
	}
	return true
}

// Reads tells whether a name is read in statements before it is assigned there, blocks left aside: it is how Jinja finds out whether a body asks for "loop"
// or "caller".
func Reads(body []Stmt, name string) bool {
	found := false
	var visit func(Node) bool
	visit = func(node Node) bool {
		switch n := node.(type) {
		case *Block:
			return true
		case *Name:
			found = found || n.Name == name && !n.Store
			return n.Name != name
		}
		for _, child := range Children(node) {
			if !visit(child) {
				return false
			}
		}
		return true
	}
	for _, stmt := range body {
		if !visit(stmt) {
			break
		}
	}
	return found
}
