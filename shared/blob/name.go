package blob

import (
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameLimit is the number of bytes that file systems take in a name.
const nameLimit = 255

// FileName makes a name of a file out of what somebody else calls it: no folders, which Windows divides by backslashes, no control characters and none
// that turn the direction of text, at most 255 bytes, of which the extension stays. "" for what names no file, such as "..".
func FileName(given string) string {
	name := given[strings.LastIndexAny(given, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name))
	if strings.Trim(name, ".") == "" {
		return ""
	}
	extension := path.Ext(name)
	if len(name) <= nameLimit || len(extension) > nameLimit/2 {
		return cut(name, nameLimit)
	}
	return cut(strings.TrimSuffix(name, extension), nameLimit-len(extension)) + extension
}

// cut keeps whole characters.
func cut(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	return strings.TrimRightFunc(strings.ToValidUTF8(text[:bytes], ""), unicode.IsSpace)
}

// NameIn is the name that a Content-Disposition (RFC 6266, RFC 7578) gives a file, "" when it gives none. A name that is not UTF-8 is ISO-8859-1, as
// headers once were (RFC 9110 §5.5).
func NameIn(disposition string) string {
	_, parameters, err := mime.ParseMediaType(disposition)
	if err != nil {
		return ""
	}
	name := parameters["filename"]
	if utf8.ValidString(name) {
		return FileName(name)
	}
	letters := make([]rune, len(name))
	for i := range len(name) {
		letters[i] = rune(name[i])
	}
	return FileName(string(letters))
}
