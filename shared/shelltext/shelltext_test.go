package shelltext_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/shelltext"
)

// spell writes words one a line: $ before those that expand, ! before operators.
func spell(words []shelltext.Word) string {
	var lines []string
	for _, word := range words {
		line := word.Text
		if word.Expands {
			line = "$" + line
		}
		if word.Operator {
			line = "!" + line
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestWords(t *testing.T) {
	for line, want := range map[string]string{
		"":                           "",
		"  jq  -r .a ":               "jq\n-r\n.a",
		"jq '.a | .b' x":             "jq\n.a | .b\nx",
		`a"b c"'d e'\ f`:             "ab cd e f",
		"a # all of this\nb":         "a\nb",
		"a#b":                        "a#b",
		"a|b>c&&d;(e)":               "a\n!|\nb\n!>\nc\n!&\n!&\nd\n!;\n!(\ne\n!)",
		"a \\\n b\\\nc":              "a\nbc",
		`"a \"b\" \$c \n"`:           `a "b" $c \n`,
		`echo "$HOME" '$HOME' $HOME`: "echo\n$$HOME\n$HOME\n$$HOME",
		"x ${a b} {{ c d }}":         "x\n$${a b}\n${{ c d }}",
		`''`:                         "",
	} {
		words, err := shelltext.Words(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if diff := cmp.Diff(want, spell(words)); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
		for _, word := range words {
			if got := line[word.Start : word.Start+len(word.Raw)]; got != word.Raw {
				t.Errorf("%q: %q stands where %q is said to", line, got, word.Raw)
			}
		}
	}
}

func TestUnreadableLines(t *testing.T) {
	for line, want := range map[string]string{
		"a 'b":     "a single quote is not closed",
		`a "b`:     "a double quote is not closed",
		"a `b`":    "commands inside of commands are not run",
		"a $(b)":   "commands inside of commands are not run",
		`a "$(b)"`: "commands inside of commands are not run",
	} {
		words, err := shelltext.Words(line)
		if err == nil || err.Error() != want || len(words) != 1 || words[0].Text != "a" {
			t.Errorf("%s: %v, %v", line, words, err)
		}
	}
}

// TestWordsAsAShell compares with a shell where there is nothing for it to replace.
func TestWordsAsAShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell to compare with")
	}
	for _, line := range []string{
		`a b  c`, `'a b' "c d" e\ f`, `"a\"b" 'c"d' e"'"f`, `a"" ''b "c\\d" "e\f"`, "a\\\nb c", `"x\$y"`, `a # b`, `-r '.[] | "\(.a)"'`,
	} {
		output, err := exec.Command(shell, "-c", "printf '%s\\n' "+line).Output()
		if err != nil {
			t.Fatal(err)
		}
		words, err := shelltext.Words(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		var texts []string
		for _, word := range words {
			texts = append(texts, word.Text)
		}
		if diff := cmp.Diff(strings.TrimSuffix(string(output), "\n"), strings.Join(texts, "\n")); diff != "" {
			t.Errorf("%s: (-shell +here)\n%s", line, diff)
		}
	}
}

// FuzzWords demands that every word stands where it says, in order, and that only blanks, comments and joined lines are between.
func FuzzWords(f *testing.F) {
	for _, line := range []string{strings.Repeat("{{}", 20_000), strings.Repeat("${ ", 20_000), `jq -r '.a' "b" ${c}`, "a \\\n #b\nc|d", `"${`, "{{ }}", "'"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		pace.Linear(t, line, func(line string) { _, _ = shelltext.Words(line) })
		words, err := shelltext.Words(line)
		at := 0
		for _, word := range words {
			if word.Start < at || line[word.Start:word.Start+len(word.Raw)] != word.Raw {
				t.Fatalf("%q stands at %d", word.Raw, word.Start)
			}
			at = word.Start + len(word.Raw)
		}
		if err != nil && errors.Unwrap(err) != nil {
			t.Fatal(err)
		}
	})
}
