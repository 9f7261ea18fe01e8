package pyregexp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is an expression or a template that cannot be read, or not be matched in linear time.
type Error struct {
	Offset  int // in bytes
	Message string
}

// Error gives the message and the place.
func (e *Error) Error() string { return fmt.Sprintf("%s at position %d", e.Message, e.Offset) }

// Bounds of an expression: its bytes, how many times something is repeated, how deep groups stand in each other, how many there are, how many sets of
// characters, and how many instructions it may have.
const (
	longest          = 4096
	mostRepeats      = 1000
	deepest          = 200
	mostGroups       = 100
	mostSets         = 100
	mostInstructions = 4096
)

// translator writes an expression of Python as one of Go's package regexp/syntax.
type translator struct {
	text   string
	at     int
	groups []string // names, "" where there is none
	sets   int      // classes and letters that stand for sets so far
	depth  int
	dollar bool // there is a $ that is not about lines
	end    bool // there is a \Z
}

// flags are those of a group.
type flags struct{ ignoreCase, multiline, dotAll, verbose bool }

func (t *translator) fail(at int, format string, values ...any) *Error {
	return &Error{at, fmt.Sprintf(format, values...)}
}

func (t *translator) more() bool { return t.at < len(t.text) }

func (t *translator) looking(prefix string) bool { return strings.HasPrefix(t.text[t.at:], prefix) }

func (t *translator) accept(prefix string) bool {
	if !t.looking(prefix) {
		return false
	}
	t.at += len(prefix)
	return true
}

// translate gives the expression in Go's words.
func (t *translator) translate() (string, error) {
	f, err := t.globalFlags()
	if err != nil {
		return "", err
	}
	out, err := t.alternatives(f)
	if err != nil {
		return "", err
	}
	if t.more() {
		return "", t.fail(t.at, "unbalanced parenthesis")
	}
	if t.dollar && t.end {
		return "", t.fail(0, `\Z beside $ is not supported: write \Z alone`)
	}
	return out, nil
}

// globalFlags reads (?…) at the beginning.
func (t *translator) globalFlags() (flags, error) {
	f := flags{}
	for t.looking("(?") {
		end := strings.IndexByte(t.text[t.at:], ')')
		if end < 3 || strings.Trim(t.text[t.at+2:t.at+end], "aiLmsux") != "" {
			break
		}
		for _, c := range t.text[t.at+2 : t.at+end] {
			if err := f.set(t, c, true); err != nil {
				return f, err
			}
		}
		t.at += end + 1
	}
	return f, nil
}

func (f *flags) set(t *translator, flag rune, on bool) error {
	switch flag {
	case 'i':
		f.ignoreCase = on
	case 'm':
		f.multiline = on
	case 's':
		f.dotAll = on
	case 'x':
		f.verbose = on
	case 'u':
	default:
		return t.fail(t.at, "the flag %c is not supported", flag)
	}
	return nil
}

// alternatives reads branches up to a parenthesis that closes, or the end.
func (t *translator) alternatives(f flags) (string, error) {
	if t.depth++; t.depth > deepest {
		return "", t.fail(t.at, "groups are nested too deeply")
	}
	defer func() { t.depth-- }()
	var branches []string
	for {
		branch, err := t.branch(f)
		if err != nil {
			return "", err
		}
		if branches = append(branches, branch); !t.accept("|") {
			return strings.Join(branches, "|"), nil
		}
	}
}

// branch reads items with their repeats.
func (t *translator) branch(f flags) (string, error) {
	var out strings.Builder
	for t.skip(f) && !t.looking("|") && !t.looking(")") {
		if t.repeats() {
			return "", t.fail(t.at, "nothing to repeat")
		}
		item, repeatable, err := t.item(f)
		if err != nil {
			return "", err
		}
		t.skip(f)
		repeat, err := t.repeat(repeatable)
		if err != nil {
			return "", err
		}
		out.WriteString("(?:" + item + ")" + repeat)
	}
	return out.String(), nil
}

// skip passes comments, and in verbose expressions white space; it tells whether anything follows.
func (t *translator) skip(f flags) bool {
	for t.more() {
		end := 0
		switch {
		case t.looking("(?#"):
			end = strings.IndexByte(t.text[t.at:], ')') + 1
		case f.verbose && strings.IndexByte(" \t\n\r\v\f", t.text[t.at]) >= 0:
			end = 1
		case f.verbose && t.looking("#"):
			if end = strings.IndexByte(t.text[t.at:], '\n') + 1; end == 0 {
				end = len(t.text) - t.at
			}
		}
		if end == 0 {
			return true
		}
		t.at += end
	}
	return false
}

// repeats tells whether a repeat stands at the place.
func (t *translator) repeats() bool {
	return t.looking("*") || t.looking("+") || t.looking("?") || t.count() != nil
}

// count reads {m,n} without taking it; nil where the brace is an ordinary character.
func (t *translator) count() []string {
	if !t.looking("{") {
		return nil
	}
	end := strings.IndexByte(t.text[t.at:], '}')
	if end < 0 {
		return nil
	}
	inner := t.text[t.at+1 : t.at+end]
	low, high, two := strings.Cut(inner, ",")
	if strings.Trim(low+high, "0123456789") != "" || inner == "" || low == "" && !two {
		return nil
	}
	if !two {
		high = low
	}
	return []string{low, high, inner}
}

// repeat reads what repeats the item before it.
func (t *translator) repeat(repeatable bool) (string, error) {
	start := t.at
	repeat := ""
	switch count := t.count(); {
	case count != nil:
		t.at += len(count[2]) + 2
		var err error
		if repeat, err = t.counted(start, count[0], count[1]); err != nil {
			return "", err
		}
	case t.looking("*"), t.looking("+"), t.looking("?"):
		repeat = t.text[t.at : t.at+1]
		t.at++
	default:
		return "", nil
	}
	switch {
	case !repeatable:
		return "", t.fail(start, "nothing to repeat")
	case t.accept("?"):
		repeat += "?"
	case t.looking("+"):
		return "", t.fail(t.at, "a possessive repeat is not supported")
	}
	if t.repeats() {
		return "", t.fail(t.at, "multiple repeat")
	}
	return repeat, nil
}

// counted gives the repeat {low,high}.
func (t *translator) counted(at int, low, high string) (string, error) {
	least, err := t.bound(at, low)
	if err != nil {
		return "", err
	}
	most, err := t.bound(at, high)
	switch {
	case err != nil:
		return "", err
	case high == "":
		return fmt.Sprintf("{%d,}", least), nil
	case most < least:
		return "", t.fail(at, "min repeat greater than max repeat")
	}
	return fmt.Sprintf("{%d,%d}", least, most), nil
}

func (t *translator) bound(at int, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n > mostRepeats {
		return 0, t.fail(at, "more than %d repeats are not supported", mostRepeats)
	}
	return n, nil
}

// item reads one thing that may be repeated, or a place that may not.
func (t *translator) item(f flags) (item string, repeatable bool, err error) {
	r, size := utf8.DecodeRuneInString(t.text[t.at:])
	switch r {
	case '(':
		item, err := t.group(f)
		return item, true, err
	case '[':
		item, err := t.class()
		return f.letters(item), true, err
	case '\\':
		return t.escape(f)
	}
	t.at += size
	switch r {
	case '.':
		if f.dotAll {
			return `(?s:.)`, true, nil
		}
		return `(?-s:.)`, true, nil
	case '^':
		if f.multiline {
			return `(?m:^)`, false, nil
		}
		return `\A`, false, nil
	case '$':
		if f.multiline {
			return `(?m:$)`, false, nil
		}
		t.dollar = true
		return `\z`, false, nil
	}
	return f.letters(literal(r)), true, nil
}

// letters makes an item fit both cases where that is asked for.
func (f flags) letters(item string) string {
	if f.ignoreCase {
		return "(?i:" + item + ")"
	}
	return item
}

func literal(r rune) string { return fmt.Sprintf(`\x{%X}`, r) }

// group reads what stands in parentheses.
func (t *translator) group(f flags) (string, error) {
	start := t.at
	t.at++
	opening, f, err := t.opening(start, f)
	if err != nil {
		return "", err
	}
	inner, err := t.alternatives(f)
	if err != nil {
		return "", err
	}
	if !t.accept(")") {
		return "", t.fail(start, "missing ), unterminated subpattern")
	}
	return opening + inner + ")", nil
}

// opening reads what a group begins with.
func (t *translator) opening(start int, f flags) (string, flags, error) {
	switch {
	case t.accept("?:"):
		return "(?:", f, nil
	case t.accept("?P<"):
		err := t.name(start)
		return "(", f, err
	case !t.looking("?"):
		return "(", f, t.newGroup(start, "")
	}
	for _, refused := range []struct{ begins, what string }{
		{"?P=", "a reference to a group"}, {"?(", "a reference to a group"}, {"?=", "looking ahead"}, {"?!", "looking ahead"},
		{"?<=", "looking behind"}, {"?<!", "looking behind"}, {"?>", "an atomic group"},
	} {
		if t.looking(refused.begins) {
			return "", f, t.fail(start, "%s is not supported", refused.what)
		}
	}
	t.at++
	f, err := t.localFlags(start, f)
	return "(?:", f, err
}

func (t *translator) newGroup(at int, name string) error {
	if len(t.groups) == mostGroups {
		return t.fail(at, "more than %d groups are not supported", mostGroups)
	}
	t.groups = append(t.groups, name)
	return nil
}

// name reads the name of a group.
func (t *translator) name(start int) error {
	end := strings.IndexByte(t.text[t.at:], '>')
	if end < 0 {
		return t.fail(start, "missing >, unterminated name")
	}
	name := t.text[t.at : t.at+end]
	if !identifier(name) {
		return t.fail(t.at, "bad character in group name")
	}
	if slices.Contains(t.groups, name) {
		return t.fail(t.at, "redefinition of group name")
	}
	t.at += end + 1
	return t.newGroup(start, name)
}

func identifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

// localFlags reads the flags of a group up to the colon.
func (t *translator) localFlags(start int, f flags) (flags, error) {
	on := true
	for begin := t.at; t.more(); t.at++ {
		switch c := t.text[t.at]; {
		case c == ':' && t.at > begin:
			t.at++
			return f, nil
		case c == ')' && t.at > begin:
			return f, t.fail(start, "global flags not at the start of the expression")
		case c == '-' && on:
			on = false
		case strings.IndexByte("aiLmsux", c) < 0 || c == 'u' && !on:
			return f, t.fail(start, "unknown extension")
		default:
			if err := f.set(t, rune(c), on); err != nil {
				return f, err
			}
		}
	}
	return f, t.fail(start, "missing :")
}
