package jsonata

// library holds the functions of JSONata 2.0.6 by name.
var library = makeLibrary(coreRows)

// awsLibrary is the library of Step Functions. It has no $eval: calling it is calling what is no function.
var awsLibrary = withoutEval(makeLibrary(coreRows, awsRows))

func withoutEval(functions map[string]*Function) map[string]*Function {
	delete(functions, "eval")
	return functions
}

// row describes a library function. Arity and names are those of the reference's implementation, which decide how many
// arguments a higher-order function passes and what partial application leaves open.
type row struct {
	name      string
	signature string
	names     []string
	call      native
}

func makeLibrary(tables ...[]row) map[string]*Function {
	functions := map[string]*Function{}
	for _, table := range tables {
		for _, r := range table {
			fn := &Function{name: r.name, arity: len(r.names), names: r.names, native: r.call, eval: r.name == "eval"}
			if parsed, err := parseSignature(r.signature); err == nil {
				fn.signature = parsed
			}
			functions[r.name] = fn
		}
	}
	return functions
}
