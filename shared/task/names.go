package task

// Names of errors. [Errors] says what each means; HttpStatus is a prefix: "Http.Status.404".
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
	SqlFailed          = "Sql.Failed"
	FtpConnect         = "Ftp.Connect"
	FtpAuthentication  = "Ftp.Authentication"
	FtpNotFound        = "Ftp.NotFound"
	FtpDenied          = "Ftp.Denied"
	FtpTimeout         = "Ftp.Timeout"
	FtpFailed          = "Ftp.Failed"
	FilterInvalid      = "Filter.Invalid"
	FilterFailed       = "Filter.Failed"
	FilterTimeout      = "Filter.Timeout"
	ApprovalRejected   = "Approval.Rejected"
)

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
		{PayloadTooLarge, "the result is larger than a state can carry", "bytes, limit", false},
		{FormatInvalid, "a body or file is not what its content type says, or cannot be written in it", "contentType", false},
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
		{HttpRedirect, "too many redirects, or one to something that is not http(s)", "", false},
		{HttpAuthentication, "the token endpoint gave no token", "statusCode", true},
		{SqlConnect, "no session: unreachable, refused, wrong user or password, unknown database, connection lost", "code", true},
		{SqlConstraint, "a key, foreign key, check or not-null constraint is violated", "code, constraint", false},
		{SqlSyntax, "the statement is wrong: syntax, unknown table, column or function, number of parameters", "code", false},
		{SqlData, "a value does not fit its type or column", "code", false},
		{SqlConflict, "deadlock, lock wait or serialization failure", "code", true},
		{SqlTimeout, "the statements did not end within timeoutSeconds", "timeoutSeconds", true},
		{SqlTooManyRows, "a query has more rows than maxRows", "maxRows", false},
		{SqlFailed, "the database reports any other error", "code", false},
		{FtpConnect, "no connection: name not found, refused, TLS failure, unknown host key, connection lost", "", true},
		{FtpAuthentication, "user, password or key is not accepted", "", false},
		{FtpNotFound, "the file or folder does not exist", "path", false},
		{FtpDenied, "the server does not allow it", "path", false},
		{FtpTimeout, "the transfer did not end within timeoutSeconds", "timeoutSeconds", true},
		{FtpFailed, "the server reports any other error", "code, path", false},
		{FilterInvalid, "the program does not parse or names something unknown", "", false},
		{FilterFailed, "the program failed on this input", "", false},
		{FilterTimeout, "the program did not end within its limit of time or results", "", false},
		{ApprovalRejected, "a person has rejected what the workflow asked to approve", "comment", false},
	}
}
