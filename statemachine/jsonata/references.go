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

// checkAWS refuses what Step Functions refuses: to read the context where nothing has given one.
func checkAWS(n Node) error {
	for _, reference := range ContextReferences(n) {
		if v, ok := reference.(*Variable); ok {
			return &Error{Code: "S0603", at: v.mark, token: "$" + v.Name, hasToken: true}
		}
		return &Error{Code: "S0602", at: reference.position(), token: tokenOf(reference), hasToken: true}
	}
	return nil
}
