package task

// The names of the functions and of the members of their answers, for those who write calls of them without linking them. The rows of the
// functions are made of these, and a test holds each row against what its function really answers.
const (
	API    = "api"
	Filter = "filter"
	FTP    = "ftp"
	HTTP   = "http"
	Jobs   = "jobs"
	SQL    = "sql"
	Stream = "stream"
	Sheet  = "sheet"

	FilterOutput = "output"
	// FilterTemplates is the language of Jinja templates.
	FilterTemplates = "jinja"
	// FilterDates is the language of patterns of java.time.
	FilterDates = "java.time"

	FTPPath    = "path"
	FTPFiles   = "files"
	FTPContent = "content"
	FTPSize    = "size"

	HTTPStatusCode = "statusCode"
	// HTTPAsRequests is the encoding of a request that is made as Python's requests makes it.
	HTTPAsRequests = "requests"
	HTTPRetry      = "retry" // the budget of a request, and alone in the answer of one that is to be made again
	HTTPHeaders    = "headers"
	HTTPBody       = "body"
	HTTPText       = "text"

	SheetRows    = "rows"
	SheetContent = "content"

	SQLRows     = "rows"
	SQLAffected = "affected"
	SQLResults  = "results"
)
