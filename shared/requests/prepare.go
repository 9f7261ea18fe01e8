package requests

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/steploom/steploom/shared/pytext"
)

// Request are the arguments of requests.Request as values of package pytext; nil is None and what is not given.
type Request struct {
	Method, URL, Params, Data, JSON, Headers, Auth any
}

// Header is a header of a prepared request.
type Header struct{ Name, Value string }

// Prepared is a request as it is sent. Headers of the session, such as User-Agent, are not among its own.
type Prepared struct {
	Method  any // a text in upper case, or None
	URL     string
	Headers []Header
	Body    any // a text, None where there is none, or a value that is none and that requests keeps
}

// Names of exceptions of requests.
const (
	invalidURL     = "requests.exceptions.InvalidURL"
	missingSchema  = "requests.exceptions.MissingSchema"
	invalidHeader  = "requests.exceptions.InvalidHeader"
	invalidJSON    = "requests.exceptions.InvalidJSONError"
	attributeError = "AttributeError"
	formType       = "application/x-www-form-urlencoded"
)

// Prepare gives what requests.Request(…).prepare() makes of a request. Its errors are an *pytext.Error.
func Prepare(request Request) (Prepared, error) {
	var prepared Prepared
	for _, step := range []func(Request) error{prepared.method, prepared.url, prepared.headers, prepared.cookies, prepared.body, prepared.auth} {
		if err := step(request); err != nil {
			return Prepared{}, err
		}
	}
	return prepared, nil
}

// Header gives the value of a header, and whether there is one.
func (p *Prepared) Header(name string) (string, bool) {
	for _, header := range p.Headers {
		if strings.EqualFold(header.Name, name) {
			return header.Value, true
		}
	}
	return "", false
}

// set sets a header; one of the same name in other letters is replaced in its place.
func (p *Prepared) set(name, value string) {
	for i, header := range p.Headers {
		if strings.EqualFold(header.Name, name) {
			p.Headers[i] = Header{name, value}
			return
		}
	}
	p.Headers = append(p.Headers, Header{name, value})
}

func (p *Prepared) method(request Request) error {
	switch method := request.Method.(type) {
	case nil:
		return nil
	case string:
		if p.Method = method; isASCII(method) {
			p.Method = strings.ToUpper(method)
		} else {
			p.Method = cases.Upper(language.Und).String(method)
		}
		return nil
	default:
		return pytext.Errorf(attributeError, "'%s' object has no attribute 'upper'", pytext.TypeName(method))
	}
}

// whitespace is what \s is in a pattern of Python.
const whitespace = `\s\x0b\x1c-\x1f\x{85}\pZ`

var (
	headerName  = pattern(`^[^:` + whitespace + `][^:\r\n]*\n?$`)
	headerValue = pattern(`^[^` + whitespace + `][^\r\n]*\n?$|^\n?$`)
)

func (p *Prepared) headers(request Request) error {
	if !pytext.Truth(request.Headers) {
		return nil
	}
	headers, isDict := pytext.Value(request.Headers).(*pytext.Dict)
	if !isDict {
		return pytext.Errorf(attributeError, "'%s' object has no attribute 'items'", pytext.TypeName(request.Headers))
	}
	for _, header := range headers.Items() {
		name, err := headerPart(header, header.Key, "name", headerName())
		if err != nil {
			return err
		}
		value, err := headerPart(header, header.Value, "value", headerValue())
		if err != nil {
			return err
		}
		p.set(name, value)
	}
	return nil
}

// cookies fails where the jar of cookies cannot read the URL, which it does even when it is empty.
func (p *Prepared) cookies(Request) error {
	_, _, _, err := userOf(p.URL)
	return err
}

// headerPart is the text of a header's name or value.
func headerPart(header pytext.Item, part any, kind string, valid *regexp.Regexp) (string, error) {
	text, isText := part.(string)
	if bytes, isBytes := part.(pytext.Bytes); isBytes {
		text, isText = string(bytes), true
	}
	if !isText {
		return "", pytext.Errorf(invalidHeader, "Header part (%s) from %s must be of type str or bytes, not <class '%s'>",
			pytext.Repr(part), pytext.Repr(pytext.Tuple{header.Key, header.Value}), pytext.TypeName(part))
	}
	if !valid.MatchString(text) {
		return "", pytext.Errorf(invalidHeader, "Invalid leading whitespace, reserved character(s), or return character(s) in header %s: %s", kind, pytext.Repr(part))
	}
	return text, nil
}

// body makes the body of data, or of json where there is no data.
func (p *Prepared) body(request Request) error {
	contentType := ""
	switch {
	case pytext.Truth(request.Data):
		encoded, err := encodeParams(request.Data)
		if err != nil {
			return err
		}
		p.Body, contentType = encoded, formType
		if isText(request.Data) {
			contentType = ""
		}
	case request.JSON != nil:
		text, err := pytext.JSON(request.JSON, pytext.Options{RefuseNaN: true})
		if known, ok := err.(*pytext.Error); ok && known.Class == "ValueError" {
			return &pytext.Error{Class: invalidJSON, Message: known.Message}
		}
		if err != nil {
			return err
		}
		p.Body, contentType = text, "application/json"
	}
	if err := p.contentLength(); err != nil {
		return err
	}
	if _, given := p.Header("Content-Type"); contentType != "" && !given {
		p.set("Content-Type", contentType)
	}
	return nil
}

func isText(v any) bool {
	switch v.(type) {
	case string, pytext.Bytes:
		return true
	}
	return false
}

func (p *Prepared) contentLength() error {
	length := 0
	switch body := p.Body.(type) {
	case nil:
		if _, given := p.Header("Content-Length"); !given && p.Method != "GET" && p.Method != "HEAD" {
			p.set("Content-Length", "0")
		}
		return nil
	case string:
		if err := utf8Error(body); err != nil {
			return err
		}
		length = len(body)
	case pytext.Bytes:
		length = len(body)
	}
	if length > 0 {
		p.set("Content-Length", strconv.Itoa(length))
	}
	return nil
}

// auth puts user and password into the Authorization header: those of auth, or of the URL.
func (p *Prepared) auth(request Request) error {
	user, password := request.Auth, any(nil)
	switch auth := request.Auth.(type) {
	case nil:
		name, word, given, err := userOf(p.URL)
		if err != nil || !given {
			return err
		}
		user, password = name, word
	case pytext.Tuple:
		if len(auth) == 0 {
			return nil
		}
		if len(auth) != 2 {
			return notCallable(auth)
		}
		user, password = auth[0], auth[1]
	default:
		if !pytext.Truth(auth) {
			return nil
		}
		return notCallable(auth)
	}
	basic, err := BasicAuth(user, password)
	if err != nil {
		return err
	}
	p.set("Authorization", basic)
	return p.contentLength()
}

func notCallable(auth any) error {
	return pytext.Errorf("TypeError", "'%s' object is not callable", pytext.TypeName(auth))
}

// BasicAuth gives the Authorization header for user and password, which are encoded in Latin-1.
func BasicAuth(user, password any) (string, error) {
	name, err := Latin1(pytext.Str(user))
	if err != nil {
		return "", err
	}
	word, err := Latin1(pytext.Str(password))
	if err != nil {
		return "", err
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+word)), nil
}

// Latin1 gives a text in the bytes of ISO 8859-1, in which headers are sent. One that it does not have is a UnicodeEncodeError.
func Latin1(text string) (string, error) {
	if isASCII(text) {
		return text, nil
	}
	runes := pytext.Characters(text)
	encoded := make([]byte, 0, len(runes))
	for i, r := range runes {
		if r > 0xFF {
			return "", encodeError("latin-1", "ordinal not in range(256)", runes, i, func(r rune) bool { return r > 0xFF })
		}
		encoded = append(encoded, byte(r))
	}
	return string(encoded), nil
}

// utf8Error tells of a text that UTF-8 does not encode: one with a lone surrogate.
func utf8Error(text string) error {
	if utf8.ValidString(text) {
		return nil
	}
	surrogate := func(r rune) bool { return r >= 0xD800 && r < 0xE000 }
	runes := pytext.Characters(text)
	for i, r := range runes {
		if surrogate(r) {
			return encodeError("utf-8", "surrogates not allowed", runes, i, surrogate)
		}
	}
	return nil
}

// encodeError is the error at a character that a codec does not encode.
func encodeError(codec, reason string, runes []rune, at int, refused func(rune) bool) error {
	end := at + 1
	for end < len(runes) && refused(runes[end]) {
		end++
	}
	if end > at+1 {
		return pytext.Errorf("UnicodeEncodeError", "'%s' codec can't encode characters in position %d-%d: %s", codec, at, end-1, reason)
	}
	escape := fmt.Sprintf(`\u%04x`, runes[at])
	if runes[at] > 0xFFFF {
		escape = fmt.Sprintf(`\U%08x`, runes[at])
	}
	return pytext.Errorf("UnicodeEncodeError", "'%s' codec can't encode character '%s' in position %d: %s", codec, escape, at, reason)
}
