// Package pytext reads and writes values as CPython 3.11 does: json.loads, json.dumps, str, repr and ast.literal_eval of plain values, errors included.
//
//	v, err := pytext.Decode(`{"a": 1.0, "b": [null, 12345678901234567890]}`)
//	pytext.Str(v)                                  // {'a': 1.0, 'b': [None, 12345678901234567890]}
//	text, err := pytext.JSON(v, pytext.Options{})  // {"a": 1.0, "b": [null, 12345678901234567890]}
//
// The values, by Python's type:
//
//	NoneType nil             bool   bool
//	int      int, int64 or *big.Int where it is larger; 1 and 1.0 are different values
//	float    float64         str    string
//	list     []any           tuple  Tuple
//	dict     *Dict, whose entries keep their order; map[string]any is read as a dict in the order of its keys
//	set      Set             bytes  Bytes
//	others   Object
//
// A json.Number is an int, or a float where it has a fraction or an exponent. A string holds UTF-8; a lone surrogate, which Python's str may hold,
// is its three bytes in the manner of UTF-8.
package pytext
