package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"github.com/steploom/steploom/shared/task"
)

// elements reads an XML part element by element. Entities other than those of XML itself are errors, as are elements that are not closed.
type elements struct {
	decoder *xml.Decoder
	open    []xml.Name // the elements around, the outermost first
}

// deepest bounds how deep elements are nested.
const deepest = 100

func newElements(content io.Reader) *elements {
	decoder := xml.NewDecoder(content)
	decoder.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "utf-8", "us-ascii":
			return input, nil
		case "utf-16":
			return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(input), nil
		}
		return nil, fmt.Errorf("a part is written in %q", label)
	}
	return &elements{decoder: decoder}
}

// token is the next beginning, end or text; io.EOF behind the last.
func (e *elements) token() (xml.Token, error) {
	token, err := e.decoder.RawToken()
	if named, ok := errors.AsType[*task.Error](err); ok {
		return nil, named
	}
	if errors.Is(err, io.EOF) && len(e.open) == 0 {
		return nil, io.EOF
	}
	if err != nil {
		return nil, errTruncated
	}
	switch token := token.(type) {
	case xml.StartElement:
		e.open = append(e.open, token.Name)
		if len(e.open) > deepest {
			return nil, errTruncated
		}
	case xml.EndElement:
		last := len(e.open) - 1
		if last < 0 || e.open[last] != token.Name {
			return nil, errTruncated
		}
		e.open = e.open[:last]
	}
	return token, nil
}

// next is the beginning of the next element; io.EOF behind the last.
func (e *elements) next() (xml.StartElement, error) {
	for {
		token, err := e.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		if element, begins := token.(xml.StartElement); begins {
			return element, nil
		}
	}
}

// child is the beginning of the next child of the element that is depth deep, or tells that the element has ended.
func (e *elements) child(depth int) (child xml.StartElement, ended bool, err error) {
	for {
		token, err := e.token()
		if err != nil {
			return xml.StartElement{}, false, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			return token, false, nil
		case xml.EndElement:
			if len(e.open) < depth {
				return xml.StartElement{}, true, nil
			}
		}
	}
}

// skip goes behind the end of an element that has begun.
func (e *elements) skip() error { return e.inside(nil) }

// text goes behind the end of an element that has begun, and gives the text of the t elements in it, but for those that tell how it is spoken.
func (e *elements) text() (string, error) {
	var text strings.Builder
	spoken, inText := 0, false
	err := e.inside(func(token xml.Token) {
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "t" && spoken == 0
			if token.Name.Local == "rPh" {
				spoken++
			}
		case xml.EndElement:
			inText = false
			if token.Name.Local == "rPh" {
				spoken--
			}
		case xml.CharData:
			if inText {
				text.Write(token)
			}
		}
	})
	return text.String(), err
}

// content goes behind the end of an element that has begun, and gives its own text.
func (e *elements) content() (string, error) {
	var text strings.Builder
	err := e.inside(func(token xml.Token) {
		if data, is := token.(xml.CharData); is {
			text.Write(data)
		}
	})
	return text.String(), err
}

// inside visits the tokens up to the end of an element that has begun.
func (e *elements) inside(visit func(xml.Token)) error {
	for depth := len(e.open); ; {
		token, err := e.token()
		if err != nil {
			return err
		}
		if len(e.open) < depth {
			return nil
		}
		if visit != nil {
			visit(token)
		}
	}
}

// attribute is the value of an attribute, whatever its prefix.
func attribute(element xml.StartElement, name string) string {
	for _, one := range element.Attr {
		if one.Name.Local == name {
			return one.Value
		}
	}
	return ""
}

// unescape reads _xHHHH_, by which texts hold what XML cannot (ECMA-376, part 1, §22.9.2.19).
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var out strings.Builder
	for {
		at := strings.Index(text, "_x")
		if at < 0 || len(text) < at+escapeLength {
			out.WriteString(text)
			return out.String()
		}
		code, err := strconv.ParseUint(text[at+2:at+escapeLength-1], 16, 16)
		if err != nil || text[at+escapeLength-1] != '_' {
			out.WriteString(text[:at+1])
			text = text[at+1:]
			continue
		}
		out.WriteString(text[:at])
		out.WriteRune(rune(code)) // half of a pair of surrogates becomes U+FFFD
		text = text[at+escapeLength:]
	}
}

const escapeLength = len("_x0000_")
