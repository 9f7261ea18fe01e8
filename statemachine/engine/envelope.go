package engine

import (
	"strconv"
	"time"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// envelope is the result of lambda:invoke around what the function returned (Step Functions developer guide, "Invoke a Lambda function").
func (a *attempt) envelope(payload any) any {
	x := a.frame.execution
	if a.slim && !x.listening {
		return slimEnvelope(payload)
	}
	request := x.host.uuid()
	envelope := jsonata.NewObject()
	envelope.Set("ExecutedVersion", "$LATEST")
	envelope.Set("Payload", payload)
	envelope.Set("SdkHttpMetadata", httpMetadata(x.now(), request, sizeOf(payload)))
	response := jsonata.NewObject()
	response.Set("RequestId", request)
	envelope.Set("SdkResponseMetadata", response)
	envelope.Set("StatusCode", 200.0)
	return envelope
}

// metadataSize is about how many bytes the envelope has that slimEnvelope leaves out.
const metadataSize = 806

// slimFields are the fields of slimEnvelope.
var slimFields = []string{"Payload", "StatusCode", "ExecutedVersion"}

// slimEnvelope is the envelope without what only a history shows.
func slimEnvelope(payload any) any {
	envelope := jsonata.NewObject()
	envelope.Set("ExecutedVersion", "$LATEST")
	envelope.Set("Payload", payload)
	envelope.Set("StatusCode", 200.0)
	return envelope
}

// sized is a result with its size, which does not depend on whether the envelope is slim.
func (a *attempt) sized(result any) value {
	v := sized(result)
	if a.slim && !a.frame.execution.listening && a.resource.invokesLambda() {
		v.size += metadataSize
	}
	return v
}

// httpMetadata is what the service's own HTTP client saw, once with lists of values and once with single ones.
func httpMetadata(now time.Time, request string, length int) *jsonata.Object {
	all, single := jsonata.NewObject(), jsonata.NewObject()
	for _, header := range [...][2]string{
		{"X-Amz-Executed-Version", "$LATEST"},
		{"x-amzn-Remapped-Content-Length", "0"},
		{"Connection", "keep-alive"},
		{"x-amzn-RequestId", request},
		{"Content-Length", strconv.Itoa(length)},
		{"Date", now.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")},
		{"X-Amzn-Trace-Id", "Root=1-" + strconv.FormatInt(now.Unix(), 16) + "-" + request[:8] + request[9:13] + request[14:18] + request[19:23] + ";Sampled=0"},
		{"Content-Type", "application/json"},
	} {
		all.Set(header[0], []any{header[1]})
		single.Set(header[0], header[1])
	}
	metadata := jsonata.NewObject()
	metadata.Set("AllHttpHeaders", all)
	metadata.Set("HttpHeaders", single)
	metadata.Set("HttpStatusCode", 200.0)
	return metadata
}
