package expr

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// decimal is a number as Java's BigDecimal holds it: digits without leading zeros, the last of which counts 10^-scale.
type decimal struct {
	negative bool
	digits   string
	scale    int
}

var decimalForm = regexp.MustCompile(`^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,9}))?$`)

// parseDecimal reads what BigDecimal reads.
func parseDecimal(text string) (decimal, bool) {
	parts := decimalForm.FindStringSubmatch(text)
	if parts == nil || parts[2]+parts[3] == "" {
		return decimal{}, false
	}
	exponent, _ := strconv.Atoi(parts[4])
	return decimal{parts[1] == "-", strings.TrimLeft(parts[2]+parts[3], "0"), len(parts[3]) - exponent}, true
}

// normal drops the zeros at the end, so that equal numbers are equal.
func (d decimal) normal() decimal {
	digits := strings.TrimRight(d.digits, "0")
	if digits == "" {
		return decimal{}
	}
	return decimal{d.negative, digits, d.scale - (len(d.digits) - len(digits))}
}

// text is what BigDecimal.toString gives.
func (d decimal) text() string {
	digits, sign := d.digits, ""
	if digits == "" {
		digits = "0"
	} else if d.negative {
		sign = "-"
	}
	exponent := len(digits) - 1 - d.scale
	switch {
	case d.scale == 0:
		return sign + digits
	case d.scale < 0 || exponent < -6:
		return sign + scientific(digits, exponent)
	case len(digits) > d.scale:
		return sign + digits[:len(digits)-d.scale] + "." + digits[len(digits)-d.scale:]
	default:
		return sign + "0." + strings.Repeat("0", d.scale-len(digits)) + digits
	}
}

func scientific(digits string, exponent int) string {
	text := digits[:1]
	if len(digits) > 1 {
		text += "." + digits[1:]
	}
	if exponent < 0 {
		return text + "E" + strconv.Itoa(exponent)
	}
	return text + "E+" + strconv.Itoa(exponent)
}

// node is the number as a literal; ok is false when it is too large for one.
func (d decimal) node() (node jsonata.Node, ok bool) {
	normal := d.normal()
	sign := ""
	if normal.negative {
		sign = "-"
	}
	if normal.digits == "" {
		return build.Number(0), true
	}
	if normal.scale <= 0 && normal.scale > -19 {
		if whole, err := strconv.ParseInt(sign+normal.digits+strings.Repeat("0", -normal.scale), 10, 64); err == nil {
			return build.Literal(whole), true
		}
	}
	value, err := strconv.ParseFloat(sign+normal.digits+"e"+strconv.Itoa(-normal.scale), 64)
	return build.Number(value), err == nil
}

// index is the number as a place in a list.
func (d decimal) index() (int, bool) {
	node, ok := d.node()
	if !ok || d.normal().scale > 0 {
		return 0, false
	}
	sign := 1
	if negative, isNegative := node.(*jsonata.Negate); isNegative {
		node, sign = negative.Operand, -1
	}
	number, isNumber := node.(*jsonata.Number)
	if !isNumber || number.Value > 1e9 || number.Value < -1e9 {
		return 0, false
	}
	return sign * int(number.Value), true
}
