package job

// The messages of the lines of logs by which a deployment counts failures. Each line has the level ERROR, which no log level of a stage leaves out. Those
// of function stream have the job's key as their member "job".
const (
	// LineFailed is of a job that has become Failed.
	LineFailed = "job failed"
	// LineAside is of a record that cannot be delivered and was put aside, as OnFailure says.
	LineAside = "record put aside"
	// LineStanding is of function jobs, which writes it while jobs are Failed, whenever it is asked by [CountFailed]: the member FailedMember is their number.
	LineStanding = "jobs are failed"
	FailedMember = "failed"
)

// CountFailed is the event by which a schedule asks function jobs to count the jobs that are Failed.
const CountFailed = `{"count":"failed jobs"}`
