package mason

import (
	"regexp"
	"strings"
)

// headersOf is CURRENT_STEP.response.headers, however it is written.
const headersOf = `CURRENT_STEP\s*(?:\.\s*response|\[\s*["']response["']\s*\])\s*(?:\.\s*headers|\[\s*["']headers["']\s*\])`

// lowerHeaders writes the names of a response's headers in lower case, as the state has them: the HTTP library that Mason's steps run on finds them in any
// case. Every character keeps its place.
func lowerHeaders(text string) string {
	if !strings.Contains(text, "headers") {
		return text
	}
	const name, quoted = `[A-Za-z0-9_-]+`, `["'][A-Za-z0-9_-]+["']`
	for _, found := range []string{
		headersOf + `(\s*\.\s*get\s*\(\s*` + quoted + `)`, headersOf + `(\s*\[\s*` + quoted + `\s*\])`, headersOf + `(\s*\.\s*` + name + `)`,
		`(` + quoted + `)\s+(?:not\s+)?in\s+` + headersOf,
	} {
		text = lowerGroup(regexp.MustCompile(found), text)
	}
	return text
}

// lowerGroup writes what a pattern's group finds in lower case.
func lowerGroup(pattern *regexp.Regexp, text string) string {
	out := []byte(text)
	for _, at := range pattern.FindAllStringSubmatchIndex(text, -1) {
		copy(out[at[2]:], strings.ToLower(text[at[2]:at[3]]))
	}
	return string(out)
}
