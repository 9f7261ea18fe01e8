package job

import (
	"encoding/json"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/secret"
)

// Masked is shown in the place of a credential. Where it comes back, the credential that is stored stays.
const Masked = "*****"

// Seal takes the credentials out of a job and gives references that hold them, sealed by a key (package secret). What is [Masked] stays what is stored; the
// problems are of those that are not there.
func Seal(j Job, key string, stored Secrets) (Job, Secrets, []Problem) {
	var secrets Secrets
	var problems []Problem
	missing := func(message, fix string, path ...any) {
		problems = append(problems, Problem{Path: path, Offset: -1, Severity: diag.Error, Message: message, Fix: fix})
	}
	switch auth := j.BasicAuth; {
	case auth == nil:
	case auth.User == Masked && auth.Password != Masked:
		missing("the user is not given, but the password is", "write both, or "+Masked+" for both to keep them", "basic_auth", "user")
	case auth.Password != Masked:
		text, err := json.Marshal(auth)
		if err != nil {
			panic("two texts are JSON: " + err.Error())
		}
		secrets.Basic = secret.Seal(key, string(text))
	case stored.Basic == "":
		missing("no password is stored that could stay", "write the password", "basic_auth", "password")
	case auth.User != Masked:
		missing("the password is not given, but the user is", "write both, or "+Masked+" for both to keep them", "basic_auth", "password")
	default:
		secrets.Basic = stored.Basic
	}
	switch {
	case j.Token == "":
	case j.Token != Masked:
		secrets.Token = secret.Seal(key, j.Token)
	case stored.Token == "":
		missing("no token is stored that could stay", "write the token", "token")
	default:
		secrets.Token = stored.Token
	}
	j.BasicAuth, j.Token = nil, ""
	return j, secrets, problems
}
