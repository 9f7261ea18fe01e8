package expr

import "strings"

// EncodeURL percent-encodes what may not stand in the path or the query of a URL (RFC 3986, section 2): blanks, control characters, letters beyond
// ASCII, quotes and a few others, and a % that encodes nothing. Delimiters, brackets and what is encoded already stay, and everything up to the
// end of the host. before is what the URL has in front of the text.
func EncodeURL(before, text string) string {
	start := len(text) - min(len(text), len(behindHost(before+text)))
	var out strings.Builder
	out.WriteString(text[:start])
	for i := start; i < len(text); i++ {
		if b := text[i]; b == '%' && !isEncoded(text[i:]) || !standsInURL(b) {
			out.WriteString("%" + string("0123456789ABCDEF"[b>>4]) + string("0123456789ABCDEF"[b&15]))
			continue
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// HostIsComplete tells whether what follows an address's beginning is behind its host (RFC 3986, section 3).
func HostIsComplete(address string) bool { return behindHost(address) != "" }

// behindHost is what follows the host of a URL, "" when the URL ends there.
func behindHost(url string) string {
	_, rest, found := strings.Cut(url, "://")
	at := strings.IndexAny(rest, "/?#")
	if !found || at < 0 {
		return ""
	}
	return rest[at:]
}

// isEncoded tells whether a text begins with % and two hexadecimal digits.
func isEncoded(text string) bool {
	return len(text) > 2 && isHex(text[1]) && isHex(text[2])
}

func isHex(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}

func standsInURL(b byte) bool {
	return b > ' ' && b < 0x7F && strings.IndexByte("\"<>\\^`{|}", b) < 0
}
