package secret

import "regexp"

// word is one that stands in front of a credential and is none: the name of a scheme of authentication, of an algorithm, of a part.
const word = `(?:[A-Za-z-]+|(?i:sha-?\d+|md5|v\d|aws4-hmac-sha256))`

// alone are the schemes of authentication, and what is written in place of a credential that is not there.
const alone = `bearer|basic|token|digest|negotiate|api-?key|jwt|oauth|none|null|nil|unknown|anonymous|missing`

var (
	label  = regexp.MustCompile(`^(?:[^\pL\pN]*(?:(?:` + word + ` )?` + word + `[ =:]+)?|(?i:` + alone + `))$`)
	prefix = regexp.MustCompile(`^` + word + `[-_/.]+$`)
)

// IsLabel tells whether text that stands beside data in a value of this name is no credential itself: Bearer, session=, or signs alone. Of a name that holds
// a credential only sometimes, so is the beginning of a path: key=articles/7.
func IsLabel(text, name string) bool {
	return label.MatchString(text) || !IsName(name) && prefix.MatchString(text)
}
