package jsonata

var coreRows = []row{
	{"sum", "<a<n>:n>", []string{"args"}, sum},
	{"count", "<a:n>", []string{"args"}, count},
	{"string", "<x-b?:s>", []string{"arg"}, toString},
	{"exists", "<x:b>", []string{"arg"}, exists},
	{"clone", "<(oa)-:o>", []string{"arg"}, clone},
}

func exists(_ *state, args []any) (any, error) { return !IsUndefined(at(args, 0)), nil }

func sum(_ *state, args []any) (any, error) {
	items, ok := elements(at(args, 0))
	if !ok {
		return Undefined, nil
	}
	total := 0.0
	for _, item := range items {
		n, _ := plain(item).(float64)
		total += n
	}
	return total, nil
}

func count(_ *state, args []any) (any, error) {
	items, _ := elements(at(args, 0))
	return float64(len(items)), nil
}

func toString(st *state, args []any) (any, error) {
	v := at(args, 0)
	if IsUndefined(v) {
		return v, nil
	}
	if s, ok := v.(string); ok {
		return s, nil
	}
	b, err := appendString(st, nil, v)
	return string(b), err
}

func clone(st *state, args []any) (any, error) {
	v := at(args, 0)
	if IsUndefined(v) {
		return v, nil
	}
	b, err := appendString(st, nil, v)
	if err != nil {
		return nil, err
	}
	return Decode(b)
}

func appendString(st *state, b []byte, v any) ([]byte, error) {
	return appendJSON(b, unwrap(v), writeString)
}
