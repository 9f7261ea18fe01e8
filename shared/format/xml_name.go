package format

import (
	"strings"
	"unicode"
)

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
