package jsonpath

import "github.com/steploom/steploom/statemachine/jsonata"

// jsonProvider is what Jayway says it reads JSON with.
const jsonProvider = "com.jayway.jsonpath.spi.json.JacksonJsonProvider"

// javaClass is the class of a value in Java.
func javaClass(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return "java.lang.String"
	case bool:
		return "java.lang.Boolean"
	case []any:
		return "java.util.ArrayList"
	case *jsonata.Object:
		return "java.util.LinkedHashMap"
	default:
		n, ok := jsonata.Integer(value)
		switch {
		case !ok:
			return "java.lang.Double"
		case int64(int32(n)) == n:
			return "java.lang.Integer"
		default:
			return "java.lang.Long"
		}
	}
}

// JavaText writes a value as Java's toString does, which Step Functions shows in places: objects as {a=1, b=[]}, texts without quotes.
func JavaText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	return string(AppendJavaText(nil, value))
}

// AppendJavaText is JavaText behind the bytes of b.
func AppendJavaText(b []byte, value any) []byte {
	switch value := value.(type) {
	case string:
		return append(b, value...)
	case []any:
		b = append(b, '[')
		for i, item := range value {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = AppendJavaText(b, item)
		}
		return append(b, ']')
	case *jsonata.Object:
		b = append(b, '{')
		first := true
		for name, field := range value.All() {
			if !first {
				b = append(b, ", "...)
			}
			first = false
			b = AppendJavaText(append(append(b, name...), '='), field)
		}
		return append(b, '}')
	default:
		written, _ := jsonata.AppendJSON(b, value)
		return written
	}
}
