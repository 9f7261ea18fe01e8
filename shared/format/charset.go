package format

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// charset is how texts become bytes. In reading ISO-8859-1 and US-ASCII are the supersets of them that browsers take them for (Encoding Standard §4.2);
// in writing they are themselves.
type charset struct{ read, write encoding.Encoding }

// charsetOf gives the charset of a label (RFC 2978); its encodings are nil for UTF-8.
func charsetOf(label string) (charset, error) {
	switch label = strings.ToLower(label); label {
	case "", "utf-8", "utf8":
		return charset{}, nil
	case "us-ascii", "ascii":
		return charset{charmap.Windows1252, charmap.ISO8859_1}, nil // encodeCharset looks at what is written
	case "iso-8859-1", "latin1":
		return charset{charmap.Windows1252, charmap.ISO8859_1}, nil
	case "utf-16":
		return charset{unicode.UTF16(unicode.BigEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM)}, nil
	case "utf-16le":
		return charset{unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, nil
	case "utf-16be":
		return charset{unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, nil
	}
	for _, page := range []struct {
		labels string
		page   *charmap.Charmap
	}{
		{"windows-1252 cp1252", charmap.Windows1252}, {"iso-8859-15 latin9", charmap.ISO8859_15}, {"iso-8859-2 latin2", charmap.ISO8859_2}, {"iso-8859-5", charmap.ISO8859_5},
		{"iso-8859-7", charmap.ISO8859_7}, {"iso-8859-9 latin5", charmap.ISO8859_9}, {"windows-1250 cp1250", charmap.Windows1250}, {"windows-1251 cp1251", charmap.Windows1251},
		{"windows-1253 cp1253", charmap.Windows1253}, {"windows-1254 cp1254", charmap.Windows1254}, {"windows-1257 cp1257", charmap.Windows1257}, {"koi8-r", charmap.KOI8R},
		{"ibm437 cp437", charmap.CodePage437}, {"ibm850 cp850", charmap.CodePage850}, {"macintosh", charmap.Macintosh},
	} {
		if strings.Contains(" "+page.labels+" ", " "+label+" ") {
			return charset{page.page, page.page}, nil
		}
	}
	return charset{}, fmt.Errorf("charset %q is not supported", label)
}

var byteOrderMark = string(rune(0xFEFF))

const replacement = "\uFFFD" // for what is not UTF-8

// utf16Label is the charset that the first bytes of a text tell: those of a byte order mark, or of a text that begins with two characters of ASCII of
// which UTF-16 makes a byte 0 each (RFC 4627 §3, XML 1.0 §F.1). "" for any other.
func utf16Label(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("\xFE\xFF")), bytes.HasPrefix(body, []byte("\xFF\xFE")):
		return "utf-16"
	case len(body) >= 4 && body[0] == 0 && body[1] != 0 && body[2] == 0:
		return "utf-16be"
	case len(body) >= 4 && body[0] != 0 && body[1] == 0 && body[3] == 0:
		return "utf-16le"
	}
	return ""
}

// decodeCharset gives a text in UTF-8 without its byte order mark. What the first bytes tell counts more than the label.
func decodeCharset(label string, body []byte) ([]byte, error) {
	if rest, marked := bytes.CutPrefix(body, []byte(byteOrderMark)); marked {
		label, body = "", rest
	} else if told := utf16Label(body); told != "" {
		label = told
	}
	charset, err := charsetOf(label)
	if err != nil {
		return nil, err
	}
	if charset.read == nil {
		if !utf8.Valid(body) {
			return nil, errors.New("text is not UTF-8")
		}
		return body, nil
	}
	text, err := charset.read.NewDecoder().Bytes(body)
	if err == nil && !strings.HasPrefix(strings.ToLower(label), "utf-16") && bytes.Contains(text, []byte(replacement)) {
		return nil, fmt.Errorf("text is not %s", strings.ToUpper(label))
	}
	return bytes.TrimPrefix(text, []byte(byteOrderMark)), err
}

// encodeCharset writes a text. A character that the charset has not is an error.
func encodeCharset(label, text string) ([]byte, error) {
	charset, err := charsetOf(label)
	if err != nil || charset.write == nil {
		return []byte(text), err
	}
	for at, r := range text {
		if isASCII(label) && r >= utf8.RuneSelf {
			return nil, fmt.Errorf("%s has no character %q", strings.ToUpper(label), text[at:at+utf8.RuneLen(r)])
		}
	}
	encoded, err := charset.write.NewEncoder().Bytes([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%s has not all characters of the text: %w", strings.ToUpper(label), err)
	}
	return encoded, nil
}

func isASCII(label string) bool { return strings.HasSuffix(strings.ToLower(label), "ascii") }
