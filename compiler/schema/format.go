package schema

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// format is a name that the keyword format may have.
type format struct {
	name string
	// words follow "must be".
	words string
	// on is the type of the values that it speaks of.
	on string
	// pattern is what a text matches from its first to its last character; none for numbers, and for what nothing can be checked of.
	pattern string
	// low and high bound a number.
	low, high any
	// most is the greatest length of a text, 0 when there is none.
	most int
}

const (
	shortMonths = `[0-9]{4}-(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)`
	longMonths  = `[0-9]{4}-(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])`
	february    = `[0-9]{4}-02-(?:0[1-9]|1[0-9]|2[0-8])|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29`
	fullDate    = `(?:` + longMonths + `|` + shortMonths + `|` + february + `)`
	offset      = `(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])`
	fullTime    = `(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?` + offset + `|23:59:60(?:\.[0-9]+)?[Zz])`
	octet       = `(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])`
	dotted      = octet + `(?:\.` + octet + `){3}`
	label       = `[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?`
	host        = label + `(?:\.` + label + `)*`
	atom        = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
	urlSafe     = `(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})`
	group16     = `[0-9A-Fa-f]{1,4}`
)

// formats is the table of the formats that are enforced (OpenAPI 3.0.3, Data Types; JSON Schema Validation 2020-12, section 7.3).
func formats() []format {
	return []format{
		{name: "int32", words: "a whole number of 32 bits", on: "number", low: float64(math.MinInt32), high: float64(math.MaxInt32)},
		{name: "int64", words: "a whole number of 64 bits", on: "number", low: int64(math.MinInt64), high: int64(math.MaxInt64)},
		{name: "float", words: "a number of single precision", on: "number", low: -math.MaxFloat32, high: math.MaxFloat32},
		{name: "double", on: "number"}, // every number is one
		{name: "date", words: "a date such as 2026-01-31", pattern: fullDate},
		{name: "date-time", words: "a date and time such as 2026-01-31T08:30:00Z", pattern: fullDate + `[Tt]` + fullTime},
		{name: "time", words: "a time such as 08:30:00Z", pattern: fullTime},
		{name: "duration", words: "a duration such as P1DT12H", pattern: duration()},
		{name: "uuid", words: "a UUID", pattern: `[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}`},
		{name: "email", words: "an email address", pattern: atom + `(?:\.` + atom + `)*@` + host, most: 254},
		{name: "hostname", words: "a host name", pattern: host, most: 253},
		{name: "ipv4", words: "an IPv4 address", pattern: dotted},
		{name: "ipv6", words: "an IPv6 address", pattern: ipv6()},
		{name: "uri", words: "a URI", pattern: `[A-Za-z][A-Za-z0-9+.-]*:` + urlSafe + `*`},
		{name: "byte", words: "text in base64", pattern: `(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?`},
	}
}

// documentation are the formats that say nothing of a value which could be checked: an encoding on the way, or how a page shows it.
func documentation() []string { return []string{"binary", "password"} }

// duration is that of RFC 3339, appendix A.
func duration() string {
	const time = `T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)`
	const date = `(?:[0-9]+D|[0-9]+M(?:[0-9]+D)?|[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?)`
	return `P(?:` + date + `(?:` + time + `)?|` + time + `|[0-9]+W)`
}

// ipv6 is IPv6address of RFC 3986, section 3.2.2.
func ipv6() string {
	last := `(?:` + group16 + `:` + group16 + `|` + dotted + `)`
	forms := []string{`(?:` + group16 + `:){6}` + last}
	for before := range 6 { // groups before the two colons, counted by those that may follow them
		follow := 5 - before
		head := fmt.Sprintf(`(?:(?:%s:){0,%d}%s)?`, group16, max(before-1, 0), group16)
		if before == 0 {
			head = ""
		}
		forms = append(forms, head+fmt.Sprintf(`::(?:%s:){%d}%s`, group16, follow, last))
	}
	forms = append(forms, fmt.Sprintf(`(?:(?:%s:){0,5}%s)?::%s`, group16, group16, group16), fmt.Sprintf(`(?:(?:%s:){0,6}%s)?::`, group16, group16))
	return `(?:` + strings.Join(forms, `|`) + `)`
}

func formatNamed(name any) (format, bool) {
	all := formats()
	at := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	if at < 0 {
		return format{}, false
	}
	return all[at], true
}

// formatType is the type of the values that a format speaks of, "" when the format is not known.
func formatType(name any) string {
	f, known := formatNamed(name)
	if known && f.on == "" {
		return "string"
	}
	return f.on
}

func formatWords(name any) string {
	f, _ := formatNamed(name)
	return "must be " + f.words
}

// formatFails is true of a value that is not in a format; nil when nothing can be checked of it.
func formatFails(value jsonata.Node, name any) jsonata.Node {
	f, known := formatNamed(name)
	var fails []jsonata.Node
	if f.low != nil {
		fails = append(fails, build.Binary(value, "<", build.Literal(f.low)), build.Binary(value, ">", build.Literal(f.high)))
	}
	if f.most > 0 {
		fails = append(fails, build.Binary(build.Call("length", value), ">", build.Number(float64(f.most))))
	}
	if f.pattern != "" {
		written, err := Regex("^(?:" + f.pattern + ")$")
		if err != nil {
			panic(err) // the table is ours
		}
		fails = append(fails, build.Not(build.Call("contains", value, build.Regex(written, ""))))
	}
	if !known || len(fails) == 0 {
		return nil
	}
	return build.Any(fails...)
}
