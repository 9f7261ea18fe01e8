package jsonpath

import (
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
)

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
	var text strings.Builder
	writeJava(&text, value)
	return text.String()
}

func writeJava(text *strings.Builder, value any) {
	switch value := value.(type) {
	case string:
		text.WriteString(value)
	case []any:
		text.WriteByte('[')
		for i, item := range value {
			if i > 0 {
				text.WriteString(", ")
			}
			writeJava(text, item)
		}
		text.WriteByte(']')
	case *jsonata.Object:
		text.WriteByte('{')
		first := true
		for name, field := range value.All() {
			if !first {
				text.WriteString(", ")
			}
			first = false
			text.WriteString(name + "=")
			writeJava(text, field)
		}
		text.WriteByte('}')
	default:
		written, _ := jsonata.Encode(value)
		text.Write(written)
	}
}
