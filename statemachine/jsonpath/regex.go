package jsonpath

import (
	"regexp"
	"strings"
)

// pattern is a regular expression that was prepared, or why it cannot be.
type pattern struct {
	compiled *regexp.Regexp
	err      error
}

// matches is =~: the whole text of a value matches a regular expression; of a list, that of one of its elements. What is no text, number or boolean counts
// as the empty text.
func (e *evaluation) matches(left, right side) (bool, error) {
	if (left.regex == nil) == (right.regex == nil) {
		return false, nil
	}
	regex, value := right.regex, left.value
	if left.regex != nil {
		regex, value = left.regex, right.value
	}
	compiled, err := e.pattern(regex)
	if err != nil {
		return false, err
	}
	values, list := value.([]any)
	if !list {
		values = []any{value}
	}
	for _, value := range values {
		text := matched(value)
		if err := e.visit(1 + len(text)*len(regex.Pattern)/16); err != nil {
			return false, err
		}
		if compiled.MatchString(text) {
			return true, nil
		}
	}
	return false, nil
}

func matched(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case bool:
		if value {
			return "true"
		}
		return "false"
	}
	if number(value) {
		return numberText(side{value: value})
	}
	return ""
}

// pattern prepares a regular expression of Java. Those that go back over the text (lookahead, back references, possessive quantifiers) are not known here,
// nor are classes within classes, so that no expression takes more than linear time.
func (e *evaluation) pattern(regex *Regex) (*regexp.Regexp, error) {
	if known, ok := e.patterns[regex]; ok {
		return known.compiled, known.err
	}
	p := &pattern{}
	text, refused := goPattern(regex.Pattern, regex.Flags)
	if refused == "" {
		compiled, err := regexp.Compile(text)
		if p.compiled = compiled; err != nil {
			refused = err.Error()
		}
	}
	if refused != "" {
		p.err = &Failure{Reason: "The regular expression /" + regex.Pattern + "/ cannot be evaluated: " + refused, Limit: true}
	}
	if e.patterns == nil {
		e.patterns = map[*Regex]*pattern{}
	}
	e.patterns[regex] = p
	return p.compiled, p.err
}

// goPattern writes a regular expression of Java as one of Go that matches the whole text. Where the two would differ, refused says so.
func goPattern(text, flags string) (written, refused string) {
	var known strings.Builder
	for _, flag := range flags {
		if !strings.ContainsRune("imsuU", flag) {
			return "", "the flag " + string(flag) + " is not supported"
		}
		if flag != 'u' && flag != 'U' && !strings.ContainsRune(known.String(), flag) {
			known.WriteRune(flag)
		}
	}
	if nestedClass(text) {
		return "", "a class within a class is not supported"
	}
	if known.Len() > 0 {
		text = "(?" + known.String() + ":" + text + ")"
	}
	return `\A(?:` + strings.ReplaceAll(text, `\Z`, `\z`) + `)\z`, ""
}

// nestedClass tells whether a class holds another one, or an intersection.
func nestedClass(text string) bool {
	class := false
	for at := 0; at < len(text); at++ {
		switch b := text[at]; {
		case b == '\\':
			at++
		case b == '[' && class, class && strings.HasPrefix(text[at:], "&&"):
			return true
		case b == '[':
			class = true
		case b == ']':
			class = false
		}
	}
	return false
}
