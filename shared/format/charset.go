package format

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// charsetOf gives the encoding of a charset label, nil for UTF-8 (RFC 2978 names; ISO-8859-1 is read as the
// superset windows-1252, as browsers do).
func charsetOf(label string) (encoding.Encoding, error) {
	switch strings.ToLower(label) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return nil, nil
	case "iso-8859-1", "latin1", "windows-1252", "cp1252":
		return charmap.Windows1252, nil
	case "iso-8859-15", "latin9":
		return charmap.ISO8859_15, nil
	}
	return nil, fmt.Errorf("charset %q is not supported", label)
}

var byteOrderMark = string(rune(0xFEFF))

const replacement = "\uFFFD" // for what is not UTF-8

func decodeCharset(label string, body []byte) ([]byte, error) {
	charset, err := charsetOf(label)
	if err != nil {
		return nil, err
	}
	if charset != nil {
		return charset.NewDecoder().Bytes(body)
	}
	if !utf8.Valid(body) {
		return nil, errors.New("text is not UTF-8")
	}
	if len(body) >= len(byteOrderMark) && string(body[:len(byteOrderMark)]) == byteOrderMark {
		body = body[len(byteOrderMark):]
	}
	return body, nil
}

func encodeCharset(label, text string) ([]byte, error) {
	charset, err := charsetOf(label)
	if err != nil || charset == nil {
		return []byte(text), err
	}
	return charset.NewEncoder().Bytes([]byte(text))
}

// charsetReader serves xml.Decoder.CharsetReader.
func charsetReader(label string, input io.Reader) (io.Reader, error) {
	charset, err := charsetOf(label)
	if err != nil || charset == nil {
		return input, err
	}
	return charset.NewDecoder().Reader(input), nil
}
