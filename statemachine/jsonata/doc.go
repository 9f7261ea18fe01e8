// Package jsonata is JSONata 2.0.6, the query and transformation language for JSON that AWS Step Functions runs.
//
// An expression is compiled once and evaluated as often as needed, by any number of goroutines:
//
//	e, err := jsonata.Compile(`orders[status = "open"].{"id": id, "total": $sum(items.(price * quantity))}`)
//	input, err := jsonata.Decode(body)
//	v, err := e.Eval(ctx, input, jsonata.Variables{"rate": 1.08})
//
// # Values
//
// Values are plain Go values: nil for null, bool, float64, string, []any, and *Object, a JSON object that keeps the order of its
// keys. Decode and Encode convert from and to JSON text, EvalJSON goes from text to text. An expression that returns nothing gives Undefined,
// which is not null. Inputs are never changed; results may share parts with them.
//
// Structs, typed maps and slices, pointers, json.RawMessage, times and all else that encoding/json can write are accepted as input and as
// variables, too, with the meaning that they have as JSON: []byte is base64 text, for example, and the keys of a Go map are in alphabetical
// order. They are converted for each evaluation; ValueOf converts once. What has no JSON form, such as a channel, is an error.
//
// A whole number beyond ±2^53 that fits 64 bits is an int64, which Decode, Encode and the dialect of Step Functions keep exact; callers
// may hand in any Go integer or json.Number. Integer and Float read a number whatever its type. Outside the dialect of Step Functions
// expressions calculate with JavaScript's numbers, and an int64 counts as the nearest float64.
//
// # Errors
//
// Errors are *Error, with the codes, texts and positions of the reference implementation. Limits (depth, steps, memory, time, see
// Limits) end runaway expressions with code U1001.
//
// # Syntax trees
//
// Parse gives a tree of sealed nodes, Print writes it with no more parentheses than needed, CompileNode compiles it. Programs that
// generate expressions build nodes rather than text, so that quoting and precedence are never wrong.
//
// # Step Functions
//
// The option AWS selects the dialect of Step Functions: six more functions, and errors for what the service refuses.
//
// # How it works
//
// The parser (lexer.go, parser.go) makes the tree. The analysis (analyse.go) flattens paths into steps and finds what the parent operator
// means; it is the reference's post-parse stage. The generator (generate.go) resolves variables to slots and makes executable code
// (code_*.go), which evaluates without copying contexts and keeps intermediate results on a stack. Sequences, JSONata's arrays that
// stand for their only item, are reduced in one place (reduce in value.go). Library functions are rows of one table (functions_core.go).
// Regular expressions (regexp*.go) are JavaScript's, matched with a budget of steps.
package jsonata
