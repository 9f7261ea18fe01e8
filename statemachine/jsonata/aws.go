package jsonata

import "math/rand/v2"

func randomNumber() float64 { return rand.Float64() }

// awsRows are the functions that Step Functions adds.
var awsRows = []row{
	{"parse", "<s-:x>", []string{"str"}, parseJSON},
}

// parseJSON is $parse: the value that a JSON text stands for.
func parseJSON(_ *state, args []any) (any, error) {
	text, ok := args[0].(string)
	if !ok {
		return Undefined, nil
	}
	return Decode([]byte(text))
}

func checkAWS(Node) error { return nil }
