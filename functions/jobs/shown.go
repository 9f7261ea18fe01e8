package jobs

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/steploom/steploom/shared/job"
)

// shown is a job as the API shows it: as it was given, but for its credentials, with what is generated.
type shown struct {
	job.Job
	Modified time.Time `json:"modified"`
	Hash     string    `json:"hash"`
	// Warnings are of the job that has just been given.
	Warnings []job.Problem `json:"warnings,omitempty"`
}

func shownOf(record job.Record, warnings []job.Problem) shown {
	public := record.Job
	if record.Secrets.Basic != "" {
		public.BasicAuth = &job.BasicAuth{User: Masked, Password: Masked}
	}
	if record.Secrets.Token != "" {
		public.Token = Masked
	}
	return shown{public, record.Modified, record.Hash, warnings}
}

// hash is that of a job without its credentials.
func hash(plain job.Job) string {
	text, err := json.Marshal(plain)
	if err != nil {
		panic("a job that was read always encodes: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// basicText is the secret of a user, as function http reads it.
func basicText(basic job.BasicAuth) string {
	text, err := json.Marshal(basic)
	if err != nil {
		panic("two texts always encode: " + err.Error())
	}
	return string(text)
}
