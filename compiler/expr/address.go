package expr

import (
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Address is a URL that is put together of fixed text and of data. Data is percent-encoded. A value that is missing fails before the call, and so does
// one that is a whole segment of the path and would be ., .. or empty, which RFC 3986, section 5.2.4, takes away together with its neighbour.
type Address struct{ parts []addressPart }

type addressPart struct {
	fixed string
	value jsonata.Node // nil for fixed text
	what  string
	base  bool
}

// Fixed adds text of the author's.
func (a *Address) Fixed(text string) { a.parts = append(a.parts, addressPart{fixed: text}) }

// Base adds an address, or the beginning of one with scheme and host, that is known as the workflow runs. What names it in failures.
func (a *Address) Base(what string, value jsonata.Node) {
	a.parts = append(a.parts, addressPart{value: value, what: what, base: true})
}

// Data adds a value. What names it in failures.
func (a *Address) Data(what string, value jsonata.Node) {
	a.parts = append(a.parts, addressPart{value: value, what: what})
}

// URL is the whole address, a literal when all of it is fixed.
func (a *Address) URL() jsonata.Node {
	before := ""
	var parts []jsonata.Node
	for i, part := range a.parts {
		switch {
		case part.value == nil:
			parts = append(parts, build.Text(EncodeURL(before, part.fixed)))
			before += part.fixed
		case part.base:
			parts = append(parts, part.given(func(text jsonata.Node) jsonata.Node { return text }))
			before += "http://host/" // stands for it
		default:
			parts = append(parts, part.given(func(text jsonata.Node) jsonata.Node { return a.encoded(i, before, text) }))
			before += "x"
		}
	}
	return build.Concat(parts...)
}

// given uses the text of a value, and fails without one.
func (p addressPart) given(use func(text jsonata.Node) jsonata.Node) jsonata.Node {
	if literal, isText := p.value.(*jsonata.String); isText && literal.Value != "" {
		return use(literal)
	}
	return build.Once(p.value, func(value jsonata.Node) jsonata.Node {
		there := build.All(build.Exists(value), build.Binary(value, "!=", build.Null()))
		return build.If(there, use(build.Call("string", value)), build.Call("error", build.Text(p.what+" is missing, so there is no URL to call")))
	})
}

func (a *Address) encoded(i int, before string, text jsonata.Node) jsonata.Node {
	encoded := build.Call("encodeUrlComponent", text)
	if strings.ContainsAny(before, "?#") || strings.Trim(a.besides(i), ".") != "" {
		return encoded
	}
	takenAway := build.Call("contains", text, build.Regex(`^\.{0,2}$`, ""))
	return build.If(takenAway, build.Call("error", build.Text(a.parts[i].what+" is no segment of a path")), encoded)
}

// besides is the fixed text in the path's segment that a part stands in.
func (a *Address) besides(i int) string {
	before, after := "", ""
	for _, part := range a.parts[:i] {
		before += part.fixed
		if part.base {
			before += "/"
		}
	}
	for _, part := range a.parts[i+1:] {
		after += part.fixed
	}
	if end := strings.IndexAny(after, "/?#"); end >= 0 {
		after = after[:end]
	}
	return before[strings.LastIndexByte(before, '/')+1:] + after
}
