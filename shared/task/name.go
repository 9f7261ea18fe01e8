package task

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// hashLength is how many characters a hash in a name has: 50 bits, so that a million names have one in two thousand of a chance to share one.
const hashLength = 10

// hashMark stands before a hash in a name. No slug holds it.
const hashMark = "--"

// Slug is the letters and digits of a text in lower case, everything else made single hyphens: "GET /news/{id}" gives "get-news-id". It may be
// empty, as long as the text, and the slug of other texts.
func Slug(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// ShortName is the slug of a text where that has at most limit characters. A longer one is cut and ends in two hyphens and a hash of the whole
// text. The limit is at least 13.
func ShortName(text string, limit int) string {
	if slug := Slug(text); slug != "" && len(slug) <= limit {
		return slug
	}
	return hashed(text, limit)
}

// OwnName is the text itself where that is a slug of at most limit characters which begins with a letter; any other text gives a slug with a hash
// of the text. So two texts never have one name, however alike they are.
func OwnName(text string, limit int) string {
	if slug := Slug(text); slug == text && slug != "" && slug[0] >= 'a' && len(slug) <= limit {
		return slug
	}
	return hashed(text, limit)
}

// hashed is as much of a text's slug as there is room for, and a hash of the text. It begins with a letter.
func hashed(text string, limit int) string {
	slug := cmp.Or(Slug(text), "x")
	if slug[0] < 'a' {
		slug = "x-" + slug
	}
	room := limit - len(hashMark) - hashLength
	return strings.TrimRight(slug[:min(len(slug), room)], "-") + hashMark + Hash(text)
}

// Hash is ten lower-case letters and digits that tell a text from others.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:hashLength]
}

// LogicalID is a machine name, or another slug, as the name of a resource in a template: letters and digits, each word capitalised.
// "get-news-id" gives "GetNewsId". A slug that reads otherwise when it is taken apart again, such as "get-a-1", ends in its hash.
func LogicalID(slug string) string {
	var id, back strings.Builder
	for _, word := range strings.Split(slug, "-") {
		if word != "" {
			id.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	for i, r := range id.String() {
		if i > 0 && r >= 'A' && r <= 'Z' {
			back.WriteByte('-')
		}
		back.WriteRune(r)
	}
	if strings.ToLower(back.String()) != slug {
		id.WriteString("X" + Hash(slug))
	}
	return id.String()
}
