package jsonpath

import (
	"slices"
	"strings"
)

// This file reads the conditions of filters: [?(@.price < 10 && @.name == 'x')]. Jayway's grammar:
//
//	or = and { "||" and }    and = unary { "&&" unary }    unary = "!" unary | "(" or ")" | value [ operator value ]

const (
	// conditionEnds are the bytes that end a path inside of a condition.
	conditionEnds = blanks + "<>=~!)]&|"
	// argumentEnds are those that end a path among the arguments of a function.
	argumentEnds = blanks + ",)"
	// maxNesting bounds how deep conditions, functions and lists may be nested.
	maxNesting = 50
)

// deeper reads something inside of something else.
func deeper[T any](p *parser, read func() T) T {
	if p.depth++; p.depth > maxNesting {
		p.fail(problem(p.at, p.at+1, "the path is nested too deeply"))
	}
	value := read()
	p.depth--
	return value
}

// filterInParentheses reads [?(…)] behind the question mark. Jayway needs the parentheses, around all of the condition.
func (p *parser) filterInParentheses(start int) Step {
	p.blanks()
	if p.err == nil && !p.sees("(") {
		p.fail(problem(p.at, p.at+1, "the condition of a filter stands in parentheses").fix("write [?(…)]"))
	}
	p.need("(", " in a filter")
	condition := deeper(p, p.disjunction)
	p.blanks()
	p.need(")", " in a filter")
	if p.blanks(); p.sees("&|") {
		p.fail(problem(p.at, p.at+1, "the parentheses of a filter stand around all of its condition").fix("write [?((…) && (…))]"))
	}
	return &Filter{Condition: condition, Span: p.since(start)}
}

// bracketOf is a step in brackets: where it ends, and whether Jayway finds its end by its quotes and brackets.
type bracketOf struct {
	end   int
	whole bool
}

// bracketBehind looks at the step that a path of a filter has just taken. Of two brackets side by side Jayway reads the second one byte by byte, and takes a
// blank, an operator or a parenthesis in it for the end of the path. A function there has no arguments.
func (p *parser) bracketBehind(before bracketOf, step Step) bracketOf {
	if p.err != nil {
		return before
	}
	at := step.At()
	if function, ok := step.(*Function); ok && (len(function.Arguments) > 0 || !strings.HasSuffix(p.text[:p.at], "()")) {
		p.fail(problem(at.Start, p.at, "a function in a filter takes no arguments"))
	}
	if p.text[at.Start] != '[' {
		return bracketOf{end: p.at, whole: false}
	}
	whole := !before.whole || before.end != at.Start
	if !whole && strings.ContainsAny(p.text[at.Start:p.at], blanks+"<>=~!)") {
		p.fail(problem(at.Start, p.at, "Jayway does not find the end of this bracket behind another one").fix("write a dot between the two: ].["))
	}
	return bracketOf{end: p.at, whole: whole}
}

func (p *parser) disjunction() Condition {
	start := p.at
	left := p.conjunction()
	for p.blanks(); p.take("||"); p.blanks() {
		right := p.conjunction()
		left = &Or{p.since(start), left, right}
	}
	return left
}

func (p *parser) conjunction() Condition {
	start := p.at
	left := p.unary()
	for p.blanks(); p.take("&&"); p.blanks() {
		right := p.unary()
		left = &And{p.since(start), left, right}
	}
	return left
}

func (p *parser) unary() Condition {
	p.blanks()
	start := p.at
	switch {
	case p.take("!"):
		return p.negation(start)
	case p.take("("):
		inner := deeper(p, p.disjunction)
		p.blanks()
		p.need(")", " in a filter")
		return inner
	default:
		return p.relation()
	}
}

// negation reads what follows a !. Before a path it asks that the path leads to nothing; Jayway ignores it where that path is compared.
func (p *parser) negation(start int) Condition {
	p.blanks()
	if !p.sees("@$") {
		operand := deeper(p, p.unary)
		return &Not{p.since(start), operand}
	}
	path := p.path(conditionEnds)
	not := &Not{p.since(start), &Exists{path.Span, path}}
	if p.blanks(); p.operator() != "" {
		p.fail(problem(start, p.at, "! has no effect on a path that is compared").fix("put parentheses around the comparison: !(…)"))
	}
	return not
}

func (p *parser) relation() Condition {
	start := p.at
	left := p.operand()
	p.blanks()
	before := p.at
	operator := p.operator()
	if operator != "" {
		p.blanks()
		right := p.operand()
		return &Comparison{p.since(start), left, operator, right}
	}
	path, isPath := left.(*Path)
	if !isPath && p.err == nil {
		p.fail(problem(before, before+1, "a filter compares, as in [?(@.price < 10)]"))
	}
	return &Exists{p.since(start), path}
}

// operator reads an operator of a comparison, "" when there is none.
func (p *parser) operator() string {
	for _, symbol := range symbols {
		if p.take(symbol) {
			return symbol
		}
	}
	start := p.at
	word := p.while(func(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' })
	switch lower := strings.ToLower(word); {
	case word == "" && p.peek() == '=':
		p.fail(problem(start, start+1, "'=' compares nothing").fix("compare with =="))
	case word == "":
	case slices.Contains(words, lower) && p.flavour == Jayway && !p.sees(" "):
		p.fail(problem(start, p.at, "a blank must follow the operator %s", lower).fix("write %s and a blank", lower))
	case slices.Contains(words, lower):
		return lower
	case lower == "and":
		p.fail(problem(start, p.at, "%q is not an operator", word).fix("join conditions with &&"))
	case lower == "or":
		p.fail(problem(start, p.at, "%q is not an operator", word).fix("join conditions with ||"))
	default:
		p.fail(problem(start, p.at, "%q is not an operator", word).fix("the operators are %s", strings.Join(Operators(), " ")))
	}
	return ""
}

// operand reads one side of a comparison.
func (p *parser) operand() Operand {
	switch {
	case p.holeHere() >= 0:
		return p.hole()
	case p.sees("@$"):
		return p.path(conditionEnds)
	case p.sees("/"):
		return p.regex()
	case p.flavour == StepFunctions && p.sees(letters):
		return p.word()
	default:
		return p.literal("expected @, a number, a quoted text, true, false or null in a filter")
	}
}

const letters = "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// word reads a text without quotes, as the service takes it: [?(@.Name==Receipt)].
func (p *parser) word() Operand {
	start := p.at
	text := p.while(func(b byte) bool { return isIdentifier(b) || b == '-' || b == '.' })
	switch text {
	case "true", "false", "null":
		p.at = start
		return p.literal("")
	}
	return &Literal{p.since(start), text}
}

// arguments reads the arguments of a function behind its opening parenthesis.
func (p *parser) arguments() []Operand {
	var list []Operand
	for p.blanks(); p.err == nil && !p.take(")"); p.blanks() {
		if len(list) > 0 {
			p.need(",", " between arguments")
			p.blanks()
		}
		list = append(list, deeper(p, p.argument))
	}
	return list
}

func (p *parser) argument() Operand {
	switch {
	case p.sees("@$"):
		return p.path(argumentEnds)
	case p.sees(`"-{0123456789`):
		return p.literal("expected an argument")
	default:
		p.fail(problem(p.at, p.at+1, "an argument is a path, a number, an object, or a text in double quotes"))
		return nil
	}
}
