package api

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/tidwall/gjson"
	"golang.org/x/net/http/httpguts"

	"github.com/steploom/steploom/shared/task"
)

// headersOf checks the headers of an output and makes their names lower case. null leaves a header out; what would end its line, or is a control
// character, becomes a blank (RFC 9110, section 5.5). A list is several Set-Cookie headers, which cannot be joined (RFC 6265, section 3).
func headersOf(all gjson.Result) (headers map[string]string, cookies []string, err error) {
	headers = map[string]string{}
	if all.Type != gjson.Null && !all.IsObject() {
		return nil, nil, task.Errorf(task.Internal, "the headers of the output are not an object")
	}
	for name, value := range all.Map() {
		lower := strings.ToLower(name)
		switch {
		case value.Type == gjson.Null:
			continue
		case !httpguts.ValidHeaderFieldName(name):
			return nil, nil, task.Errorf(task.Internal, "the output of the execution has an invalid header %q", name)
		case value.IsArray() && lower == "set-cookie":
			for _, cookie := range value.Array() {
				cookies = append(cookies, inOneLine(cookie.String()))
			}
		default:
			headers[lower] = headerValue(lower, inOneLine(value.String()))
		}
	}
	return headers, cookies, nil
}

func inOneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

// headerValue writes what a header holds besides ASCII as its own syntax has it.
func headerValue(name, value string) string {
	switch name {
	case "content-disposition":
		return withFileName(value)
	case "location", "content-location":
		return inASCII(value)
	}
	return value
}

// withFileName writes the file's name of a Content-Disposition so that all clients read it (RFC 6266): a name with other letters than ASCII's in both
// forms; quotes and backslashes end no name. A value with filename* stays as it is.
func withFileName(value string) string {
	const parameter = "filename="
	lower := strings.ToLower(value)
	at := strings.Index(lower, parameter)
	if at < 0 || len(lower) != len(value) || strings.Contains(outsideQuotes(lower), "filename*") {
		return value
	}
	name, rest := quotedName(value[at+len(parameter):])
	if inName(name) == name {
		return value
	}
	return value[:at] + fileNameParameters(name) + rest
}

// outsideQuotes is a header's value without what stands in quotes (RFC 9110, section 5.6.4).
func outsideQuotes(value string) string {
	var out strings.Builder
	quoted := false
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '"':
			quoted = !quoted
		case quoted && value[i] == '\\':
			i++
		case !quoted:
			out.WriteByte(value[i])
		}
	}
	return out.String()
}

// quotedName takes a parameter's value off, with quotes or without. A quote in data stands in no way behind a backslash: the last one ends the name.
func quotedName(text string) (name, rest string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexByte(text+";", ';')
		return strings.TrimSpace(text[:end]), text[end:]
	}
	end := strings.LastIndexByte(text, '"')
	if end == 0 {
		return text[1:], ""
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(text[1:end]), text[end+1:]
}

// inName replaces what clients read in more than one way in a quoted name.
func inName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '"' || r == '\\' || r == '%' || r < ' ' || r > '~' {
			return '_'
		}
		return r
	}, name)
}

// fileNameParameters are a name in ASCII for old clients and in UTF-8 (RFC 8187).
func fileNameParameters(name string) string {
	return `filename="` + inName(name) + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// inASCII escapes what stands in no URI reference (RFC 3986); escapes that are there stay.
func inASCII(reference string) string {
	var out strings.Builder
	for i := range len(reference) {
		if b := reference[i]; b <= ' ' || b > '~' || strings.IndexByte("\"<>\\^`{|}", b) >= 0 {
			out.WriteByte('%')
			out.WriteByte("0123456789ABCDEF"[b>>4])
			out.WriteByte("0123456789ABCDEF"[b&15])
		} else {
			out.WriteByte(b)
		}
	}
	return out.String()
}
