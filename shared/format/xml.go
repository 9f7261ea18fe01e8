package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

const xmlDepthLimit = 200

// decodeXML makes an object with the root element as its only member. An element becomes
//
//	its text                 when it has neither attributes nor child elements ("" when empty)
//	an object otherwise      attributes as "@name", child elements by name, repeated ones as a list, text as XMLText
//
// Names keep their prefix as written. Text between child elements that is only white space is dropped. Entities a
// document defines itself are refused.
func decodeXML(body []byte, charset string, m *meter) (any, error) {
	if err := checkTags(body); err != nil {
		return nil, err
	}
	reader := xmlReader{xml.NewDecoder(bytes.NewReader(body)), m}
	reader.decoder.CharsetReader = charsetReader
	if charset != "" && !bytes.HasPrefix(bytes.TrimSpace(body), []byte("<?xml")) {
		text, err := decodeCharset(charset, body)
		if err != nil {
			return nil, err
		}
		reader.decoder = xml.NewDecoder(bytes.NewReader(text))
	}
	return reader.document()
}

// longestTag bounds a tag: a reader holds all its attributes before they can be judged.
const longestTag = 256 << 10

// checkTags refuses text with a tag or a declaration of more than longestTag bytes. Comments, CDATA sections and instructions may be longer.
func checkTags(text []byte) error {
	for {
		begin := bytes.IndexByte(text, '<')
		if begin < 0 {
			return nil
		}
		text = text[begin:]
		length, free := otherMarkup(text)
		if !free {
			length = tagLength(text)
		}
		if length > longestTag && !free {
			return fmt.Errorf("a tag has more than %d bytes", longestTag)
		}
		text = text[length:]
	}
}

// otherMarkup is the length of the comment, CDATA section or instruction at the beginning of text.
func otherMarkup(text []byte) (length int, ok bool) {
	for _, bounds := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		rest, begins := bytes.CutPrefix(text, []byte(bounds[0]))
		if !begins {
			continue
		}
		if end := bytes.Index(rest, []byte(bounds[1])); end >= 0 {
			return len(bounds[0]) + end + len(bounds[1]), true
		}
		return len(text), true
	}
	return 0, false
}

// tagLength is the length of the tag at the beginning of text, of all the text when it does not end. A ">" in quotes ends nothing.
func tagLength(text []byte) int {
	var quote byte
	for i, c := range text {
		switch {
		case c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(text)
}

// xmlReader reads elements token by token.
type xmlReader struct {
	decoder *xml.Decoder
	*meter
}

func (r xmlReader) document() (any, error) {
	var root Object
	for {
		token, err := r.decoder.RawToken()
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
			value, err := r.element(t, 1)
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

func (r xmlReader) element(start xml.StartElement, depth int) (any, error) {
	if depth > xmlDepthLimit {
		return nil, fmt.Errorf("elements are nested more than %d deep", xmlDepthLimit)
	}
	object, err := r.attributes(start)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	children := 0
	for {
		token, err := r.decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("<%s> is not closed", rawName(start.Name))
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			child, err := r.element(t, depth+1)
			if err != nil {
				return nil, err
			}
			if err := object.append(rawName(t.Name), child); err != nil {
				return nil, err
			}
			children++
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if t.Name != start.Name {
				return nil, fmt.Errorf("<%s> is closed by </%s>", rawName(start.Name), rawName(t.Name))
			}
			return elementValue(object, text.String(), children)
		}
	}
}

// attributes begins an element's object. A name stands once in a tag (XML 1.0 §3.1).
func (r xmlReader) attributes(start xml.StartElement) (*builder, error) {
	object := &builder{meter: r.meter}
	for _, attribute := range start.Attr {
		name := rawName(attribute.Name)
		if _, known := object.place("@" + name); known {
			return nil, fmt.Errorf("<%s> has the attribute %s twice", rawName(start.Name), name)
		}
		if err := errors.Join(object.add("@"+name, attribute.Value), r.takeText(attribute.Value)); err != nil {
			return nil, err
		}
	}
	return object, nil
}

func elementValue(object *builder, text string, children int) (any, error) {
	if len(object.object) == 0 {
		return text, object.takeText(text)
	}
	if children > 0 {
		text = strings.TrimSpace(text)
	}
	if text != "" {
		if err := errors.Join(object.add(XMLText, text), object.takeText(text)); err != nil {
			return nil, err
		}
	}
	return object.object, nil
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
	if !IsXMLName(name) {
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
	case member == XMLText:
		return writeText(out, child)
	}
	return writeElement(out, member, child, depth+1)
}

func writeAttribute(out *strings.Builder, member string, value any) error {
	name, ok := strings.CutPrefix(member, "@")
	if !ok || value == nil {
		return nil
	}
	if !IsXMLName(name) {
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

// XMLText is the member that holds the text of an element which has attributes or child elements.
const XMLText = "#text"

// IsXMLName tells whether an element or an attribute can have a name: QName of Namespaces in XML 1.0 §4, with Name of XML 1.0 §2.3.
func IsXMLName(name string) bool {
	prefix, local, qualified := strings.Cut(name, ":")
	return isNCName(prefix) && (!qualified || isNCName(local))
}

func isNCName(name string) bool {
	for i, r := range name {
		if !startsName(r) && (i == 0 || !continuesName(r)) {
			return false
		}
	}
	return name != ""
}

// startsName is NameStartChar without the colon.
func startsName(r rune) bool {
	return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && unicode.Is(nameStart, r)
}

// continuesName is what NameChar has besides NameStartChar.
func continuesName(r rune) bool {
	return r == '-' || r == '.' || r == 0xB7 || r >= '0' && r <= '9' || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

// nameStart are the letters beyond ASCII of NameStartChar (XML 1.0 §2.3, production 4).
var nameStart = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0xC0, Hi: 0xD6, Stride: 1}, {Lo: 0xD8, Hi: 0xF6, Stride: 1}, {Lo: 0xF8, Hi: 0x2FF, Stride: 1}, {Lo: 0x370, Hi: 0x37D, Stride: 1},
		{Lo: 0x37F, Hi: 0x1FFF, Stride: 1}, {Lo: 0x200C, Hi: 0x200D, Stride: 1}, {Lo: 0x2070, Hi: 0x218F, Stride: 1}, {Lo: 0x2C00, Hi: 0x2FEF, Stride: 1},
		{Lo: 0x3001, Hi: 0xD7FF, Stride: 1}, {Lo: 0xF900, Hi: 0xFDCF, Stride: 1}, {Lo: 0xFDF0, Hi: 0xFFFD, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x10000, Hi: 0xEFFFF, Stride: 1}},
}
