package requests

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// encodeHost is a host in ASCII, mapped by UTS 46 and valid by IDNA 2008.
func encodeHost(host string) (string, bool) {
	mapped, err := idna.New(idna.MapForLookup(), idna.Transitional(false)).ToUnicode(host)
	if err != nil {
		return "", false
	}
	labels := strings.Split(mapped, ".")
	for i, label := range labels {
		encoded, ok := encodeLabel(label)
		if !ok || label == "" && i < len(labels)-1 {
			return "", false
		}
		labels[i] = encoded
	}
	return strings.Join(labels, "."), true
}

// encodeLabel is a label of a host in lower case, and in ASCII where it is valid by IDNA 2008 (RFC 5891 section 4).
func encodeLabel(label string) (string, bool) {
	lower := strings.ToLower(strings.ReplaceAll(label, "İ", "i\u0307")) // which lower case is in full
	if isASCII(label) {
		return percent().ReplaceAllStringFunc(lower, strings.ToUpper), true
	}
	if !norm.NFC.IsNormalString(lower) || strings.IndexFunc(lower, func(r rune) bool { return !permitted(r) }) >= 0 {
		return "", false
	}
	encoded, err := idna.New(idna.ValidateLabels(true), idna.StrictDomainName(true), idna.CheckHyphens(true), idna.CheckJoiners(true), idna.BidiRule()).ToASCII(lower)
	return encoded, err == nil && len(encoded) <= 63
}

// Exceptions of RFC 5892 sections 2.6 and 2.7: characters that are valid, some of them where their neighbours allow it, and letters that are not.
const (
	exceptions = "ßς۽۾་〇·͵׳״・\u200C\u200D"
	excluded   = "\u0640\u07FA\u302E\u302F\u3031\u3032\u3033\u3034\u3035\u303B"
)

// permitted tells whether a character may stand in a label (RFC 5892 section 3): letters, marks and digits that mapping leaves as they are.
func permitted(r rune) bool {
	switch {
	case strings.ContainsRune(exceptions, r), r == '-', r >= '0' && r <= '9', r >= 'a' && r <= 'z':
		return true
	case r < 0x80, strings.ContainsRune(excluded, r):
		return false
	case !unicode.In(r, unicode.Ll, unicode.Lo, unicode.Lm, unicode.Mn, unicode.Mc, unicode.Nd):
		return false
	}
	folded := norm.NFKC.String(strings.ToLower(norm.NFKC.String(string(r))))
	return folded == string(r)
}
