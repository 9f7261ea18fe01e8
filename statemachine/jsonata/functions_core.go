package jsonata

import (
	"math"
	"time"
)

// coreRows are the functions of JSONata 2.0.6 (docs.jsonata.org, "Function Library").
var coreRows = []row{
	{"sum", "<a<n>:n>", []string{"args"}, sum},
	{"count", "<a:n>", []string{"args"}, count},
	{"max", "<a<n>:n>", []string{"args"}, maximum},
	{"min", "<a<n>:n>", []string{"args"}, minimum},
	{"average", "<a<n>:n>", []string{"args"}, average},
	{"string", "<x-b?:s>", []string{"arg"}, toString},
	{"substring", "<s-nn?:s>", []string{"str", "start", "length"}, substring},
	{"substringBefore", "<s-s:s>", []string{"str", "chars"}, substringBefore},
	{"substringAfter", "<s-s:s>", []string{"str", "chars"}, substringAfter},
	{"lowercase", "<s-:s>", []string{"str"}, onText(lower)},
	{"uppercase", "<s-:s>", []string{"str"}, onText(upper)},
	{"length", "<s-:n>", []string{"str"}, length},
	{"trim", "<s-:s>", []string{"str"}, onText(trim)},
	{"pad", "<s-ns?:s>", []string{"str", "width", "char"}, pad},
	{"match", "<s-f<s:o>n?:a<o>>", []string{"str", "regex", "limit"}, matchAll},
	{"contains", "<s-(sf):b>", []string{"str", "token"}, contains},
	{"replace", "<s-(sf)(sf)n?:s>", []string{"str", "pattern", "replacement", "limit"}, replace},
	{"split", "<s-(sf)n?:a<s>>", []string{"str", "separator", "limit"}, split},
	{"join", "<a<s>s?:s>", []string{"strs", "separator"}, join},
	{"formatNumber", "<n-so?:s>", []string{"value", "picture", "options"}, formatNumber},
	{"formatBase", "<n-n?:s>", []string{"value", "radix"}, formatBase},
	{"formatInteger", "<n-s:s>", []string{"value", "picture"}, formatInteger},
	{"parseInteger", "<s-s:n>", []string{"value", "picture"}, parseInteger},
	{"number", "<(nsb)-:n>", []string{"arg"}, toNumber},
	{"floor", "<n-:n>", []string{"arg"}, onNumber(math.Floor, exact)},
	{"ceil", "<n-:n>", []string{"arg"}, onNumber(math.Ceil, exact)},
	{"round", "<n-n?:n>", []string{"arg", "precision"}, round},
	{"abs", "<n-:n>", []string{"arg"}, onNumber(math.Abs, magnitude)},
	{"sqrt", "<n-:n>", []string{"arg"}, squareRoot},
	{"power", "<n-n:n>", []string{"arg", "exp"}, power},
	{"random", "<:n>", nil, random},
	{"boolean", "<x-:b>", []string{"arg"}, toBoolean},
	{"not", "<x-:b>", []string{"arg"}, not},
	{"map", "<af>", []string{"arr", "func"}, mapArray},
	{"zip", "<a+>", nil, zip},
	{"filter", "<af>", []string{"arr", "func"}, filter},
	{"single", "<af?>", []string{"arr", "func"}, single},
	{"reduce", "<afj?:j>", []string{"sequence", "func", "init"}, fold},
	{"sift", "<o-f?:o>", []string{"arg", "func"}, sift},
	{"keys", "<x-:a<s>>", []string{"arg"}, keys},
	{"lookup", "<x-s:x>", []string{"input", "key"}, lookupKey},
	{"append", "<xx:a>", []string{"arg1", "arg2"}, appendArrays},
	{"exists", "<x:b>", []string{"arg"}, exists},
	{"spread", "<x-:a<o>>", []string{"arg"}, spread},
	{"merge", "<a<o>:o>", []string{"arg"}, mergeObjects},
	{"reverse", "<a:a>", []string{"arr"}, reverse},
	{"each", "<o-f:a>", []string{"obj", "func"}, each},
	{"error", "<s?:x>", []string{"message"}, raise},
	{"assert", "<bs?:x>", []string{"condition", "message"}, assert},
	{"type", "<x:s>", []string{"value"}, typeOf},
	{"sort", "<af?:a>", []string{"arr", "comparator"}, sortArray},
	{"shuffle", "<a:a>", []string{"arr"}, shuffle},
	{"distinct", "<x:x>", []string{"arr"}, distinct},
	{"base64encode", "<s-:s>", []string{"str"}, onText(base64Encode)},
	{"base64decode", "<s-:s>", []string{"str"}, onText(base64Decode)},
	{"encodeUrlComponent", "<s-:s>", []string{"str"}, encodeURL("encodeUrlComponent", urlMarks)},
	{"encodeUrl", "<s-:s>", []string{"str"}, encodeURL("encodeUrl", urlMarks+urlReserved+"#")},
	{"decodeUrlComponent", "<s-:s>", []string{"str"}, decodeURL("decodeUrlComponent", "")},
	{"decodeUrl", "<s-:s>", []string{"str"}, decodeURL("decodeUrl", urlReserved+"#")},
	{"eval", "<sx?:x>", []string{"expr", "focus"}, notHere},
	{"toMillis", "<s-s?:n>", []string{"timestamp", "picture"}, toMillis},
	{"fromMillis", "<n-s?s?:s>", []string{"millis", "picture", "timezone"}, fromMillis},
	{"clone", "<(oa)-:o>", []string{"arg"}, clone},
	{"now", "<s?s?:s>", []string{"picture", "timezone"}, now},
	{"millis", "<:n>", nil, millis},
}

// notHere stands for $eval, which the evaluator handles where the call stands.
func notHere(*state, []any) (any, error) { return nil, &Error{Code: "T1006"} }

// text gives a string argument; what is none is reported, which only happens where a signature was passed by.
func text(args []any, i int) (s string, given bool, err error) {
	switch v := at(args, i).(type) {
	case string:
		return v, true, nil
	case *undefined:
		return "", false, nil
	default:
		return "", false, &Error{Code: "T0410", Value: v, index: i + 1}
	}
}

// amount gives a number argument.
func amount(args []any, i int) (n float64, given bool, err error) {
	v := at(args, i)
	if IsUndefined(v) {
		return 0, false, nil
	}
	if f, ok := Float(v); ok {
		return f, true, nil
	}
	return 0, false, &Error{Code: "T0410", Value: v, index: i + 1}
}

// callable gives a function argument.
func callable(args []any, i int) (*Function, error) {
	if fn, ok := at(args, i).(*Function); ok {
		return fn, nil
	}
	return nil, &Error{Code: "T0410", Value: at(args, i), index: i + 1}
}

// array gives an array argument.
func array(args []any, i int) (items []any, given bool, err error) {
	v := at(args, i)
	if IsUndefined(v) {
		return nil, false, nil
	}
	if items, ok := elements(v); ok {
		return items, true, nil
	}
	return nil, false, &Error{Code: "T0410", Value: v, index: i + 1}
}

// onText is a library function of one string.
func onText(f func(string) string) native {
	return func(st *state, args []any) (any, error) {
		s, given, err := text(args, 0)
		if err != nil || !given {
			return Undefined, err
		}
		result := f(s)
		return result, st.allocate(len(result))
	}
}

// onNumber is a library function of one number; onWhole is what it makes of a whole number that is an int64.
func onNumber(f func(float64) float64, onWhole func(int64) any) native {
	return func(st *state, args []any) (any, error) {
		n, given, err := amount(args, 0)
		if err != nil || !given {
			return Undefined, err
		}
		if whole, ok := st.plain(args[0]).(int64); ok {
			return onWhole(whole), nil
		}
		return f(n), nil
	}
}

func exists(_ *state, args []any) (any, error) { return !IsUndefined(at(args, 0)), nil }

func toBoolean(_ *state, args []any) (any, error) {
	v := at(args, 0)
	if IsUndefined(v) {
		return v, nil
	}
	return truth(v)
}

func not(_ *state, args []any) (any, error) {
	v := at(args, 0)
	if IsUndefined(v) {
		return v, nil
	}
	t, err := truth(v)
	return !t, err
}

func raise(_ *state, args []any) (any, error) {
	return nil, failure("D3137", at(args, 0), "$error() function evaluated")
}

func assert(_ *state, args []any) (any, error) {
	t, err := truth(at(args, 0))
	if err != nil || t {
		return Undefined, err
	}
	return nil, failure("D3141", at(args, 1), "$assert() statement failed")
}

// failure is an error with the expression's own message, or a default.
func failure(code string, message any, otherwise string) *Error {
	if s, ok := message.(string); ok && s != "" {
		otherwise = s
	}
	return &Error{Code: code, Message: otherwise}
}

func typeOf(_ *state, args []any) (any, error) {
	v := at(args, 0)
	switch kindOf(v) {
	case kindUndefined:
		return Undefined, nil
	case kindNull:
		return "null", nil
	case kindString:
		return "string", nil
	case kindBoolean:
		return "boolean", nil
	case kindArray:
		return "array", nil
	case kindFunction:
		return "function", nil
	case kindObject:
		return "object", nil
	}
	if _, ok, err := number(v); ok || err != nil {
		return "number", err
	}
	return "object", nil
}

// clock is the time of the evaluation, the same throughout.
func (st *state) clock() time.Time {
	if st.started.IsZero() {
		st.started = st.now()
	}
	return st.started
}

func millis(st *state, _ []any) (any, error) { return float64(st.clock().UnixMilli()), nil }

func now(st *state, args []any) (any, error) {
	return fromMillis(st, []any{float64(st.clock().UnixMilli()), at(args, 0), at(args, 1)})
}

func random(st *state, _ []any) (any, error) { return st.draw(), nil }
