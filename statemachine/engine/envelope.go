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
	return envelopeLayout.Object("$LATEST", payload, httpMetadata(x.now(), request, sizeOf(payload)), responseLayout.Object(request), 200.0)
}

// What each envelope has.
var (
	envelopeLayout = jsonata.NewLayout("ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode")
	responseLayout = jsonata.NewLayout("RequestId")
	metadataLayout = jsonata.NewLayout("AllHttpHeaders", "HttpHeaders", "HttpStatusCode")
	headerLayout   = jsonata.NewLayout("X-Amz-Executed-Version", "x-amzn-Remapped-Content-Length", "Connection", "x-amzn-RequestId", "Content-Length", "Date",
		"X-Amzn-Trace-Id", "Content-Type")
)

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
	single := []any{
		"$LATEST", "0", "keep-alive", request, strconv.Itoa(length), now.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"),
		"Root=1-" + strconv.FormatInt(now.Unix(), 16) + "-" + request[:8] + request[9:13] + request[14:18] + request[19:23] + ";Sampled=0", "application/json",
	}
	lists, all := make([]any, len(single)), make([]any, len(single))
	copy(lists, single)
	for i := range lists {
		all[i] = lists[i : i+1 : i+1]
	}
	return metadataLayout.Object(headerLayout.Object(all...), headerLayout.Object(single...), 200.0)
}
