package local

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
)

// ParseDotenv reads the lines NAME=value of a .env file. "export " before a name, blank lines and lines that begin with
// # are allowed. A value in single quotes is taken as it stands; in double quotes \n, \t, \", \\ and \$ are escapes; an
// unquoted value ends before " #". A later line wins over an earlier one.
func ParseDotenv(text []byte) (map[string]string, error) {
	values := map[string]string{}
	scanner := bufio.NewScanner(bytes.NewReader(text))
	scanner.Buffer(nil, 1<<20)
	for line := 1; scanner.Scan(); line++ {
		name, value, err := dotenvLine(strings.TrimSpace(scanner.Text()))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if name != "" {
			values[name] = value
		}
	}
	return values, scanner.Err()
}

func dotenvLine(line string) (name, value string, err error) {
	if line == "" || strings.HasPrefix(line, "#") {
		return "", "", nil
	}
	name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
	name = strings.TrimSpace(name)
	if !ok || !isVariableName(name) {
		return "", "", fmt.Errorf("want NAME=value")
	}
	value, err = dotenvValue(strings.TrimSpace(value))
	return name, value, err
}

func isVariableName(name string) bool {
	for i, r := range name {
		letter := r == '_' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

func dotenvValue(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	switch text[0] {
	case '\'':
		inner, rest, ok := strings.Cut(text[1:], "'")
		return inner, afterQuote(rest, ok)
	case '"':
		return doubleQuoted(text[1:])
	}
	if at := strings.Index(text, " #"); at >= 0 {
		text = text[:at]
	}
	return strings.TrimSpace(text), nil
}

func doubleQuoted(text string) (string, error) {
	var value strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return value.String(), afterQuote(text[i+1:], true)
		case text[i] == '\\' && i+1 < len(text):
			i++
			value.WriteByte(unescape(text[i]))
		default:
			value.WriteByte(text[i])
		}
	}
	return "", afterQuote("", false)
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	default:
		return c
	}
}

func afterQuote(rest string, closed bool) error {
	rest = strings.TrimSpace(rest)
	switch {
	case !closed:
		return fmt.Errorf("the quote is not closed")
	case rest != "" && !strings.HasPrefix(rest, "#"):
		return fmt.Errorf("text after the closing quote: %s", rest)
	}
	return nil
}
