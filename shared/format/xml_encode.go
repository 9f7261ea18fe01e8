package format

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
)

// encodeXML writes what decodeXML reads: an object with one member, the root element. A list is repeated elements, null an empty element or no attribute;
// a text in place of the document is the document. A character that the charset has not is written as a reference.
func encodeXML(value any, charset string) ([]byte, error) {
	if text, ok := value.(string); ok {
		return encodeCharset(charset, text)
	}
	writer := xmlWriter{charset: charset}
	writer.out.WriteString(`<?xml version="1.0" encoding="` + charsetLabel(charset) + `"?>` + "\n")
	if err := writer.document(value); err != nil {
		return nil, err
	}
	known, err := charsetOf(charset)
	if err != nil || known.write == nil {
		return []byte(writer.out.String()), err
	}
	encoder := encoding.HTMLEscapeUnsupported(known.write.NewEncoder())
	if isASCII(charset) {
		return []byte(asciiReferences(writer.out.String())), nil
	}
	return encoder.Bytes([]byte(writer.out.String()))
}

// asciiReferences writes what is not ASCII as references.
func asciiReferences(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r < 0x80 {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, "&#%d;", r)
		}
	}
	return out.String()
}

func charsetLabel(charset string) string {
	if charset == "" {
		return "UTF-8"
	}
	return strings.ToUpper(charset)
}

// xmlWriter writes a document in UTF-8.
type xmlWriter struct {
	out     strings.Builder
	charset string // of the document, in which names must be
}

func (w *xmlWriter) document(value any) error {
	all, ok := members(value)
	if !ok {
		return errNoRoot
	}
	roots := 0
	for name, child := range all {
		if _, isList := items(child); isList || roots > 0 {
			return errNoRoot
		}
		roots++
		if err := w.element(name, child, 1); err != nil {
			return err
		}
	}
	if roots == 0 {
		return errNoRoot
	}
	return nil
}

var errNoRoot = errors.New("xml needs an object with one member, the root element")

func (w *xmlWriter) element(name string, value any, depth int) error {
	if depth > xmlDepthLimit {
		return fmt.Errorf("elements are nested more than %d deep", xmlDepthLimit)
	}
	if err := w.checkName(name); err != nil {
		return err
	}
	w.out.WriteString("<" + name)
	all, isObject := members(value)
	if !isObject {
		w.out.WriteByte('>')
		if err := w.text(name, value, false); err != nil {
			return err
		}
		w.out.WriteString("</" + name + ">")
		return nil
	}
	for member, attribute := range all {
		if err := w.attribute(member, attribute); err != nil {
			return err
		}
	}
	w.out.WriteByte('>')
	for member, child := range all {
		if err := w.content(member, child, depth+1); err != nil {
			return err
		}
	}
	w.out.WriteString("</" + name + ">")
	return nil
}

func (w *xmlWriter) checkName(name string) error {
	if !IsXMLName(name) {
		return fmt.Errorf("%q is not an xml name", name)
	}
	_, err := encodeCharset(w.charset, name)
	return err
}

// content writes a member of an element: one child, several, or its text. Attributes have been written.
func (w *xmlWriter) content(member string, child any, depth int) error {
	if strings.HasPrefix(member, "@") {
		return nil
	}
	if member == XMLText {
		return w.text(member, child, false)
	}
	list, isList := items(child)
	if !isList {
		return w.element(member, child, depth)
	}
	for _, item := range list {
		if _, nested := items(item); nested {
			return fmt.Errorf("%q is a list of lists, for which xml has no form", member)
		}
		if err := w.element(member, item, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *xmlWriter) attribute(member string, value any) error {
	name, ok := strings.CutPrefix(member, "@")
	if !ok || value == nil {
		return nil
	}
	if err := w.checkName(name); err != nil {
		return err
	}
	w.out.WriteString(" " + name + `="`)
	if err := w.text(member, value, true); err != nil {
		return err
	}
	w.out.WriteByte('"')
	return nil
}

// text writes the value of an attribute or an element. Lists and objects have no text, and some characters no form in XML (XML 1.0 §2.2).
func (w *xmlWriter) text(member string, value any, inAttribute bool) error {
	_, isObject := members(value)
	if _, isList := items(value); isList || isObject {
		return fmt.Errorf("%q is a list or an object, and its place holds text", member)
	}
	text, err := TextOf(value)
	if err != nil {
		return err
	}
	for _, r := range text {
		switch {
		case r == '&':
			w.out.WriteString("&amp;")
		case r == '<':
			w.out.WriteString("&lt;")
		case r == '>':
			w.out.WriteString("&gt;")
		case r == '"' && inAttribute:
			w.out.WriteString("&quot;")
		case r == '\r' || (r == '\n' || r == '\t') && inAttribute: // which a reader would take for blanks, or for another end of a line
			fmt.Fprintf(&w.out, "&#x%X;", r)
		case r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF:
			return fmt.Errorf("%q holds the character U+%04X, which xml cannot", member, r)
		default:
			w.out.WriteRune(r)
		}
	}
	return nil
}
