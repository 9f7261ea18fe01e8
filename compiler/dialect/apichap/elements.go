package apichap

import (
	"slices"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/shared/format"
)

// This file finds the loops over elements of XML: one element and several differ only in the data, so a loop over one has one round, where one over an
// object has a round for each of its members.

// isElements tells whether an expression looks for elements in what is XML.
func (n origins) isElements(e expression) bool {
	if c, isCall := e.(*call); isCall && c.method.name == "BODY" {
		return n.operation.sendsXML() && len(c.arguments) > 0 && c.arguments[0].path != nil && !c.arguments[0].path.parsed.IsRoot()
	}
	return n.followed(e, nil, func(_ *call, refer *reference, path *expr.JSONPath) bool {
		of := n.results[refer.name]
		if of == nil || refer.value != nil || refer.element != 0 || path == nil || path.IsRoot() {
			return false
		}
		if len(of.loops) == 0 {
			return of.xml
		}
		return !slices.ContainsFunc(of.loops, func(l *fulfillment) bool { return !n.isElements(l.items) })
	})
}

// holdsFlags tells whether an expression looks into what a MariaDB or MySQL database holds.
func (n origins) holdsFlags(e expression) bool {
	return n.followed(e, nil, func(_ *call, refer *reference, _ *expr.JSONPath) bool {
		of := n.results[refer.name]
		if of == nil || refer.value != nil || refer.element != 0 {
			return false
		}
		if len(of.loops) == 0 {
			return of.flags
		}
		return !slices.ContainsFunc(of.loops, func(l *fulfillment) bool { return !n.holdsFlags(l.items) })
	})
}

// sendsXML tells whether bodies of requests are XML, as openapi.yaml says.
func (o *operation) sendsXML() bool {
	if o.described == nil || o.described.body == nil {
		return false
	}
	for _, content := range o.described.body.Contents {
		if !isXML(content.MediaType) {
			return false
		}
	}
	return len(o.described.body.Contents) > 0
}

// givesXML tells whether the result of an instruction is what an XML document holds.
func (i *instruction) givesXML(kind fulfillmentKind) bool {
	switch {
	case i.request != nil:
		return isXML(i.request.contentType)
	case i.file != nil:
		return i.file.reads(kind) && i.file.body == nil && isXML(i.file.written())
	}
	return false
}

func isXML(contentType string) bool {
	kind, err := format.KindOf(contentType)
	return err == nil && kind == format.KindXML
}
