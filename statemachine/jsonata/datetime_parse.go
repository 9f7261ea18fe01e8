package jsonata

import (
	"math"
	"slices"
	"strings"
)

func toMillis(st *state, args []any) (any, error) {
	s, given, err := text(args, 0)
	if err != nil || !given {
		return Undefined, err
	}
	picture, hasPicture, err := text(args, 1)
	if err != nil {
		return nil, err
	}
	if hasPicture {
		return parseDate(st, s, picture)
	}
	if ok, err := st.occurs(isoPattern, s); !ok || err != nil {
		return nil, firstError(err, &Error{Code: "D3110", Value: s})
	}
	return parseISO(s), nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// datePattern is a picture turned into a regular expression, with what reads each of its groups.
type datePattern struct {
	pattern strings.Builder
	program *regexp
	parts   []dateReader
}

type dateReader struct {
	component byte
	read      func(string) (float64, bool) // nil for a literal
}

var regexMarks = strings.NewReplacer(".", `\.`, "*", `\*`, "+", `\+`, "?", `\?`, "^", `\^`, "$", `\$`, "{", `\{`, "}", `\}`, "(", `\(`, ")", `\)`,
	"|", `\|`, "[", `\[`, "]", `\]`, `\`, `\\`)

func (d *datePattern) add(p *datePart) error {
	pattern, read := regexMarks.Replace(p.literal), (func(string) (float64, bool))(nil)
	var err error
	switch {
	case p.component == 0:
	case p.component == 'Z' || p.component == 'z':
		pattern, read = p.zoneReader()
	case p.format != nil:
		pattern, read, err = p.format.reader(p.digits)
	default:
		pattern = "[a-zA-Z]+"
		read, err = p.nameReader()
	}
	d.pattern.WriteString("(" + pattern + ")")
	d.parts = append(d.parts, dateReader{p.component, read})
	return err
}

// zoneReader reads an offset to minutes.
func (p *datePart) zoneReader() (string, func(string) (float64, bool)) {
	separator := ""
	if p.format.regular > 0 {
		separator = p.format.separators[0].character
	}
	pattern := "[-+][0-9]+"
	if p.component == 'z' {
		pattern = "GMT" + pattern
	}
	if separator != "" {
		pattern += separator + "[0-9]+"
	}
	return pattern, func(value string) (float64, bool) {
		if p.component == 'z' {
			value = value[3:]
		}
		if hours, minutes, found := strings.Cut(value, separator); found && separator != "" {
			return parseInt(hours)*60 + parseInt(minutes), true
		}
		if len(value) <= 3 {
			return parseInt(value) * 60, true
		}
		return parseInt(value[:3])*60 + parseInt(value[3:]), true
	}
}

// nameReader reads the name of a month or a day, or am and pm.
func (p *datePart) nameReader() (func(string) (float64, bool), error) {
	var names []string
	switch p.component {
	case 'M', 'x':
		names = monthNames
	case 'F':
		names = dayNames
	case 'P':
		return func(value string) (float64, bool) {
			i := slices.Index([]string{"am", "AM", "pm", "PM"}, value)
			return float64(i / 2), i >= 0
		}, nil
	default:
		return nil, &Error{Code: "D3133", Value: string(p.component)}
	}
	return func(value string) (float64, bool) {
		for i, name := range slices.Backward(names) { // of names that begin alike, the last
			if firstRunes(name, p.maxWidth) == value {
				return float64(i + 1), true
			}
		}
		return 0, false
	}, nil
}

// reader gives the regular expression of a number in this format and what reads it.
func (f *integerFormat) reader(digits float64) (string, func(string) (float64, bool), error) {
	read := func(value string) (float64, bool) { return f.parse(value), true }
	upper := f.letters == caseUpper
	switch f.style {
	case styleLetters:
		return cased("[a-z]+", upper), read, nil
	case styleRoman:
		return cased("[mdclxvi]+", upper), read, nil
	case styleWords:
		return wordsPattern, read, nil
	case styleSequence:
		return "", nil, &Error{Code: "D3130", Value: f.token}
	}
	pattern := "[0-9]"
	switch {
	case digits > 0 && f.optional == 0:
		pattern += "{" + numberText(digits) + "}"
	case digits > 0:
		pattern += "{" + numberText(digits-float64(f.optional)) + "," + numberText(digits) + "}"
	default:
		pattern += "+"
	}
	if f.ordinal {
		pattern += "(?:th|st|nd|rd)"
	}
	return pattern, read, nil
}

func cased(pattern string, upper bool) string {
	if upper {
		return strings.ToUpper(pattern)
	}
	return pattern
}

// wordsPattern matches a number in English, the longest words first where one begins another.
var wordsPattern = makeWordsPattern()

func makeWordsPattern() string {
	var all []string
	for _, list := range [][]string{fewWords, fewOrdinals} {
		for _, w := range list {
			all = append(all, strings.ToLower(w))
		}
	}
	for _, w := range tensWords {
		w = strings.ToLower(w)
		all = append(all, w, w[:len(w)-1]+"ieth")
	}
	all = append(all, "hundredth")
	for _, w := range magnitudeWords {
		all = append(all, strings.ToLower(w), strings.ToLower(w)+"th")
	}
	return "(?:" + strings.Join(append(all, "and", `[\-, ]`), "|") + ")+"
}

// parseDate reads a timestamp as a picture says; undefined when it does not match.
func parseDate(st *state, timestamp, picture string) (any, error) {
	d, err := st.pictures.patterns.get(picture, analyseDatePattern)
	if err != nil {
		return nil, err
	}
	m, err := d.program.first(st, timestamp)
	if err != nil || m == nil {
		return Undefined, err
	}
	read := readComponents{}
	for i, p := range d.parts {
		if s, ok := m.group(i).(string); ok && p.read != nil {
			read.seen = true
			if value, ok := p.read(s); ok {
				read.values[p.component], read.has[p.component] = value, true
			} else {
				read.has[p.component] = false
			}
		}
	}
	if !read.seen {
		return Undefined, nil
	}
	return read.millis(civilOf(float64(st.clock().UnixMilli())))
}

// analyseDatePattern turns a picture into a regular expression.
func analyseDatePattern(picture string) (*datePattern, error) {
	parts, err := analyseDate(picture)
	if err != nil {
		return nil, err
	}
	d := &datePattern{}
	for i := range parts {
		if err := d.add(&parts[i]); err != nil {
			return nil, err
		}
	}
	if d.program, err = compileRegex("^"+d.pattern.String()+"$", "i"); err != nil {
		return nil, &Error{Code: "S0303", Value: err.Error()}
	}
	return d, nil
}

// readComponents are the components that a timestamp gives.
type readComponents struct {
	values [128]float64
	has    [128]bool
	seen   bool
}

// matches tells whether some of the wanted components are given, and none of the others in the list. A component that is zero
// counts as not given, as in the reference.
func (r *readComponents) matches(list, wanted string) bool {
	some := false
	for i := range len(list) {
		c := list[i]
		given := r.has[c] && r.values[c] != 0 && !math.IsNaN(r.values[c])
		if given && strings.IndexByte(wanted, c) < 0 {
			return false
		}
		some = some || given
	}
	return some
}

// millis completes the components: those more significant than the first given one from now, those after the last with the
// least value. A gap is an error.
func (r *readComponents) millis(now civil) (any, error) {
	const dates, times = "YXMxWwdD", "PHhmsf"
	byDay, byMonthWeek := false, false
	components := "YMD"
	switch {
	case r.matches(dates, "YMD"):
	case r.matches(dates, "Yd"):
		components, byDay = "YD", true
	case r.matches(dates, "XxwF"):
		components, byMonthWeek = "XxwF", true
	case r.matches(dates, "XWF"):
		components, byMonthWeek = "XWF", true
	}
	halfDay := !r.matches(times, "Hmsf") && r.matches(times, "Phmsf")
	if halfDay {
		components += "Phmsf"
	} else {
		components += "Hmsf"
	}
	if err := r.fill(components, now); err != nil {
		return nil, err
	}
	if byMonthWeek {
		return nil, &Error{Code: "D3136"}
	}
	return r.compose(byDay, halfDay), nil
}

func (r *readComponents) fill(components string, now civil) error {
	started, ended := false, false
	for i := range len(components) {
		c := components[i]
		switch {
		case r.has[c]:
			started = true
			if ended {
				return &Error{Code: "D3136"}
			}
		case started:
			r.set(c, 0)
			if strings.IndexByte("MDd", c) >= 0 {
				r.set(c, 1)
			}
			ended = true
		default:
			value, _ := now.part(c)
			r.set(c, value)
		}
	}
	return nil
}

func (r *readComponents) set(c byte, value float64) { r.values[c], r.has[c] = value, true }

func (r *readComponents) compose(byDay, halfDay bool) float64 {
	v := &r.values
	if v['M'] > 0 {
		v['M']--
	} else {
		v['M'] = 0
	}
	if byDay {
		day := civilOf(midnight(v['Y'], 0, 1) + (v['d']-1)*millisPerDay)
		v['M'], v['D'] = day.month, day.day
	}
	if halfDay {
		v['H'] = v['h']
		if v['h'] == 12 {
			v['H'] = 0
		}
		if v['P'] == 1 {
			v['H'] += 12
		}
	}
	millis := makeUTC(v['Y'], v['M'], v['D'], v['H'], v['m'], v['s'], v['f'])
	if r.has['Z'] && v['Z'] != 0 {
		return millis - v['Z']*millisPerMinute
	}
	return millis - v['z']*millisPerMinute
}
