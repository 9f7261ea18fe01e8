package job

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/steploom/steploom/shared/format"
)

// Hash is the same for two jobs that say the same, their credentials aside: 64 hexadecimal digits, SHA-256 over the job's JSON in the order of names.
func (j Job) Hash() (string, error) {
	j.BasicAuth, j.Token = nil, ""
	text, err := json.Marshal(j)
	if err != nil {
		return "", err
	}
	value, err := format.DecodeJSON(text)
	if err != nil {
		return "", err
	}
	canonical, err := format.EncodeJSON(ordered(value))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// ordered is a value whose objects have no order of their own.
func ordered(value any) any {
	switch v := value.(type) {
	case format.Object:
		object := make(map[string]any, len(v))
		for _, member := range v {
			object[member.Name] = ordered(member.Value)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = ordered(item)
		}
		return list
	}
	return value
}
