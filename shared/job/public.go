package job

import (
	"encoding/json"
	"time"

	"github.com/steploom/steploom/shared/format"
)

// Public is a record as it is shown to people: the job as it was written, [Masked] in the place of credentials, with "modified" (RFC 3339, UTC) and "hash".
// What is shown can be sent back.
func (r Record) Public() (format.Object, error) {
	text, err := json.Marshal(r.Job)
	if err != nil {
		return nil, err
	}
	value, err := format.DecodeJSON(text)
	if err != nil {
		return nil, err
	}
	shown, _ := value.(format.Object) // a struct is an object
	if r.Secrets.Basic != "" || r.BasicAuth != nil {
		shown.Set("basic_auth", format.Object{{Name: "user", Value: Masked}, {Name: "password", Value: Masked}})
	}
	if r.Secrets.Token != "" || r.Token != "" {
		shown.Set("token", Masked)
	}
	shown.Set("modified", r.Modified.UTC().Format(time.RFC3339Nano))
	shown.Set("hash", r.Hash)
	return shown, nil
}
