package ir

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Timeouts are the names of the errors that mean that time ran out.
func Timeouts() []string { return []string{asl.ErrorTimeout, task.HttpTimeout, task.SqlTimeout} }

// Lasting are the errors of a function, or of its call, after which the same call cannot succeed: those of its own, of its request and of Lambda, and
// the registered statuses of HTTP answers that say so (RFC 9110, section 15.5). "" stands for a function of the author's.
func Lasting(function string) []ErrorMatch {
	matches := Named(asl.ErrorQueryEvaluation)
	for _, row := range task.LambdaErrors() {
		if !row.Retryable {
			matches = append(matches, ErrorName(row.Name))
		}
	}
	for _, row := range task.Errors() {
		family, _, _ := strings.Cut(strings.ToLower(row.Name), ".")
		own := family == function || !slices.Contains([]string{task.HTTP, task.SQL, "ftp", task.Filter, task.Stream, "approval"}, family)
		if function != "" && own && !row.Retryable {
			matches = append(matches, ErrorName(row.Name))
		}
	}
	for code := 400; code < 500 && function == task.HTTP; code++ {
		if http.StatusText(code) != "" && !task.MayPass(task.StatusError(code)) {
			matches = append(matches, Status(code))
		}
	}
	return matches
}

// ErrorsOf reads a word by which people name errors: TIMEOUT, CONNECTION_REFUSED, 429, HTTP_503, 5xx, ALL, or the name of an error. It is nil for
// what names none.
func ErrorsOf(text string) []ErrorMatch {
	upper := strings.ToUpper(text)
	switch upper {
	case "TIMEOUT", "TIMED_OUT", "ETIMEDOUT":
		return Named(Timeouts()...)
	case "CONNECTION_REFUSED", "CONNECTION_ERROR", "CONNECTION_RESET", "NETWORK_ERROR", "ECONNREFUSED", "ECONNRESET":
		return Named(task.HttpConnect, task.SqlConnect)
	case "RATE_LIMIT", "RATE_LIMITED", "TOO_MANY_REQUESTS":
		return []ErrorMatch{Status(429)}
	case "SERVER_ERROR":
		return []ErrorMatch{StatusClass(5)}
	case "ALL", "ANY", "*", "STATES.ALL":
		return []ErrorMatch{AllErrors}
	}
	digits := strings.TrimPrefix(upper, "HTTP_")
	if class, isClass := strings.CutSuffix(digits, "XX"); isClass && len(class) == 1 && class >= "1" && class <= "5" {
		return []ErrorMatch{StatusClass(class[0] - '0')}
	}
	if code, err := strconv.Atoi(digits); err == nil && code >= 100 && code <= 599 {
		return []ErrorMatch{Status(code)}
	}
	if strings.Contains(text, ".") && strings.Trim(text, nameCharacters) == "" {
		return Named(text)
	}
	return nil
}

const nameCharacters = "_.-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
