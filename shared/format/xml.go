package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

const xmlDepthLimit = 200

// decodeXML makes an object with the root element as its only member. An element becomes
//
//	its text                 when it has neither attributes nor child elements ("" when empty)
//	an object otherwise      attributes as "@name", child elements by name, repeated ones as a list, text as "#text"
//
// Names keep their prefix as written. Text between child elements that is only white space is dropped. Entities a
// document defines itself are refused.
func decodeXML(body []byte, charset string) (any, error) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = charsetReader
	if charset != "" && !bytes.HasPrefix(bytes.TrimSpace(body), []byte("<?xml")) {
		text, err := decodeCharset(charset, body)
		if err != nil {
			return nil, err
		}
		decoder = xml.NewDecoder(bytes.NewReader(text))
	}
	var root Object
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if root != nil {
				return nil, errors.New("more than one root element")
			}
			value, err := decodeElement(decoder, t, 1)
			if err != nil {
				return nil, err
			}
			root = Object{{rawName(t.Name), value}}
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 && !isByteOrderMark(t) {
				return nil, errors.New("text outside the root element")
			}
		case xml.EndElement:
			return nil, fmt.Errorf("</%s> ends nothing", rawName(t.Name))
		}
	}
	if root == nil {
		return nil, errors.New("no root element")
	}
	return root, nil
}

func isByteOrderMark(text []byte) bool { return string(bytes.TrimSpace(text)) == byteOrderMark }

func rawName(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

func decodeElement(decoder *xml.Decoder, start xml.StartElement, depth int) (any, error) {
	if depth > xmlDepthLimit {
		return nil, fmt.Errorf("elements are nested more than %d deep", xmlDepthLimit)
	}
	object := Object{}
	for _, attribute := range start.Attr {
		object.Set("@"+rawName(attribute.Name), attribute.Value)
	}
	var text strings.Builder
	children := 0
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("<%s> is not closed", rawName(start.Name))
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			child, err := decodeElement(decoder, t, depth+1)
			if err != nil {
				return nil, err
			}
			children++
			object.Append(rawName(t.Name), child)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if t.Name != start.Name {
				return nil, fmt.Errorf("<%s> is closed by </%s>", rawName(start.Name), rawName(t.Name))
			}
			return elementValue(object, text.String(), children), nil
		}
	}
}

func elementValue(object Object, text string, children int) any {
	if len(object) == 0 {
		return text
	}
	if children > 0 {
		text = strings.TrimSpace(text)
	}
	if text != "" {
		object.Append("#text", text)
	}
	return object
}

// encodeXML writes what decodeXML reads: an object with one member, the root element.
func encodeXML(value any, charset string) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	all, ok := members(value)
	if !ok {
		return "", errors.New("xml needs an object with one member, the root element")
	}
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="` + charsetLabel(charset) + `"?>` + "\n")
	roots := 0
	for name, child := range all {
		if _, isList := items(child); isList || roots > 0 {
			return "", errors.New("xml needs an object with one member, the root element")
		}
		roots++
		if err := writeElement(&out, name, child, 1); err != nil {
			return "", err
		}
	}
	if roots == 0 {
		return "", errors.New("xml needs an object with one member, the root element")
	}
	return out.String(), nil
}

func charsetLabel(charset string) string {
	if charset == "" {
		return "UTF-8"
	}
	return strings.ToUpper(charset)
}

func writeElement(out *strings.Builder, name string, value any, depth int) error {
	if depth > xmlDepthLimit {
		return fmt.Errorf("elements are nested more than %d deep", xmlDepthLimit)
	}
	if list, ok := items(value); ok {
		return writeRepeated(out, name, list, depth)
	}
	if !isXMLName(name) {
		return fmt.Errorf("%q is not an xml name", name)
	}
	out.WriteString("<" + name)
	all, ok := members(value)
	if !ok {
		out.WriteByte('>')
		return closeWithText(out, name, value)
	}
	for member, attribute := range all {
		if err := writeAttribute(out, member, attribute); err != nil {
			return err
		}
	}
	out.WriteByte('>')
	for member, child := range all {
		if err := writeContent(out, member, child, depth); err != nil {
			return err
		}
	}
	out.WriteString("</" + name + ">")
	return nil
}

func writeRepeated(out *strings.Builder, name string, list []any, depth int) error {
	for _, item := range list {
		if err := writeElement(out, name, item, depth); err != nil {
			return err
		}
	}
	return nil
}

func writeContent(out *strings.Builder, member string, child any, depth int) error {
	switch {
	case strings.HasPrefix(member, "@"):
		return nil
	case member == "#text":
		return writeText(out, child)
	}
	return writeElement(out, member, child, depth+1)
}

func writeAttribute(out *strings.Builder, member string, value any) error {
	name, ok := strings.CutPrefix(member, "@")
	if !ok || value == nil {
		return nil
	}
	if !isXMLName(name) {
		return fmt.Errorf("%q is not an xml name", name)
	}
	out.WriteString(" " + name + `="`)
	if err := writeText(out, value); err != nil {
		return err
	}
	out.WriteByte('"')
	return nil
}

func closeWithText(out *strings.Builder, name string, value any) error {
	if err := writeText(out, value); err != nil {
		return err
	}
	out.WriteString("</" + name + ">")
	return nil
}

func writeText(out *strings.Builder, value any) error {
	text, err := TextOf(value)
	if err != nil {
		return err
	}
	return xml.EscapeText(out, []byte(text))
}

// isXMLName is Name of XML 1.0 §2.3 with ASCII punctuation checked and letters beyond ASCII accepted.
func isXMLName(name string) bool {
	for i, r := range name {
		letter := r == '_' || r == ':' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0
		digit := r == '-' || r == '.' || r >= '0' && r <= '9'
		if !letter && (i == 0 || !digit) {
			return false
		}
	}
	return name != ""
}
