package task

import (
	"slices"
	"strconv"
	"strings"
)

// Names of errors that functions raise. [Errors] says what each means; of HttpStatus, [StatusError] makes names: "Http.Status.404".
const (
	RequestInvalid     = "Request.Invalid"
	PayloadTooLarge    = "Payload.TooLarge"
	FormatInvalid      = "Format.Invalid"
	SecretMissing      = "Secret.Missing"
	SecretUnavailable  = "Secret.Unavailable"
	BlobMissing        = "Blob.Missing"
	BlobUnavailable    = "Blob.Unavailable"
	Timeout            = "Function.Timeout"
	Internal           = "Function.Internal"
	HttpConnect        = "Http.Connect"
	HttpTimeout        = "Http.Timeout"
	HttpStatus         = "Http.Status"
	HttpTooLarge       = "Http.TooLarge"
	HttpRedirect       = "Http.Redirect"
	HttpAuthentication = "Http.Authentication"
	SqlConnect         = "Sql.Connect"
	SqlConstraint      = "Sql.Constraint"
	SqlSyntax          = "Sql.Syntax"
	SqlData            = "Sql.Data"
	SqlConflict        = "Sql.Conflict"
	SqlTimeout         = "Sql.Timeout"
	SqlTooManyRows     = "Sql.TooManyRows"
	SqlOutcomeUnknown  = "Sql.OutcomeUnknown"
	SqlFailed          = "Sql.Failed"
	FtpConnect         = "Ftp.Connect"
	FtpAuthentication  = "Ftp.Authentication"
	FtpPath            = "Ftp.Path"
	FtpNotFound        = "Ftp.NotFound"
	FtpDenied          = "Ftp.Denied"
	FtpTimeout         = "Ftp.Timeout"
	FtpFailed          = "Ftp.Failed"
	FilterInvalid      = "Filter.Invalid"
	FilterFailed       = "Filter.Failed"
	FilterTimeout      = "Filter.Timeout"
	ApprovalRejected   = "Approval.Rejected"

	StreamNoValue                = "Stream.NoValue"
	StreamInvalid                = "Stream.Invalid"
	StreamTooLarge               = "Stream.TooLarge"
	StreamValueUnsupported       = "Stream.ValueUnsupported"
	StreamCodecUnsupported       = "Stream.CodecUnsupported"
	StreamSchemaInvalid          = "Stream.SchemaInvalid"
	StreamSchemaMissing          = "Stream.SchemaMissing"
	StreamRegistryMissing        = "Stream.RegistryMissing"
	StreamRegistryAuthentication = "Stream.RegistryAuthentication"
	StreamRegistryUnavailable    = "Stream.RegistryUnavailable"
	StreamEmitFlag               = "Stream.EmitFlag"
	StreamMasking                = "Stream.Masking"
)

// Names of errors of jobs, which make requests of Kafka records.
const (
	StreamJob     = "Stream.Job"
	StreamDataMap = "Stream.DataMap"
	StreamURL     = "Stream.URL"
	// StreamUndelivered is of an execution that ended without an error of its own.
	StreamUndelivered = "Stream.Undelivered"
)

// Names of errors of the Lambda service around a function (Step Functions developer guide, "Handle transient Lambda service exceptions"; Lambda
// developer guide, "Invoke" errors). [LambdaErrors] says what each means.
const (
	LambdaServiceException  = "Lambda.ServiceException"
	LambdaAWSException      = "Lambda.AWSLambdaException"
	LambdaSdkException      = "Lambda.SdkClientException"
	LambdaTooManyRequests   = "Lambda.TooManyRequestsException"
	LambdaFunctionNotFound  = "Lambda.ResourceNotFoundException"
	LambdaUnknown           = "Lambda.Unknown"
	LambdaTimedOut          = "Sandbox.Timedout"
	LambdaResponseTooLarge  = "Function.ResponseSizeTooLarge"
	LambdaProcessExited     = "Runtime.ExitError"
	LambdaInvalidEntrypoint = "Runtime.InvalidEntrypoint"
	LambdaUnreadableError   = "Runtime.Unknown"
	LambdaRequestTooLarge   = "RequestTooLargeException"
)

// ReferenceFailed is the error of an operation that runs another one, when that has answered with an exception or refused what it was given
// ([DefinitionErrors]).
const ReferenceFailed = "Reference.Failed"

// StatusError is the name of the error that an answer with an HTTP status is.
func StatusError(code int) string { return HttpStatus + "." + strconv.Itoa(code) }

// StatusOf is the HTTP status in the name of an error; ok is false for every other error.
func StatusOf(name string) (code int, ok bool) {
	digits, ok := strings.CutPrefix(name, HttpStatus+".")
	if !ok {
		return 0, false
	}
	code, err := strconv.Atoi(digits)
	return code, err == nil && code >= 100 && code <= 999 && digits == strconv.Itoa(code)
}

// ErrorRow documents one error name.
type ErrorRow struct {
	Name      string
	Meaning   string
	Detail    string // fields of the detail, or "" when there is none
	Retryable bool   // the same request may succeed later
}

// Errors is the table of every error name a function can raise.
func Errors() []ErrorRow {
	return []ErrorRow{
		{RequestInvalid, "the request is not what the function takes: unknown field, wrong type, value out of range", "", false},
		{PayloadTooLarge, "the result, or what a transaction has collected, is larger than a state can carry", "bytes, limit", false},
		{FormatInvalid, "a body or file is not what its content type says, or cannot be written in it", "contentType, statusCode of an answer", false},
		{SecretMissing, "a referenced secret does not exist or lacks a field", "", false},
		{SecretUnavailable, "the secret store could not be asked", "", true},
		{BlobMissing, "a referenced stored object does not exist (any more)", "", false},
		{BlobUnavailable, "the object store could not be asked", "", true},
		{Timeout, "the time of the invocation was over", "", true},
		{Internal, "a fault of the function itself", "", false},
		{HttpConnect, "no connection: name not found, refused, TLS failure, connection lost", "", true},
		{HttpTimeout, "no complete answer within timeoutSeconds", "timeoutSeconds", true},
		{HttpStatus + ".<code>", "the answer's status is outside 200-299 and failOnStatus is true", "statusCode, headers, body", true},
		{HttpTooLarge, "the answer's body is larger than the limit", "limit", false},
		{HttpRedirect, "too many redirects, or one to something that is not http(s) or to a private address", "", false},
		{HttpAuthentication, "the token endpoint gave no token", "statusCode", true},
		{SqlConnect, "no session: unreachable, refused, wrong user or password, unknown database, connection lost", "code, datasource", true},
		{SqlConstraint, "a key, foreign key, check or not-null constraint is violated", "code, constraint", false},
		{SqlSyntax, "the statement is wrong: syntax, unknown table, column or function, number of parameters", "code", false},
		{SqlData, "a value does not fit its type or column", "code", false},
		{SqlConflict, "deadlock, lock wait or serialization failure; a transaction that is rolled back for it has been tried several times", "code", true},
		{SqlTimeout, "the statements did not end within timeoutSeconds", "timeoutSeconds", true},
		{SqlTooManyRows, "a query has more rows than maxRows", "maxRows", false},
		{SqlOutcomeUnknown, "the connection was lost while a transaction was committed: it took place as a whole or not at all, and nobody knows which", "code, datasource", false},
		{SqlFailed, "the database reports any other error", "code", false},
		{FtpConnect, "no connection: name not found, refused, TLS failure, unknown host key, connection lost", "", true},
		{FtpAuthentication, "user, password or key is not accepted", "", false},
		{FtpPath, "a value cannot be a part of a path: it is missing, `..`, or holds a slash, a backslash or a control character", "", false},
		{FtpNotFound, "the file or folder does not exist", "path", false},
		{FtpDenied, "the server does not allow it", "path", false},
		{FtpTimeout, "the transfer did not end within timeoutSeconds", "timeoutSeconds", true},
		{FtpFailed, "the server reports any other error", "code, path", false},
		{FilterInvalid, "the program does not parse or names something unknown", "", false},
		{FilterFailed, "the program failed on this input", "", false},
		{FilterTimeout, "the program did not end within its limit of time, memory or results", "", false},
		{ApprovalRejected, "a person has rejected what the workflow asked to approve", "comment", false},
		{StreamJob, "a job cannot be worked by: one of its paths, its URL or its retry cannot be read", "", false},
		{StreamDataMap, "a path of a job's datamap fails on a record, or what it picks has no JSON form", "", false},
		{StreamUndelivered, "the execution that delivers a record timed out or was aborted", "", false},
		{StreamURL, "no URL can be made of a record: a value is missing, or would lead the request elsewhere", "", false},
		{StreamNoValue, "a Kafka record has no value: it is a tombstone", "", false},
		{StreamInvalid, "the value of a Kafka record is not what its format says: truncated or broken Avro, JSON that does not parse, text that is not UTF-8", "", false},
		{StreamTooLarge, "the value of a Kafka record, or what it becomes, passes a limit: bytes, elements, depth, size of its schema", "limit", false},
		{StreamValueUnsupported, "the value of a Kafka record holds what JSON cannot carry: NaN, an infinity, half of a surrogate pair", "", false},
		{StreamCodecUnsupported, "an Avro container is compressed by a codec other than null, deflate, snappy, zstandard, bzip2 and xz", "", false},
		{StreamSchemaInvalid, "the schema of a Kafka record's value is not a valid Avro schema", "", false},
		{StreamSchemaMissing, "the schema registry does not know the schema that a Kafka record names", "", false},
		{StreamRegistryMissing, "a Kafka record names a schema of a registry, and none is configured", "", false},
		{StreamRegistryAuthentication, "the schema registry does not accept the user and password", "", false},
		{StreamRegistryUnavailable, "the schema registry could not be asked", "", true},
		{StreamEmitFlag, "the path of the emit flag cannot be evaluated on a record", "", false},
		{StreamMasking, "a field of a schema is annotated with a masking level that is not in the list of levels", "field", false},
	}
}

// LambdaErrors is the table of the error names that the Lambda service gives instead of a function.
func LambdaErrors() []ErrorRow {
	return []ErrorRow{
		{LambdaServiceException, "a fault of the Lambda service", "", true},
		{LambdaAWSException, "a fault of the Lambda service", "", true},
		{LambdaSdkException, "Step Functions did not reach the Lambda service", "", true},
		{LambdaTooManyRequests, "the function has no capacity left; it did not run", "", true},
		{LambdaFunctionNotFound, "there is no such function", "", false},
		{LambdaUnknown, "the function ended without an answer: out of memory, or out of time", "", true},
		{LambdaTimedOut, "the function's own time limit was over", "", true},
		{LambdaResponseTooLarge, "the function's answer is larger than 6 MiB", "", false},
		{LambdaRequestTooLarge, "the request to the function is larger than 6 MiB", "", false},
		{LambdaProcessExited, "the function's process ended in the middle of work", "", true},
		{LambdaInvalidEntrypoint, "the function's executable cannot be started", "", false},
		{LambdaUnreadableError, "the function reported an error that is not JSON", "", false},
	}
}

// MayPass tells whether the same request may succeed after an error of that name: it is in one of the tables and Retryable, or an HTTP status that
// says so (RFC 9110 section 15.5.9 and 15.6, RFC 6585 section 4).
func MayPass(name string) bool {
	if code, ok := StatusOf(name); ok {
		return code == 408 || code == 429 || code >= 500
	}
	return slices.ContainsFunc(append(Errors(), LambdaErrors()...), func(row ErrorRow) bool { return row.Name == name && row.Retryable })
}

// DefinitionErrors is the table of the error names that definitions end with by themselves.
func DefinitionErrors() []ErrorRow {
	return []ErrorRow{
		{ReferenceFailed, "an operation that another one runs has answered with an exception, or has refused what it was given", "", false},
	}
}
