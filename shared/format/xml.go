package format

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
)

const xmlDepthLimit = 200

// decodeXML makes an object with the root element as its only member. An element becomes
//
//	its text                 when it has neither attributes nor child elements ("" when empty)
//	an object otherwise      attributes as "@name", child elements by name, repeated ones as a list, text as "#text"
//
// Names keep their prefix as written. Text beside child elements is joined, without the white space around it. Entities a document defines itself are
// refused. The charset is told by the first bytes, else by the content type, else by the declaration (RFC 7303 §3).
func decodeXML(body []byte, charset string, m *meter) (any, error) {
	if charset == "" {
		charset = declaredCharset(body)
	}
	text, err := decodeCharset(charset, body)
	if err != nil {
		return nil, err
	}
	if err := checkTags(text); err != nil {
		return nil, err
	}
	text = asVersion10(text)
	reader := xmlReader{xml.NewDecoder(bytes.NewReader(text)), m}
	reader.decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // it is UTF-8 by now
	return reader.document()
}

// declaration is compiled when the first document comes: functions that read none start the sooner.
var declaration = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']`)
})

// declaredCharset is the charset that a declaration names. A document that can be read so far is not UTF-16, whatever it says.
func declaredCharset(body []byte) string {
	found := declaration().FindSubmatch(body[:min(len(body), 256)])
	if found == nil || strings.HasPrefix(strings.ToLower(string(found[1])), "utf-16") {
		return ""
	}
	return string(found[1])
}

// version11 is the beginning of a document up to its version.
var version11 = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\s*<\?xml\s+version\s*=\s*["'])1\.1(["'])`) })

// asVersion10 makes a document of XML 1.1 one of 1.0, the only version that the decoder reads. They differ in control characters, which stay errors, and in ends
// of lines that nobody writes.
func asVersion10(text []byte) []byte {
	if !bytes.Contains(text[:min(len(text), 64)], []byte("1.1")) {
		return text
	}
	return version11().ReplaceAll(text, []byte("${1}1.0${2}"))
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
			if len(bytes.TrimSpace(t)) > 0 {
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
