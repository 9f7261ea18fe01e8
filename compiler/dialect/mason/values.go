package mason

import (
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/steploom/steploom/compiler/source"
)

// check reports a text that is not what its field takes.
func check(node *source.Node, what string, fits func(text string) bool) bool {
	value, ok := node.Str()
	if ok && !fits(value) {
		node.Report(codeValue.Error(node.Range, "%q is not %s", value, what).Fix("write %s, or leave the line out", what))
		return false
	}
	return ok
}

// isUUID tells whether a text is a UUID as RFC 9562 writes it, or in one of the forms that Python takes.
func isUUID(value string) bool {
	return regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(strings.ReplaceAll(canonicalUUID(value), "-", ""))
}

// canonicalUUID writes a UUID in the one way in which equal ones are equal.
func canonicalUUID(value string) string {
	digits := strings.ToLower(strings.ReplaceAll(strings.Trim(strings.TrimPrefix(strings.TrimPrefix(value, "urn:"), "uuid:"), "{}"), "-", ""))
	if len(digits) != 32 {
		return digits
	}
	return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
}

// isEmail tells whether a text is one address (RFC 5322, section 3.4.1) of a host with a domain.
func isEmail(value string) bool {
	address, err := mail.ParseAddress(value)
	if err != nil || address.Address != value {
		return false
	}
	host := value[strings.LastIndexByte(value, '@')+1:]
	return strings.Contains(strings.Trim(host, "."), ".")
}

// isDateTime tells whether a text is a date with a time (ISO 8601), with a zone or without.
func isDateTime(value string) bool {
	value = strings.Replace(value, " ", "T", 1)
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if _, err := time.Parse(layout, value); err == nil {
			return true
		}
	}
	return false
}
