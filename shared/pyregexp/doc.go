// Package pyregexp matches regular expressions as the module re of CPython 3.11 does, in time that grows with the text and not faster.
//
//	expression, err := pyregexp.Compile(`(\w+)-(\d+)`)
//	template, err := expression.Template(`\2 \1`)
//	text, err := expression.Sub(template, "Haus-7", spend) // 7 Haus
//
// Letters, digits and white space are those of Unicode, $ stands also before a line break at the end, and Sub finds empty matches where re.sub does.
// What cannot be matched in linear time, or has no counterpart, is refused by Compile: references back (\1, (?P=name), (?(1)…)), looking around
// ((?=…), (?!…), (?<=…), (?<!…)), atomic groups and possessive repeats ((?>…), a*+), the flags a and L, more than 1000 repeats, \Z beside $, repeats of
// what would rather be empty ((|a)*).
package pyregexp
