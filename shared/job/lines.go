package job

// The messages of the lines of function stream's log by which a deployment counts failures. Each line has the job's key as its member "job", and the
// level ERROR, which no log level of a stage leaves out.
const (
	// LineFailed is of a job that has become Failed.
	LineFailed = "job failed"
	// LineAside is of a record that cannot be delivered and was put aside, as OnFailure says.
	LineAside = "record put aside"
)
