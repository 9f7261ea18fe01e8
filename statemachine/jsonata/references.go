package jsonata

// ContextReferences lists what an expression reads of a context that nothing gives it: the field names, *, **, %, $ and $$ that stand neither after a
// dot nor in a predicate, a grouping, a sort term, a transform or the body of a function. Each is a *Name, *Wildcard, *Descendants, *Parent or *Variable.
func ContextReferences(n Node) []Node {
	var found []Node
	var visit func(Node)
	visit = func(n Node) {
		switch n := n.(type) {
		case *Name, *Wildcard, *Descendants, *Parent:
			found = append(found, n)
		case *Variable:
			if n.Name == "" || n.Name == "$" {
				found = append(found, n)
			}
		case *Path:
			visit(n.Left)
		case *Filter:
			visit(n.Expr)
		case *Group:
			visit(n.Expr)
		case *Sort:
			visit(n.Expr)
		case *Lambda, *Transform:
		default:
			eachChild(n, visit)
		}
	}
	visit(n)
	return found
}
