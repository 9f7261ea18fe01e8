package python

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// escapes of markupsafe.
var escapes = strings.NewReplacer("&", "&amp;", ">", "&gt;", "<", "&lt;", "'", "&#39;", `"`, "&#34;")

// Escape makes a text safe in HTML.
func Escape(text string) string { return escapes.Replace(text) }

// EscapeValue is markupsafe.escape: Markup stays as it is.
func EscapeValue(m *Meter, v Value) Markup {
	if markup, ok := v.(Markup); ok {
		return markup
	}
	text := Str(m, v)
	m.Repeat(len(text), 2)
	return Markup(Escape(text))
}

// reference is a numeric reference whose meaning package html and Python's html.unescape do not agree on.
var reference = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`&#([0-9]+|[xX][0-9a-fA-F]+);?`) })

// Unescape is html.unescape.
func Unescape(text string) string {
	text = reference().ReplaceAllStringFunc(text, func(found string) string {
		digits := strings.TrimSuffix(found[2:], ";")
		base := 10
		if digits[0]|0x20 == 'x' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 64)
		if err == nil && isControl(n) {
			return ""
		}
		return found
	})
	return html.UnescapeString(text)
}

// isControl tells which references Python drops.
func isControl(n uint64) bool {
	switch {
	case n >= 1 && n <= 8, n == 0xb, n >= 0xe && n <= 0x1f, n == 0x7f, n >= 0xfdd0 && n <= 0xfdef, n <= 0x10ffff && n&0xfffe == 0xfffe:
		return true
	}
	return n == 0x81 || n == 0x8d || n == 0x8f || n == 0x90 || n == 0x9d
}

// StripTags is Markup.striptags.
func StripTags(text string) string {
	text = without(text, "<!--", "-->")
	text = without(text, "<", ">")
	return Unescape(strings.Join(strings.FieldsFunc(text, isSpace), " "))
}

// without takes out what stands between two marks, again and again from the beginning.
func without(text, begin, end string) string {
	var b strings.Builder
	for {
		start := strings.Index(text, begin)
		if start < 0 {
			break
		}
		stop := strings.Index(text[start:], end)
		if stop < 0 {
			break
		}
		b.WriteString(text[:start])
		text = text[start+stop+len(end):]
	}
	b.WriteString(text)
	return b.String()
}
