package expr

import (
	"strings"
	"time"

	"github.com/steploom/steploom/shared/javatime"
)

// DatePicture translates a pattern of java.time into a picture string of JSONata's $fromMillis (XPath and XQuery Functions and Operators, section
// 9.8.4.1), for the years 1 to 9999 in a zone. ok is false for a pattern that a picture cannot say exactly.
func DatePicture(pattern *javatime.Pattern, zone javatime.Zone) (picture string, ok bool) {
	var text strings.Builder
	components := false
	for _, part := range pattern.Parts() {
		if part.Letter == 0 {
			text.WriteString(escapePicture(part.Text))
			continue
		}
		run := strings.Repeat(string(part.Letter), part.Count)
		component, known := dateComponents()[run]
		if !known {
			component, known = fixedComponent(part.Letter, run, zone)
		}
		if !known || part.Pad > 0 {
			return "", false
		}
		components = true
		text.WriteString(component)
	}
	return text.String(), components
}

// fixedComponent is what stays the same at all times: the zone, where its clock never changes, and the era.
func fixedComponent(letter byte, run string, zone javatime.Zone) (component string, ok bool) {
	if _, fixed := zone.Fixed(); letter != 'G' && !(fixed && strings.IndexByte("VvzOXxZ", letter) >= 0) {
		return "", false
	}
	pattern, err := javatime.Parse(run, javatime.English())
	if err != nil {
		return "", false
	}
	text, err := pattern.Format(javatime.In(time.Unix(0, 0), zone))
	return escapePicture(text), err == nil
}

func escapePicture(literal string) string {
	return strings.NewReplacer("[", "[[", "]", "]]").Replace(literal)
}

// dateComponents maps runs of one pattern letter to picture components.
func dateComponents() map[string]string {
	return map[string]string{
		"y": "[Y]", "yy": "[Y01]", "yyyy": "[Y0001]", "u": "[Y]", "uu": "[Y01]", "uuuu": "[Y0001]",
		"M": "[M]", "MM": "[M01]", "MMM": "[MNn,3-3]", "MMMM": "[MNn]",
		"L": "[M]", "LL": "[M01]", "LLL": "[MNn,3-3]", "LLLL": "[MNn]",
		"d": "[D]", "dd": "[D01]", "D": "[d]", "DDD": "[d001]",
		"E": "[FNn,3-3]", "EE": "[FNn,3-3]", "EEE": "[FNn,3-3]", "EEEE": "[FNn]",
		"H": "[H]", "HH": "[H01]", "h": "[h]", "hh": "[h01]", "a": "[PN]",
		"m": "[m1]", "mm": "[m01]", "s": "[s1]", "ss": "[s01]", "SSS": "[f001]",
		"XX": "[Z0101t]", "XXX": "[Z01:01t]", "xx": "[Z0101]", "xxx": "[Z01:01]", "Z": "[Z0101]", "ZZ": "[Z0101]", "ZZZ": "[Z0101]",
	}
}
