package pyregexp_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/pyregexp"
)

// free is work without end.
func free(int) error { return nil }

// TestSub compares with re.sub of CPython 3.11, which gave the last column.
func TestSub(t *testing.T) {
	for _, row := range []struct{ expression, text, template, want string }{
		{"\\d+", "ab12c3", "<\\g<0>>", "ab<12>c<3>"},
		{"\\d", "٣", "x", "x"},
		{"\\w+", "é_ß-1", ".", ".-."},
		{"\\W", "aéb-c", "+", "aéb+c"},
		{"[\\W]", "a-ä", "+", "a+ä"},
		{"\\s+", "a\u00a0\u2003b", "_", "a_b"},
		{"\\bé", "é eé", "x", "x eé"},
		{"\\B", "ab", "-", "a-b"},
		{"\\B", "", "-", ""},
		{"x*", "abxd", "-", "-a-b--d-"},
		{"", "ab", "-", "-a-b-"},
		{"a|", "ab", "-", "--b-"},
		{"(a)|b", "ab", "[\\1]", "[a][]"},
		{"(?P<y>\\d+)-(?P<m>\\d+)", "2020-11", "\\g<m>/\\g<y>", "11/2020"},
		{"$", "a\n", "!", "a!\n!"},
		{"(?m)$", "a\nb\n", "!", "a!\nb!\n!"},
		{"\\Z", "a\n", "!", "a\n!"},
		{"^", "a\nb", ">", ">a\nb"},
		{"(?m)^", "a\nb", ">", ">a\n>b"},
		{"b$", "ab\n", "X", "aX\n"},
		{".", "a\nb", "x", "x\nx"},
		{"(?s).", "a\n", "x", "xx"},
		{"(?i)straße", "STRASSE Straße", "x", "STRASSE x"},
		{"(?i:A)b", "ab AB", "x", "x AB"},
		{"(?x) a b # c\n c", "abc", "x", "x"},
		{"a(?#note)+", "aaab", "x", "xb"},
		{"a{2}", "aaa", "x", "xa"},
		{"a{,2}", "aaaa", "x", "xxx"},
		{"a{", "a{", "x", "x"},
		{"a{x}", "a{x}", "y", "y"},
		{"a{0,1}?b", "ab", "x", "x"},
		{"[]a]", "b]a", "x", "bxx"},
		{"[^]a]", "b]a", "x", "x]a"},
		{"[a\\-z]", "-mz", "x", "xmx"},
		{"[a-]", "-a", "x", "xx"},
		{"[\\b]", "\b", "x", "x"},
		{"\\x41\\u00e9\\101", "AéA", "x", "x"},
		{"\\.", "a.b", "\\.", "a\\.b"},
		{"-", "a-b", "\\n", "a\nb"},
		{"-", "a-b", "\\\\", "a\\b"},
		{"-", "a-b", "\\101", "aAb"},
		{"a*?b", "aab", "x", "x"},
		{"(a+|b)*", "aab", "<\\1>", "<b><>"},
		{"abc|ab|a", "ab", "x", "x"},
		{"(..)*", "abcde", "<\\1>", "<cd><>e<>"},
	} {
		expression, err := pyregexp.Compile(row.expression)
		if err != nil {
			t.Errorf("%q: %v", row.expression, err)
			continue
		}
		template, err := expression.Template(row.template)
		if err != nil {
			t.Errorf("%q, %q: %v", row.expression, row.template, err)
			continue
		}
		if got, err := expression.Sub(template, row.text, free); err != nil || got != row.want {
			t.Errorf("%q, %q, %q: got %q, %v, want %q", row.expression, row.template, row.text, got, err, row.want)
		}
		if found, _ := expression.Search(row.text, free); found != (row.want != row.text || row.template == `\.`) {
			t.Errorf("%q in %q: found %t", row.expression, row.text, found)
		}
	}
}

// TestRefused names what Python refuses, and what cannot be matched in linear time.
func TestRefused(t *testing.T) {
	for expression, why := range map[string]string{
		"(": "missing )", ")": "unbalanced", "[a": "unterminated", "*a": "nothing to repeat", "^*": "nothing to repeat", "a**": "multiple repeat", "a{2}{3}": "multiple repeat",
		"a{3,2}": "min repeat", "[z-a]": "bad character range", `\q`: "bad escape", `a\`: "bad escape", "(?P<1>a)": "bad character in group name",
		"(?P<a>.)(?P<a>.)": "redefinition", "a(?i)": "not at the start", "(?z)": "unknown extension", `\x4`: "incomplete escape",
		`(a)\1`: "reference to a group is not supported", "(?=a)": "ahead is not supported", "(?<!a)": "behind is not supported", "(?>a)": "atomic",
		"a*+": "possessive", "(?a)x": "flag a is not supported", "a{1001}": "more than 1000", `$\Z`: "beside $", "(|a)*": "would rather be",
		strings.Repeat("(?:", 300) + strings.Repeat(")", 300): "too deeply", strings.Repeat("a", 5000): "too long", strings.Repeat("[a-z]{1000}", 9): "too large", strings.Repeat(`\w`, 101): "more than 100 sets",
	} {
		var failure *pyregexp.Error
		if _, err := pyregexp.Compile(expression); !errors.As(err, &failure) || !strings.Contains(err.Error(), why) {
			t.Errorf("%.40q: got %v, want %q", expression, err, why)
		}
	}
	expression, err := pyregexp.Compile("(?P<a>.)(?:(b*))*")
	if err != nil {
		t.Fatal(err)
	}
	for template, why := range map[string]string{
		`\3`: "invalid group reference 3", `\2`: "may be empty", `\g<b>`: "unknown group name", `\g`: "missing <", `\g<a`: "missing >", `\q`: "bad escape", `\`: "bad escape", `\g<>`: "missing group name", `\400`: "octal",
	} {
		if _, err := expression.Template(template); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: got %v, want %q", template, err, why)
		}
	}
}

// TestWork ends what takes longer than it may: expressions that Python takes exponential or quadratic time for.
func TestWork(t *testing.T) {
	over := errors.New("too much work")
	text := strings.Repeat("a", 100_000)
	for _, expression := range []string{"(a+)+b", "(a|aa)+$b", "a.*z|a", "(a?){50}a{50}b"} {
		left := 3_000_000
		spend := func(work int) error {
			if left -= work; left < 0 {
				return over
			}
			return nil
		}
		compiled, err := pyregexp.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		template, _ := compiled.Template("-")
		if _, err := compiled.Sub(template, text, spend); err != nil && !errors.Is(err, over) {
			t.Errorf("%s: %v", expression, err)
		}
		if found, err := compiled.Search(text, spend); err == nil && found != (expression == "a.*z|a") {
			t.Errorf("%s: found %t", expression, found)
		}
	}
}

// FuzzSub compares with Go's package regexp where both read an expression alike, and looks for panics, work without end and slow reading.
func FuzzSub(f *testing.F) {
	for _, seed := range []string{"(a|b)*c", `\w+-\d{2,3}`, "[^a-z]?", "(?P<n>x)|(?:y)", "(?i)a.b$", "a*?", "((((a)))*)*", "[\\W\\d]"} {
		f.Add(seed, "abc-12 xyz\n", `<\g<0>>`)
	}
	plain := regexp.MustCompile(`^[a-c().|*+?]*$`)
	f.Fuzz(func(t *testing.T, text, subject, replacement string) {
		pace.Linear(t, text, func(text string) { _, _ = pyregexp.Compile(text) })
		expression, err := pyregexp.Compile(text)
		if err != nil {
			return
		}
		left := 1_000_000
		spend := func(work int) error {
			if left -= work; left < 0 {
				return errors.New("too much work")
			}
			return nil
		}
		found, err := expression.Search(subject, spend)
		if err == nil && plain.MatchString(text) {
			if theirs := regexp.MustCompile(text).MatchString(subject); theirs != found {
				t.Errorf("%q in %q: %t, package regexp says %t", text, subject, found, theirs)
			}
		}
		if template, err := expression.Template(replacement); err == nil {
			_, _ = expression.Sub(template, subject, spend)
		}
	})
}
