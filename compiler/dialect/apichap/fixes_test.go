package apichap

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

var (
	suggested = regexp.MustCompile(`^did you mean ("(?:[^"\\]|\\.)*")\?$`)
	written   = regexp.MustCompile(`^write (.+?)(?:( if this text is meant(?:, or VALUE\(.*\) if a result is)?|; the language before 1\.5 is not supported|: an expression is no text with placeholders|, or VALUE\(…\) with the name of a fulfillment))?$`)
	// code is what can be put in place of what is underlined: a call, a path, a placeholder, a key with a value, or one word.
	code = regexp.MustCompile(`^([A-Z_0-9]+\(.*\)|\$[.\[].*|\$\{[^…]*\}|[a-z]+: [\w.]+|[\w-]+)$`)
)

// fixed gives a file in which a diagnostic's suggestion is carried out; ok is false when it suggests no code.
func fixed(content []byte, d diag.Diagnostic) (changed []byte, ok bool) {
	replacement := ""
	switch match, write := suggested.FindStringSubmatch(d.Fix), written.FindStringSubmatch(d.Fix); {
	case match != nil:
		replacement, _ = strconv.Unquote(match[1])
	case write != nil && code.MatchString(write[1]):
		replacement = write[1]
		if key, value, pair := strings.Cut(replacement, ": "); pair && !strings.HasPrefix(string(content[d.Range.Start.Offset:]), key) {
			replacement = value
		}
	case d.Code != codeStrayParenthesis || d.Fix != "delete it":
		return nil, false
	}
	changed = append(changed, content[:d.Range.Start.Offset]...)
	changed = append(changed, replacement...)
	return append(changed, content[d.Range.End.Offset:]...), true
}

// checkFixes carries out the suggestions of a file's diagnostics one at a time: what was told is gone, and nothing else has come up. It gives
// how many there were.
func checkFixes(t *testing.T, path string, content []byte, others ...source.File) int {
	t.Helper()
	_, problems := parse(append(source.Files{{Path: path, Bytes: content}}, others...))
	count := 0
	for _, d := range problems {
		changed, ok := fixed(content, d)
		if !ok || d.Range.File != path {
			continue
		}
		count++
		_, after := parse(append(source.Files{{Path: path, Bytes: changed}}, others...))
		left := slices.DeleteFunc(remove(told(after), told(problems)), func(text string) bool { // one for a whole file: the next form follows the first
			return strings.HasPrefix(text, codeOldForm)
		})
		gone := remove(told(problems), told(after))
		if len(left) > 0 && !(len(left) == 1 && strings.HasPrefix(left[0], codeNoEffect)) || !slices.Contains(gone, d.Code+" "+d.Summary) {
			t.Errorf("%s: %s\nfix: %s\nleft: %q\ngone: %q\n%s", d.Range, d.Summary, d.Fix, left, gone, lineOf(changed, d.Range.Start.Line))
		}
	}
	return count
}

func told(list diag.List) []string {
	var texts []string
	for _, d := range list {
		texts = append(texts, d.Code+" "+d.Summary)
	}
	return texts
}

// remove takes the texts of one list out of another, each as often as it stands there.
func remove(from, texts []string) []string {
	from = slices.Clone(from)
	for _, text := range texts {
		if i := slices.Index(from, text); i >= 0 {
			from = slices.Delete(from, i, i+1)
		}
	}
	return from
}

func lineOf(content []byte, line int) string { return strings.Split(string(content), "\n")[line-1] }

// TestFixes: every suggestion that is code compiles, and puts right what it is for.
func TestFixes(t *testing.T) {
	count := 0
	for _, rule := range rules() {
		count += checkFixes(t, rule.Code, []byte(rule.Example), source.File{Path: openAPIFile, Bytes: []byte(exampleAPI)})
	}
	paths, _ := filepath.Glob("testdata/diagnostics/*.yaml")
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		count += checkFixes(t, path, content)
	}
	const file = "datasources:\n  db: {type: db, url: 'jdbc:postgresql://host/db'}\noperations:\n  op:\n    fulfillments:\n" +
		"      - {name: news, type: read, datasource: db, instructions: [{sql: {query: SELECT 1}}]}\n" +
		"      - type: generic\n        attributes:\n          - status: TEXT(a)\n          - "
	for _, expression := range []string{
		"null", "NULL", "true", "5", "-1.50", "007", "1e3", "99999999999999999999", "hello", "hello world", "it's, so", `"quoted"`, "'quoted'", `a "b"`, "param.id", "body.a.b", "body.a[0].b",
		"$.a", "$.a[0].b", "$[0]", "${PARAM(a)}", "param(a)", "PARM(a)", "Text(a)", "ATTRIBUTE(sttus)", "VALUE(nws, $)", "VALUE(news, [0].id)", "VALUE(news, id)", "BODY(a.b)",
		"TEXT(:[PARAM(a)])", "2026-01-01", "a:b", "{a}", `c:\dir`, "TEXT(a))", "(a)", "größer", "a,b", "TEXT(a) . hello",
	} {
		if checkFixes(t, "a.yaml", []byte(file+"other: >-\n              "+expression+"\n")) == 0 {
			t.Errorf("%s: no suggestion", expression)
		}
	}
	for _, condition := range []string{
		"PARAM(a) == null", "PARAM(a) != NULL && PARAM(b) == TEXT(x)", "PARAM(b) == true", "true", "PARAM(a) == yes", "PARAM(a) == yes || PARAM(b) == TEXT(no)", "PARAM(a) == 'x' || PARAM(b) == NULL()",
		"${PARAM(a)} == TEXT(x)", "PARAM(a) == ${PARAM(b)} && PARAM(c) == NULL()", "param.a == NULL()", "PARAM(a) >= 5", "5 < PARAM(a)", "PARAM(a) == NULL())", "!true", "(PARAM(a) == null)",
		"PARAM(a) == ab cd && PARAM(b) == NULL()",
	} {
		if checkFixes(t, "a.yaml", []byte(file+"if: >-\n              "+condition+"\n            other: TEXT(a)\n")) == 0 {
			t.Errorf("%s: no suggestion", condition)
		}
	}
	t.Logf("%d suggestions", count)
}
