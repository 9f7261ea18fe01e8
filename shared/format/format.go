// Package format turns bodies and files into JSON values and back, by content type: JSON, XML, CSV, HTML forms and
// text. Values are nil, bool, json.Number, string, []any and [Object]; Go maps and numbers are accepted too.
//
//	application/json, text/json, …+json     the value
//	application/xml, text/xml, …+xml        {"root": …}: see decodeXML
//	text/csv                                array of objects keyed by the header row, all values strings
//	application/x-www-form-urlencoded       object of strings; a repeated name gives a list
//	text/…                                  string
//	anything else                           string; base64 when the bytes are not UTF-8 text
//
// Decoding takes time and memory linear in the body. It ends when the caller's context does, and with task.PayloadTooLarge as soon as the value
// cannot be written within Options.Limit. Other failures are task.FormatInvalid with detail {"contentType"}.
package format

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/task"
)

// Options are settings of formats that have any.
type Options struct {
	CSVSeparator string   // one character, "," when empty; "\t" may be written as a backslash and a t
	CSVColumns   []string // of encoding objects: the header, in this order; names of the rows that are not in it follow
	Limit        int      // of decoding: most bytes that the value may have as JSON; 0 is no limit
}

// Kind is what a content type says of a body.
type Kind int

// The kinds. KindBinary is any content type without a format of its own; spreadsheets are read and written by function sheet.
const (
	KindBinary Kind = iota
	KindJSON
	KindXML
	KindCSV
	KindForm
	KindText
	KindSpreadsheet
)

// media is a parsed content type.
type media struct {
	kind    Kind
	charset string
}

// KindOf gives the kind of a content type, and an error where its charset is none that is read and written.
func KindOf(contentType string) (Kind, error) {
	m := parseMedia(contentType)
	_, err := charsetOf(m.charset)
	return m.kind, err
}

// JSON, Form and others are the content types the functions write themselves.
const (
	JSON = "application/json"
	Form = "application/x-www-form-urlencoded"
	Text = "text/plain"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	XLS  = "application/vnd.ms-excel"
)

func parseMedia(contentType string) media {
	name, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		name, _, _ = strings.Cut(contentType, ";")
		name = strings.ToLower(strings.TrimSpace(name))
	}
	return media{kindOf(name), strings.ToLower(parameters["charset"])}
}

func kindOf(name string) Kind {
	switch {
	case name == "application/json", name == "text/json", name == "json", strings.HasSuffix(name, "+json"):
		return KindJSON
	case name == "application/xml", name == "text/xml", strings.HasSuffix(name, "+xml"):
		return KindXML
	case name == "text/csv", name == "application/csv":
		return KindCSV
	case name == Form:
		return KindForm
	case strings.HasPrefix(name, "text/"), name == "application/javascript", name == "application/graphql":
		return KindText
	case name == XLS, strings.HasPrefix(name, "application/vnd.openxmlformats-officedocument.spreadsheetml"):
		return KindSpreadsheet
	}
	return KindBinary
}

// IsJSON reports whether a content type is JSON.
func IsJSON(contentType string) bool { return parseMedia(contentType).kind == KindJSON }

// IsForm reports whether a content type is that of an HTML form with names and texts.
func IsForm(contentType string) bool { return parseMedia(contentType).kind == KindForm }

// IsBinary reports whether the bodies of a content type are files that nobody looks into: images, archives, spreadsheets and whatever else is unknown.
func IsBinary(contentType string) bool {
	k := parseMedia(contentType).kind
	return k == KindBinary || k == KindSpreadsheet
}

// Decode makes a value of a body. An empty body is null in every format but text, where it is "".
func Decode(ctx context.Context, contentType string, body []byte, options Options) (any, error) {
	m := parseMedia(contentType)
	value, err := decode(m, body, options, &meter{ctx: ctx, body: len(body), limit: options.Limit})
	if err != nil {
		return nil, invalid(contentType, err)
	}
	return value, nil
}

func decode(m media, body []byte, options Options, meter *meter) (any, error) {
	if len(body) == 0 && m.kind != KindText {
		return nil, nil
	}
	if m.kind == KindBinary && !utf8.Valid(body) {
		err := meter.take(base64.StdEncoding.EncodedLen(len(body)) + len(`""`))
		if err != nil {
			return nil, err
		}
		return base64.StdEncoding.EncodeToString(body), nil
	}
	if m.kind == KindXML {
		return decodeXML(body, m.charset, meter)
	}
	if m.kind == KindText || m.kind == KindBinary {
		return decodeText(m.charset, body, meter)
	}
	text, err := decodeCharset(m.charset, body)
	if err != nil {
		return nil, err
	}
	switch m.kind {
	case KindJSON:
		return decodeJSON(text, meter)
	case KindCSV:
		return decodeCSV(text, options.CSVSeparator, meter)
	case KindForm:
		return decodeForm(string(text), meter)
	case KindSpreadsheet:
		return nil, errSpreadsheet
	}
	panic(fmt.Sprintf("format: kind %d", m.kind))
}

// decodeText makes a string.
func decodeText(charset string, body []byte, meter *meter) (any, error) {
	const halved = 2 // by which UTF-8 may be shorter than UTF-16
	if err := meter.take(len(body) / halved); err != nil {
		return nil, err
	}
	text, err := decodeCharset(charset, body)
	if err != nil {
		return nil, err
	}
	return string(text), meter.take(len(text) + len(`""`) - len(body)/halved)
}

var errSpreadsheet = errors.New("a spreadsheet is read and written where the workflow itself states its content type: write contentType")

// Encode writes a value as a body. null is an empty body in every format but JSON.
func Encode(contentType string, value any, options Options) ([]byte, error) {
	m := parseMedia(contentType)
	body, err := encode(m, value, options)
	if err != nil {
		return nil, invalid(contentType, err)
	}
	return body, nil
}

func encode(m media, value any, options Options) ([]byte, error) {
	if m.kind == KindJSON {
		return EncodeJSON(value)
	}
	if value == nil {
		return nil, nil
	}
	var text string
	var err error
	switch m.kind {
	case KindXML:
		return encodeXML(value, m.charset)
	case KindCSV:
		text, err = encodeCSV(value, options)
	case KindForm:
		text, err = encodeForm(value)
	case KindSpreadsheet:
		err = errSpreadsheet
	case KindText, KindBinary:
		text, err = TextOf(value)
	default:
		panic(fmt.Sprintf("format: kind %d", m.kind))
	}
	if err != nil {
		return nil, err
	}
	return encodeCharset(m.charset, text)
}

// invalid names a failure of a format; that of a limit has its name, and the end of the caller's time stays what it is.
func invalid(contentType string, err error) error {
	if large, ok := errors.AsType[*task.Error](err); ok {
		return large
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return err
	}
	return &task.Error{
		Name:    task.FormatInvalid,
		Message: fmt.Sprintf("%s: %v", contentType, err),
		Detail:  map[string]any{"contentType": contentType},
	}
}

// IsXLSX tells whether a content type is that of a spreadsheet which can be written.
func IsXLSX(contentType string) bool {
	m := parseMedia(contentType)
	name, _, _ := strings.Cut(contentType, ";")
	return m.kind == KindSpreadsheet && !strings.EqualFold(strings.TrimSpace(name), XLS)
}

// HoldsSpreadsheet tells whether a body is a spreadsheet: by its content type, or by how it begins where that says nothing of what is in it.
func HoldsSpreadsheet(contentType string, body []byte) bool {
	begins := bytes.HasPrefix(body, []byte("PK\x03\x04")) || bytes.HasPrefix(body, []byte("\xD0\xCF\x11\xE0"))
	return parseMedia(contentType).kind == KindSpreadsheet || begins && !IsStructured(contentType)
}

// WithCharset is a content type with the charset of another one, where it has none of its own.
func WithCharset(contentType, other string) string {
	charset := parseMedia(other).charset
	if charset == "" || parseMedia(contentType).charset != "" {
		return contentType
	}
	return contentType + "; charset=" + charset
}

// IsStructured reports whether a content type says how a body is built up, as text and binary types do not.
func IsStructured(contentType string) bool {
	switch parseMedia(contentType).kind {
	case KindJSON, KindXML, KindCSV, KindForm, KindSpreadsheet:
		return true
	case KindText, KindBinary:
		return false
	}
	return false
}
