package task

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// MachineNameLimit is the longest machine name: it leaves room for a stack's prefix in the 80 characters of
// CreateStateMachine's name.
const MachineNameLimit = 60

const nameHashLength = 8

// MachineName is the state machine name of an operation: its letters and digits in lower case, everything else made
// single hyphens, at most MachineNameLimit characters. "GET /news/{id}" gives "get-news-id". A name that would be
// longer, or empty, ends in a hash of the operation instead. Operations that differ only in punctuation share a
// name; a compiler refuses such a pair.
func MachineName(operation string) string {
	slug := slugOf(operation)
	if slug != "" && len(slug) <= MachineNameLimit {
		return slug
	}
	sum := sha256.Sum256([]byte(operation))
	hash := hex.EncodeToString(sum[:])[:nameHashLength]
	if slug == "" {
		return "operation-" + hash
	}
	return strings.TrimRight(slug[:MachineNameLimit-nameHashLength-1], "-") + "-" + hash
}

func slugOf(operation string) string {
	words := strings.FieldsFunc(strings.ToLower(operation), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// MachineSubstitution is the DefinitionSubstitutions key by which definitions refer to the state machine of an operation: "GET /news/{id}"
// gives "GetNewsIdStateMachineArn".
func MachineSubstitution(operation string) string {
	var name strings.Builder
	for _, word := range strings.Split(MachineName(operation), "-") {
		if word != "" {
			name.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return name.String() + "StateMachineArn"
}
