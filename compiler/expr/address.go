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
	fixed string       // of a part of several possible texts, one that stands for all
	value jsonata.Node // nil for fixed text
	what  string
	kind  partKind
}

type partKind int

const (
	anyData  partKind = iota // a value that may be missing
	textData                 // a text
	baseOf                   // an address, or the beginning of one
	known                    // one of several texts of the author's
)

// Fixed adds text of the author's.
func (a *Address) Fixed(text string) { a.parts = append(a.parts, addressPart{fixed: text}) }

// Base adds an address, or the beginning of one with scheme and host, that is known as the workflow runs. What names it in failures.
func (a *Address) Base(what string, value jsonata.Node) {
	a.parts = append(a.parts, addressPart{value: value, what: what, kind: baseOf})
}

// Data adds a value. What names it in failures.
func (a *Address) Data(what string, value jsonata.Node) {
	a.parts = append(a.parts, addressPart{value: value, what: what})
}

// Text adds data that is a text, never missing. What names it in failures.
func (a *Address) Text(what string, text jsonata.Node) {
	a.parts = append(a.parts, addressPart{value: text, what: what, kind: textData})
}

// Known adds one of several texts of the author's, which is encoded already. like stands for all of them in how they begin and end.
func (a *Address) Known(like string, text jsonata.Node) {
	a.parts = append(a.parts, addressPart{fixed: like, value: text, kind: known})
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
		case part.kind == known:
			parts = append(parts, part.value)
			before += part.fixed
		case part.kind == textData:
			parts = append(parts, a.text(i, before))
			before += "x"
		case part.kind == baseOf:
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

// text is that of data which is never missing.
func (a *Address) text(i int, before string) jsonata.Node {
	if !a.mayVanish(i, before) {
		return build.Call("encodeUrlComponent", a.parts[i].value)
	}
	return build.Once(a.parts[i].value, func(text jsonata.Node) jsonata.Node { return a.encoded(i, before, text) })
}

// mayVanish tells whether data could be a segment of the path that is taken away. Data with further data behind it leaves the question to that.
func (a *Address) mayVanish(i int, before string) bool {
	last := i+1 == len(a.parts) || !a.parts[i+1].isData()
	return last && !strings.ContainsAny(before, "?#") && strings.Trim(a.besides(i), ".") == ""
}

func (a *Address) encoded(i int, before string, text jsonata.Node) jsonata.Node {
	encoded := build.Call("encodeUrlComponent", text)
	if !a.mayVanish(i, before) {
		return encoded
	}
	whole := text
	for first := i - 1; first >= 0 && a.parts[first].isData(); first-- {
		whole = build.Concat(a.parts[first].value, whole)
	}
	takenAway := build.Call("contains", whole, build.Regex(`^\.{0,2}$`, ""))
	return build.If(takenAway, build.Call("error", build.Text(a.parts[i].what+" is no segment of a path")), encoded)
}

func (p addressPart) isData() bool { return p.value != nil && p.kind <= textData }

// besides is the fixed text in the path's segment that a part stands in.
func (a *Address) besides(i int) string {
	before, after := "", ""
	for _, part := range a.parts[:i] {
		before += part.fixed
		if part.kind == baseOf {
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
