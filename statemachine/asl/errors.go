package asl

import (
	"slices"
	"strings"
)

// The error names of the language (https://states-language.net/spec.html, appendix A) and of Step Functions (developer guide, "Handling errors in
// Step Functions workflows"). All but the first are errors; ErrorAll stands for every one of them in Retry and Catch.
const (
	ErrorAll                     = "States.ALL"
	ErrorBranchFailed            = "States.BranchFailed"
	ErrorDataLimitExceeded       = "States.DataLimitExceeded"
	ErrorFailureThreshold        = "States.ExceedToleratedFailureThreshold"
	ErrorHeartbeatTimeout        = "States.HeartbeatTimeout"
	ErrorHTTPSocket              = "States.Http.Socket"
	ErrorIntrinsicFailure        = "States.IntrinsicFailure"
	ErrorItemReaderFailed        = "States.ItemReaderFailed"
	ErrorNoChoiceMatched         = "States.NoChoiceMatched"
	ErrorParameterPathFailure    = "States.ParameterPathFailure"
	ErrorPermissions             = "States.Permissions"
	ErrorQueryEvaluation         = "States.QueryEvaluationError"
	ErrorReferencePathConflict   = "States.ReferencePathConflict" // what the service says where its guide says ResultPathMatchFailure
	ErrorResultPathMatchFailure  = "States.ResultPathMatchFailure"
	ErrorResultWriterFailed      = "States.ResultWriterFailed"
	ErrorRuntime                 = "States.Runtime"
	ErrorTaskFailed              = "States.TaskFailed"
	ErrorTimeout                 = "States.Timeout"
	reservedErrorPrefix          = "States."
	httpStatusCodeErrorNameStart = "States.Http.StatusCode."
)

// ReservedErrors lists the error names of the language. Names that begin with "States.Http.StatusCode." are of the language, too.
func ReservedErrors() []string {
	return []string{ErrorAll, ErrorBranchFailed, ErrorDataLimitExceeded, ErrorFailureThreshold, ErrorHeartbeatTimeout, ErrorHTTPSocket,
		ErrorIntrinsicFailure, ErrorItemReaderFailed, ErrorNoChoiceMatched, ErrorParameterPathFailure, ErrorPermissions, ErrorQueryEvaluation,
		ErrorReferencePathConflict, ErrorResultPathMatchFailure, ErrorResultWriterFailed, ErrorRuntime, ErrorTaskFailed, ErrorTimeout}
}

// IsReservedError tells whether a name is an error of the language.
func IsReservedError(name string) bool {
	return strings.HasPrefix(name, httpStatusCodeErrorNameStart) || slices.Contains(ReservedErrors(), name)
}

// claimsReservedError tells whether a name begins as only names of the language may.
func claimsReservedError(name string) bool { return strings.HasPrefix(name, reservedErrorPrefix) }
